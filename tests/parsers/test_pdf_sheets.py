"""Invoices that were put on another sheet: each is found, and read as by itself."""

import io

import pypdfium2
import pytest

import parsers
from bench.unseen.families import drawn
from bench.unseen.judging import Drawn, Tally, judge
from bench.unseen.reprints import on_one_sheet
from parsers.document import Document
from reimburse.domain.invoice_json import invoice_to_json

A4, LYING = (595.0, 842.0), (842.0, 595.0)
UNREAD_DIGITS = 18012, 18022, 18116, 18124
"""Forms in fonts of which pdfium gives no figure, so that only the second reader knows their numbers."""


def invoices(data: bytes) -> list[dict[str, object]]:
    return [invoice_to_json(reading.invoice) for reading in parsers.read(Document("a.pdf", data)) if reading.invoice]


def alone(*forms: Drawn) -> list[dict[str, object]]:
    return [invoice for form in forms for invoice in invoices(form.data)]


@pytest.mark.parametrize("seed", UNREAD_DIGITS)
@pytest.mark.parametrize(
    ("size", "across", "down"), [(A4, 1, 2), ((1190.0, 421.0), 2, 1)], ids=["above each other", "side by side"]
)
def test_two_on_a_sheet_are_two_invoices(seed: int, size: tuple[float, float], across: int, down: int) -> None:
    forms = drawn(seed), drawn(seed + 1)
    assert invoices(on_one_sheet([form.data for form in forms], size, across, down)) == alone(*forms)


def test_four_on_a_sheet_are_four_invoices_from_the_top_and_from_the_left() -> None:
    forms = [drawn(seed) for seed in UNREAD_DIGITS]
    assert invoices(on_one_sheet([form.data for form in forms], LYING, 2, 2)) == alone(*forms)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_the_second_reader_reads_a_page_that_lies_on_its_side(rotation: int) -> None:
    form = drawn(18008)
    with pypdfium2.PdfDocument(form.data) as pdf:
        pdf[0].set_rotation(rotation)
        turned = io.BytesIO()
        pdf.save(turned)
    tally = Tally()
    judge(Drawn("turned.pdf", turned.getvalue(), form.told, ""), tally)
    assert (tally.silent, tally.absent) == (0, 0)
    assert invoices(turned.getvalue()) == alone(form)


def test_each_code_on_a_sheet_stands_for_its_own_invoice() -> None:
    forms = [
        form for form in map(drawn, range(18000, 18040)) if len(invoices(form.data)) == 1 and b"/Image" in form.data
    ]
    data = on_one_sheet([form.data for form in forms[:2]], A4, 1, 2)
    readings = parsers.read(Document("a.pdf", data))
    said = [[seen.value for seen in reading.seen["number"] if seen.source == "qr"] for reading in readings]
    assert said == [[form.told.number] for form in forms[:2] if form.told]
