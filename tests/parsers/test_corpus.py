"""Every file of the corpus reads as its truth says."""

from decimal import Decimal, InvalidOperation

import pypdfium2
import pytest

from parsers.normalise import compact
from reimburse.domain.invoice_json import invoice_to_json
from reimburse.domain.reading import Source

from .corpus import CORPUS, needs_corpus, readings, truth

pytestmark = needs_corpus
NOT_FIELDS = {
    "file", "expect", "note", "qr", "same_invoice_as", "documents", "exif_orientation", "qr_readable", "face", "tamper",
    "supports", "travellers", "construction", "travel_date", "document",
}  # fmt: skip
NOT_LINE_FIELDS = {"plate_number", "vehicle_type", "passage_from", "passage_to"}
LABEL_TAKEN_FOR_REMARK = "销 售 方:（章）"
"""The truth of one file gives the label below the remark as its text."""
IN_FULL = [name for name, item in truth().items() if item["expect"] == "parsed" and not name.startswith("img/")]
QR_ONLY = [name for name, item in truth().items() if item["expect"] == "incomplete"]


def same(told, read):
    if told is None or told is False:
        return read in (None, False, [])
    if isinstance(told, dict):
        return read is not None and all(same(value, read.get(key)) for key, value in told.items())
    if isinstance(told, list):
        return len(told) == len(read) and all(map(same, told, read))
    try:
        return Decimal(str(told)) == Decimal(str(read))
    except InvalidOperation:
        return compact(str(told)) == compact(str(read))


def fields(item):
    for field, value in item.items():
        if field in NOT_FIELDS or (field == "remark" and str(value).startswith(LABEL_TAKEN_FOR_REMARK)):
            continue
        yield field, [line_fields(line) for line in value] if field == "lines" else value


def line_fields(line):
    kept = {name: value for name, value in line.items() if name not in NOT_LINE_FIELDS}
    if kept.get("tax_rate") == "免税":
        kept |= {"tax_rate": None, "treatment": "exempt"}
    return kept


def differences(item, invoice):
    read = invoice_to_json(invoice)
    return {field: (value, read.get(field)) for field, value in fields(item) if not same(value, read.get(field))}


@pytest.mark.parametrize("name", IN_FULL)
def test_a_whole_file_gives_every_field_of_its_truth(name):
    item = truth()[name]
    found = readings(name)
    documents = item.get("documents", [item])
    assert [reading.status.value for reading in found] == ["parsed"] * len(documents), found
    for told, reading in zip(documents, found, strict=True):
        assert differences(told, reading.invoice) == {}
        assert reading.conflicts == ()


@pytest.mark.parametrize("name", [name for name, item in truth().items() if item["expect"] == "conflict"])
def test_a_tampered_file_shows_its_conflict(name):
    item = truth()[name]
    (reading,) = readings(name)
    named = {conflict.field for conflict in reading.conflicts}
    assert "total_incl_tax" in named
    assert set(differences(item, reading.invoice)) <= named


@pytest.mark.parametrize("name", [name for name, item in truth().items() if item["expect"] == "not_an_invoice"])
def test_a_supporting_document_is_no_invoice_and_is_named(name):
    (reading,) = readings(name)
    assert (reading.status.value, reading.invoice) == ("not_an_invoice", None)
    assert reading.document is not None
    assert truth()[name].get("document", reading.document.value) == reading.document.value


@pytest.mark.parametrize("name", QR_ONLY)
def test_a_picture_gives_what_its_code_states_and_nothing_wrong(name):
    item = truth()[name]
    (reading,) = readings(name)
    if item.get("qr_readable") is False and reading.status.value == "not_an_invoice":
        return
    assert reading.status.value == "incomplete"
    assert reading.invoice.number == item["number"]
    assert "seller.name" in reading.missing
    wrong = differences(item, reading.invoice)
    stated = {field for field, (_, read) in wrong.items() if read not in (None, [], False)}
    assert stated <= {"kind", "buyer", "seller", "red_letter"}


@pytest.mark.parametrize("name", [name for name, item in truth().items() if "same_invoice_as" in item])
def test_one_invoice_in_two_files_has_one_key(name):
    other = truth()[name]["same_invoice_as"]
    keys = {reading.invoice.key for each in (name, other) for reading in readings(each) if reading.invoice}
    assert len(keys) == 1


@pytest.mark.parametrize("name", [name for name in IN_FULL if name.startswith("pdf/")])
def test_the_box_of_a_field_holds_the_text_of_the_field(name):
    pdf = pypdfium2.PdfDocument((CORPUS / name).read_bytes())
    for reading in readings(name):
        for field, witnesses in reading.seen.items():
            for seen in witnesses:
                if seen.source is Source.TEXT and seen.box and field not in {"kind", "red_letter"}:
                    page = pdf[seen.page - 1]
                    assert shows(page, seen.box, field, seen.value), (field, seen)


def shows(page, box, field, value):
    """Whether the characters whose middle lies in the box spell the value."""
    text_page = page.get_textpage()
    inside = "".join(
        text_page.get_text_range(index, 1)
        for index in range(text_page.count_chars())
        if in_box(page, text_page, index, box)
    )
    found = compact(inside).replace(",", "").replace(":", "")
    told = compact(value).replace(",", "").replace(":", "")
    if field in {"issue_date", "travel.departs_at"}:
        told, found = ("".join(filter(str.isdigit, text)) for text in (told, found))
        return told[-4:] in found or sorted(told) == sorted(found)
    if field.endswith("tax_rate"):
        return f"{float(value) * 100:g}%" in found
    if field.endswith(("quantity", "remark")) and not found:
        return True  # A single figure in a font that is not embedded: pdfium draws it and names it not.
    if value == "***":
        return "*" in found
    try:
        return Decimal(told) in {Decimal(part) for part in found.replace("¥", " ").split() if part}
    except InvalidOperation:
        return all(char in found for char in told)


def in_box(page, text_page, index, box):
    left, bottom, right, top = text_page.get_charbox(index, loose=True)
    width, height = page.get_size()
    x, y = (left + right) / 2, (bottom + top) / 2
    if page.get_rotation() == 90:
        x, y = y, x
    else:
        y = height - y
    assert width > 0
    return box[0] - 0.5 <= x <= box[2] + 0.5 and box[1] - 0.5 <= y <= box[3] + 0.5
