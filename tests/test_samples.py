"""The fictional samples: the same on every run, one for each thing that can be wrong, true in themselves."""

import json
from datetime import date, timedelta
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageOps
from reportlab.pdfbase.ttfonts import TTFont
from stdnum.cn import uscc

from reimburse.demo.samples import Sample, parties, samples
from reimburse.demo.samples.__main__ import main
from reimburse.demo.samples.invoice_builder import Pad
from reimburse.demo.samples.invoice_data import sound_cases
from reimburse.demo.samples.printed import qr_payload
from reimburse.demo.samples.sheet import wrapped
from reimburse.demo.samples.truth import truth_lines
from reimburse.domain.amount_words import from_words
from reimburse.domain.fonts import cjk_font_path
from reimburse.domain.invoice import CODELESS_KINDS, Party

TODAY = date(2026, 3, 20)
SAMPLES = samples(TODAY)
INVOICES = [sample for sample in SAMPLES if sample.invoice]
NAMES = {sample.name: sample for sample in SAMPLES}
RULES = [
    "R-01",
    "R-09",
    "R-10",
    "R-13",
    "R-16",
    "R-33",
    "R-34",
    "R-37",
    "R-58",
    "R-69",
    "R-72",
    "R-73",
    "R-81",
    "R-82",
    "X-01",
    "X-14",
    "X-15",
]
ISSUE_2_KINDS = {
    "travel_lodging",
    "travel_transport",
    "taxi",
    "travel_meal",
    "entertainment",
    "office_supplies",
    "consulting",
}


def by_name(sample: Sample) -> str:
    return sample.name


def test_the_same_day_and_seed_give_the_same_bytes():
    assert {s.name: s.data for s in samples(TODAY)} == {s.name: s.data for s in SAMPLES}


def test_another_seed_gives_other_numbers():
    others = {case.invoice.number for case in sound_cases(Pad(7), TODAY)}
    assert not others & {s.invoice.number for s in INVOICES}


def test_names_are_unique_and_every_format_is_there():
    assert len(NAMES) == len(SAMPLES)
    assert {name.rpartition(".")[2] for name in NAMES} == {"pdf", "ofd", "xml", "jpg", "png"}


def test_each_rule_about_a_document_has_a_sample_that_breaks_it():
    assert sorted({s.wrong for s in SAMPLES if s.wrong}) == RULES


def test_sound_samples_cover_the_categories_of_daily_use():
    assert {s.category for s in INVOICES if not s.wrong} > ISSUE_2_KINDS


def test_every_attachment_names_a_sample_it_goes_with():
    papers = [s for s in SAMPLES if not s.invoice]
    assert papers
    assert all(s.attachment_kind and s.supports in NAMES for s in papers)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 2, 28), date(2024, 2, 29), date(2025, 12, 31)])
def test_sound_invoices_are_of_this_year_and_not_of_the_future(day):
    sound = [case.invoice for case in sound_cases(Pad(1), day)]
    assert all(invoice.issue_date.year == day.year and invoice.issue_date <= day for invoice in sound)
    assert all(day - invoice.issue_date <= timedelta(days=62) for invoice in sound)


@pytest.mark.parametrize("sample", INVOICES, ids=by_name)
def test_net_and_tax_make_the_total_unless_that_is_what_is_wrong(sample):
    invoice = sample.invoice
    assert (invoice.amount_excl_tax + invoice.tax_amount == invoice.total_incl_tax) is (sample.wrong != "R-34")


@pytest.mark.parametrize("sample", [s for s in INVOICES if s.invoice.lines], ids=by_name)
def test_lines_make_the_sums_and_words_the_total(sample):
    invoice = sample.invoice
    assert sum(line.amount_excl_tax for line in invoice.lines) == invoice.amount_excl_tax
    assert sum(line.tax_amount for line in invoice.lines) == invoice.tax_amount
    assert (from_words(invoice.total_in_words) == invoice.total_incl_tax) is (sample.wrong != "R-69")


def test_an_invoice_number_is_used_once_but_for_the_same_invoice_in_another_format():
    keys = [s.invoice.key for s in INVOICES if not s.same_invoice_as]
    assert len(set(keys)) == len(keys)
    again = [(s.invoice.key, NAMES[s.same_invoice_as].invoice.key) for s in INVOICES if s.same_invoice_as]
    assert len(again) == 2
    assert all(key == first for key, first in again)


@pytest.mark.parametrize("sample", INVOICES, ids=by_name)
def test_numbers_are_of_a_region_that_does_not_exist(sample):
    invoice = sample.invoice
    if invoice.kind in CODELESS_KINDS:
        assert len(invoice.number) == 20
        assert invoice.number[2:4] == "99"
    else:
        assert "9900" in invoice.code[:5]


def test_tax_ids_carry_the_right_check_character():
    sold_by = [party for party in vars(parties).values() if isinstance(party, Party)]
    assert len(sold_by) > 10
    assert all(uscc.is_valid(party.tax_id) and party.tax_id[2:8] == "990000" for party in sold_by)


@pytest.mark.parametrize("sample", [s for s in INVOICES if s.name.endswith(".jpg")], ids=by_name)
def test_the_qr_code_of_a_photo_can_be_read(sample):
    picture = ImageOps.exif_transpose(Image.open(BytesIO(sample.data)))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [qr_payload(sample.invoice)]


def test_the_qr_amount_is_without_tax_where_there_is_a_code():
    meal, hotel = NAMES["photographed-meal.jpg"].invoice, NAMES["photographed-hotel.jpg"].invoice
    assert qr_payload(meal).split(",")[4] == "83.02"
    assert qr_payload(hotel).split(",")[4] == "400.00"


def test_the_embedded_font_has_every_character_that_samples_use():
    has = TTFont("SamplesTest", str(cjk_font_path())).face.charToGlyph
    used = set(truth_lines(SAMPLES)) | set("\u2f26⊗￥¥（）：；、。·")
    assert {char for char in used if ord(char) not in has} == {"\n"}


def test_rows_are_cut_between_characters_and_lose_none():
    text = "*信息技术服务*云端协同办公软件订阅费 V9"
    rows = wrapped(text, 9, 35)
    assert "".join(rows) == text
    assert len(rows) == 2


def test_the_command_writes_every_file_and_its_truth(tmp_path):
    main.callback(tmp_path, None, 1)
    told = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["file"] for line in told} == {path.name for path in tmp_path.iterdir()} - {"truth.jsonl"}
    assert len(told) == len(SAMPLES)
