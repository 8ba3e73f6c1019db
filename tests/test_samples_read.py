"""The fictional samples, read: each file says what its truth says."""

from datetime import date
from decimal import Decimal

import pytest

import parsers
from parsers.document import Document
from reimburse.demo.samples import Sample, samples
from reimburse.domain.invoice import Invoice, Party
from reimburse.domain.reading import Reading

SAMPLES = samples(date(2026, 3, 20))
INVOICES = [sample for sample in SAMPLES if sample.invoice]
NAMES = {sample.name: sample for sample in SAMPLES}
PAPERS = [sample for sample in SAMPLES if not sample.invoice]
READABLE = [sample for sample in INVOICES if sample.expect == "parsed" and not sample.also]


def by_name(sample: Sample) -> str:
    return sample.name


def one_reading(sample: Sample) -> Reading:
    (reading,) = parsers.read(Document(sample.name, sample.data))
    return reading


def faces(party: Party) -> tuple[str | None, str | None]:
    return party.name, party.tax_id


def told(invoice: Invoice) -> dict[str, object]:
    """What a sound reader has to find in the file, whatever its format."""
    return {
        "kind": invoice.kind,
        "key": invoice.key,
        "issue_date": invoice.issue_date,
        "check_code": invoice.check_code,
        "buyer": faces(invoice.buyer),
        "seller": faces(invoice.seller),
        "net": invoice.amount_excl_tax,
        "tax": invoice.tax_amount,
        "total": invoice.total_incl_tax,
        "words": invoice.total_in_words,
        "remark": invoice.remark,
        "lines": [
            (
                line.item_name,
                line.specification,
                line.unit,
                line.quantity,
                line.amount_excl_tax,
                line.tax_rate,
                line.tax_amount,
            )
            for line in invoice.lines
        ],
        "red": (invoice.red_letter, invoice.red_letter_of),
    }


@pytest.mark.parametrize("sample", READABLE, ids=by_name)
def test_reading_finds_what_the_face_states(sample):
    reading = one_reading(sample)
    assert reading.status == "parsed"
    found, stated = told(reading.invoice), told(sample.invoice)
    contested = {"total" for field in sample.conflicts if field == "total_incl_tax"}
    assert {name: value for name, value in found.items() if name not in contested} == {
        name: value for name, value in stated.items() if name not in contested
    }


@pytest.mark.parametrize("sample", READABLE, ids=by_name)
def test_sources_disagree_only_where_that_is_meant(sample):
    fields = {conflict.field for conflict in one_reading(sample).conflicts} - {"total_in_words"}
    if sample.wrong == "R-34":  # Lines and printed sums make another total than the printed one.
        assert fields <= {"total_incl_tax"}
    else:
        assert fields == set(sample.conflicts)


@pytest.mark.parametrize("sample", [s for s in INVOICES if s.expect == "incomplete"], ids=by_name)
def test_a_picture_gives_the_fields_of_its_qr_code(sample):
    reading = one_reading(sample)
    assert reading.status == "incomplete"
    assert (reading.invoice.key, reading.invoice.issue_date) == (sample.invoice.key, sample.invoice.issue_date)
    amount = "amount_excl_tax" if sample.invoice.code else "total_incl_tax"
    assert getattr(reading.invoice, amount) == getattr(sample.invoice, amount) > Decimal(0)


@pytest.mark.parametrize("sample", PAPERS, ids=by_name)
def test_a_paper_is_not_taken_for_an_invoice(sample):
    reading = one_reading(sample)
    assert reading.status == "not_an_invoice"
    if sample.document and not sample.name.endswith(".png"):
        assert reading.document == sample.document


def test_the_journey_of_a_rail_ticket_is_read():
    travel = one_reading(NAMES["rail-out.pdf"]).invoice.travel
    assert travel == NAMES["rail-out.pdf"].invoice.travel


def test_both_invoices_of_a_joined_file_are_read():
    (sample,) = (s for s in SAMPLES if s.also)
    readings = parsers.read(Document(sample.name, sample.data))
    assert [told(reading.invoice) for reading in readings] == [
        told(sample.invoice),
        *(told(one) for one in sample.also),
    ]
    assert [reading.page for reading in readings] == [1, 2]
