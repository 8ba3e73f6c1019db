"""Testimonies compared: agreement, one source alone, conflict, and what is missing."""

import doctest
from decimal import Decimal

import pytest

from parsers import agreement, crosscheck
from parsers.agreement import agree
from parsers.crosscheck import (
    FIGURES,
    figures_that_fit,
    line_is_consistent,
    lines_in_doubt,
    lines_that_do_not_multiply,
)
from parsers.document import Document
from parsers.merge import RANK, merge
from parsers.testimony import Found, PlacedLine, Testimony
from reimburse.domain.invoice import InvoiceKind, InvoiceLine
from reimburse.domain.reading import DocumentKind, FileFormat, Seen, Source

FILE = Document("a.pdf", b"")
SOUND = {
    "kind": "general_digital",
    "number": "26992000000000000017",
    "issue_date": "2026-03-02",
    "buyer.name": "示例买方有限公司",
    "seller.name": "示例卖方有限公司",
    "seller.tax_id": "91990000MA0DEM0024",
    "amount_excl_tax": "100.00",
    "tax_amount": "6.00",
    "total_incl_tax": "106.00",
}
LINE = InvoiceLine(
    item_name="*服务*服务费", amount_excl_tax=Decimal("100.00"), tax_rate=Decimal("0.06"), tax_amount=Decimal("6.00")
)


def says(source, fields, *lines):
    placed = tuple(PlacedLine(line, 1) for line in lines)
    return Testimony(source, {name: Seen(value, source, 1) for name, value in fields.items()}, placed)


def merged(*testimonies, native=False):
    return merge(Found(1, testimonies, native=native), FILE, FileFormat.PDF)


def conflicts(reading):
    return {
        conflict.field: {source.value: value for source, value in conflict.values.items()}
        for conflict in reading.conflicts
    }


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(agreement).failed == doctest.testmod(crosscheck).failed == 0


def test_one_source_is_believed_and_its_fields_are_seen():
    reading = merged(says(Source.TEXT, SOUND, LINE))
    assert (reading.status.value, reading.conflicts, reading.missing) == ("parsed", (), ())
    assert [(seen.source.value, seen.value) for seen in reading.seen["total_incl_tax"]] == [
        ("text", "106.00"),
        ("lines", "106.00"),
    ]
    assert reading.seen["lines.0.tax_rate"][0].value == "0.06"


def test_sources_that_agree_are_witnesses_of_one_value():
    reading = merged(
        says(Source.TEXT, SOUND, LINE),
        says(Source.QR, {"kind": "general_digital", "number": SOUND["number"], "total_incl_tax": "106"}),
    )
    assert reading.conflicts == ()
    assert [seen.source.value for seen in reading.seen["number"]] == ["qr", "text"]


def test_sources_that_disagree_are_a_conflict_with_the_best_witness_first():
    reading = merged(
        says(Source.TEXT, SOUND, LINE),
        says(Source.DOCINFO, {"total_incl_tax": "960.00"}),
        says(Source.QR, {"total_incl_tax": "106.00"}),
    )
    assert conflicts(reading) == {
        "total_incl_tax": {"qr": "106.00", "text": "106.00", "docinfo": "960.00", "lines": "106.00"}
    }
    assert reading.invoice.total_incl_tax == Decimal("106.00")


def test_one_source_that_contradicts_itself_shows_both_values():
    reading = merged(says(Source.TEXT, SOUND, LINE), says(Source.TEXT, {"buyer.name": "另一家公司"}))
    assert conflicts(reading) == {"buyer.name": {"text": "示例买方有限公司 / 另一家公司"}}


@pytest.mark.parametrize(
    ("change", "field", "values"),
    [
        ({"total_in_words": "贰佰圆整"}, "total_incl_tax", {"text": "106.00", "words": "200.00", "lines": "106.00"}),
        ({"total_incl_tax": "160.00"}, "total_incl_tax", {"text": "160.00", "lines": "106.00"}),
        ({"amount_excl_tax": "99.00"}, "amount_excl_tax", {"text": "99.00", "lines": "100.00"}),
    ],
)
def test_words_and_sums_of_lines_are_witnesses(change, field, values):
    assert conflicts(merged(says(Source.TEXT, SOUND | change, LINE)))[field] == values


def test_price_and_tax_must_make_the_total_even_without_lines():
    reading = merged(says(Source.TEXT, SOUND | {"total_incl_tax": "107.00"}))
    assert conflicts(reading)["total_incl_tax"] == {"text": "107.00", "lines": "106.00"}


def test_an_itinerary_adds_funds_to_price_and_tax():
    assert merged(says(Source.TEXT, SOUND | {"kind": "air_itinerary", "total_incl_tax": "156.00"})).conflicts == ()


def test_a_cent_of_rounding_over_lines_is_no_conflict():
    lines = [InvoiceLine(item_name="*a*b", amount_excl_tax=Decimal("33.33"), tax_amount=Decimal("2.00"))] * 3
    assert merged(says(Source.TEXT, SOUND, *lines)).conflicts == ()


def test_quantity_times_price_that_is_another_amount_is_a_conflict():
    line = InvoiceLine(
        item_name="*a*b",
        quantity=Decimal(3),
        unit_price=Decimal(10),
        amount_excl_tax=Decimal("100.00"),
        tax_amount=Decimal("6.00"),
    )
    assert conflicts(merged(says(Source.TEXT, SOUND, line))) == {
        "lines.0.amount_excl_tax": {"text": "100.00", "lines": "30.00"}
    }


def test_lists_of_lines_of_different_length_are_a_conflict():
    reading = merged(says(Source.XML, SOUND, LINE), says(Source.TEXT, SOUND, LINE, LINE))
    assert conflicts(reading)["lines"] == {"xml": "1", "text": "2"}


@pytest.mark.parametrize(
    ("kind", "native", "absent", "status"),
    [
        ("general_digital", False, {"lines"}, "incomplete"),
        ("general_digital", True, {"lines", "buyer.name"}, "parsed"),
        ("general_digital", True, {"seller.name"}, "incomplete"),
        ("general_digital", False, {"number"}, "incomplete"),
        ("rail_ticket", False, {"buyer.name", "seller.name", "lines"}, "parsed"),
        ("general_electronic", False, {"code"}, "incomplete"),
    ],
)
def test_what_a_kind_must_carry(kind, native, absent, status):
    fields = {
        name: value for name, value in (SOUND | {"kind": kind, "code": "099001800211"}).items() if name not in absent
    }
    reading = merged(says(Source.TEXT, fields, *([] if "lines" in absent else [LINE])), native=native)
    assert reading.status.value == status
    unneeded = {"buyer.name", "seller.name", "lines"} if kind == "rail_ticket" else set()
    assert absent - unneeded <= set(reading.missing)


def test_a_document_that_is_no_invoice_is_named_or_explained():
    named = merge(Found(2, document=DocumentKind.HOTEL_FOLIO), FILE, FileFormat.PDF)
    assert (named.status.value, named.document, named.error, named.page) == (
        "not_an_invoice",
        DocumentKind.HOTEL_FOLIO,
        None,
        2,
    )
    unknown = merge(Found(1), FILE, FileFormat.PDF)
    assert (unknown.status.value, unknown.error.code.value) == ("not_an_invoice", "no_invoice")


def test_a_narrower_kind_is_no_conflict():
    reading = merged(says(Source.QR, {"kind": "general_electronic"}), says(Source.TEXT, SOUND | {"kind": "toll"}, LINE))
    assert (reading.invoice.kind, "kind" in conflicts(reading)) == (InvoiceKind.TOLL, False)
    assert "kind" in conflicts(merged(says(Source.QR, {"kind": "special_digital"}), says(Source.TEXT, SOUND, LINE)))


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        ("buyer.name", "示例（样本）公司", "示例(样本)公司", True),
        ("buyer.name", "示例公司", "示例有限公司", False),
        ("buyer.tax_id", "91990000ma0dem0011", "91990000MA0DEM0011", True),
        ("total_in_words", "柒佰伍拾陆元叁分", "⊗柒佰伍拾陆圆零叁分", True),
        ("remark", "订单号:1;    备", "订单号：1;备", True),
        ("remark", "订单号:1", "合同:2", False),
        ("travel.from", "示州北", "示州北站", True),
        ("travel.departs_at", "2026-03-01", "2026-03-01T08:15", True),
        ("lines.3.quantity", "1.00", "1", True),
        ("lines.3.item_name", "*a*b", "*a*c", False),
        ("tax_amount", "***", "0.00", True),
        ("tax_amount", "***", "6.00", False),
        ("kind", "toll", "rail_ticket", False),
    ],
)
def test_when_two_values_say_the_same(field, one, other, same):
    assert agree(field, one, other) is agree(field, other, one) is same


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "consistent"),
    [
        ("36.1188271604938", "5.7345132743363", "207.12", True),
        ("3", "16.72566372", "50.18", True),
        ("1000", "0.33", "333.33", True),
        ("3", "158.415841584158", "475.25", True),
        ("31", "58.415841584158", "475.25", False),
        ("2", "100", "100.00", False),
    ],
)
def test_rounding_of_a_printed_price_is_allowed_for(quantity, price, amount, consistent):
    line = InvoiceLine(quantity=Decimal(quantity), unit_price=Decimal(price), amount_excl_tax=Decimal(amount))
    assert line_is_consistent(line) is consistent


@pytest.mark.parametrize(
    ("stated", "holds"),
    [
        pytest.param(
            {"text": ("1060.00", "60.00", "1120.00"), "lines": ("100.00", "6.00", None), "qr": (None, None, "106.00")},
            ("100.00", "6.00", "106.00"),
            id="printed figures were altered, lines and QR fit one another",
        ),
        pytest.param(
            {"text": ("100.00", "6.00", "110.00"), "lines": ("100.00", "6.00", None), "qr": (None, None, "110.00")},
            ("100.00", "6.00", "110.00"),
            id="nothing fits the QR code: each field holds its best witness",
        ),
    ],
)
def test_figures_that_fit_the_best_witness_stand_together(stated, holds):
    seen = {
        field: [Seen(values[place], Source(source)) for source, values in stated.items() if values[place]]
        for place, field in enumerate(FIGURES)
    }
    ranked = {field: sorted(witnesses, key=lambda one: RANK[one.source]) for field, witnesses in seen.items()}
    best = {field: witnesses[0] for field, witnesses in ranked.items()}
    best |= figures_that_fit(ranked, best, RANK)
    assert tuple(best[field].value for field in FIGURES) == holds


@pytest.mark.parametrize(("quantity", "price"), [("9" * 17, "9" * 17), (None, "0." + "0" * 17 + "1")])
def test_figures_out_of_all_proportion_are_a_conflict_and_no_crash(quantity, price):
    line = InvoiceLine(
        quantity=Decimal(quantity) if quantity else None, unit_price=Decimal(price), amount_excl_tax=Decimal("100.00")
    )
    placed = (PlacedLine(line),)
    found = [*lines_that_do_not_multiply(Source.TEXT, placed), *lines_in_doubt(Source.TEXT, placed)]
    assert [len(conflict.values) > 0 for conflict in found] == [True]
