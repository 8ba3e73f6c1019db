"""Booking data as the Ministry's receiver instance: read back by our own reader, in the toolkit's elements and order."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from parsers.document import Document
from parsers.xbrl import read
from parsers.xbrl.instance import instance_of
from reimburse.domain.invoice import InvoiceKind
from reimburse.export.booking import Booked, booked, booking_xml
from reimburse.export.booking_forms import FORMS, form_of
from reimburse.export.rows import InvoiceUse, TaxShare
from tests.booked import DAY, HEAD, HOTEL, HOTEL_ID, chart, line

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus" / "xbrl"
NUMBER = "26990000000000000001"


def use(kind: InvoiceKind = InvoiceKind.SPECIAL_DIGITAL, **fields: Any) -> InvoiceUse:
    known: dict[str, Any] = {
        "row": 1, "claim_no": "BX-1", "line_rows": (1,), "kind": kind.value, "code": "", "number": NUMBER,
        "issue_date": date(2026, 11, 3), "seller_name": HOTEL, "seller_tax_id": HOTEL_ID,
        "amount_excl_tax": Decimal("1000.00"), "tax_amount": Decimal("60.00"), "total_incl_tax": Decimal("1060.00"),
        "taken": Decimal("1060.00"), "files": (), "sha256": "0" * 64, "deductible": Decimal("60.00"),
    }  # fmt: skip
    return InvoiceUse(**{**known, **fields})


def how(one: InvoiceUse, *lines: Any, taken: dict[str, Decimal] | None = None) -> Booked:
    every = lines or (line("1060.00", 1, "60.00"),)
    return booked(one, every, taken or {one.key: one.taken}, chart(), "PC202611-0001-001", DAY)


def written(one: InvoiceUse, booking: Booked | None = None) -> bytes:
    form = form_of(one)
    assert form is not None
    return booking_xml(form, one, booking or how(one), HEAD.legal_entity, HEAD.tax_id)


CODED = {"code": "099002200211", "number": "00004328"}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (InvoiceKind.SPECIAL_DIGITAL, {}),
        (InvoiceKind.GENERAL_DIGITAL, {}),
        (InvoiceKind.SPECIAL_ELECTRONIC, CODED),
        (InvoiceKind.GENERAL_ELECTRONIC, CODED),
        (InvoiceKind.TOLL, CODED),
        (InvoiceKind.RAIL_TICKET, {}),
        (InvoiceKind.AIR_ITINERARY, {}),
        (InvoiceKind.FISCAL, {"code": "99060126", "number": "0000000123"}),
    ],
)
def test_our_own_reader_finds_the_invoice_again(kind: InvoiceKind, fields: dict[str, str]) -> None:
    one = use(kind, **fields)
    (found,) = read(Document("booking.xml", written(one)))
    said = {name: seen.value for testimony in found.testimonies for name, seen in testimony.fields.items()}
    assert (said["number"], said.get("code")) == (one.number, one.code or None)
    assert said["issue_date"] == "2026-11-03"
    if kind is not InvoiceKind.AIR_ITINERARY:
        assert set(said) & {"total_incl_tax", "tax_amount"}
    if "total_incl_tax" in said:
        assert Decimal(said["total_incl_tax"]) == one.total_incl_tax
    if kind in {InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL}:
        assert said["kind"] == kind.value


def entries(data: bytes) -> list[tuple[str | None, ...]]:
    root = etree.fromstring(data)
    names = "DebitOrCredit", "NameOfGeneralLedgerSubject", "NameOfSubsidiaryLedgerSubject", "RecordedAmount"
    every = root.iter("{*}InformationOfDebitAndCreditEntryTuple")
    return [tuple(entry.findtext(f"{{*}}{name}") for name in names) for entry in every]


def test_the_voucher_is_told_as_in_the_ministrys_example() -> None:
    data = written(use())
    assert entries(data) == [
        ("借方", "管理费用", "差旅费", "1000.00"),
        ("借方", "应交税费", "应交增值税-进项税额", "60.00"),
        ("贷方", "其他应付款", "员工报销", "1060.00"),
    ]
    instance = instance_of(etree.fromstring(data))
    assert instance is not None
    assert instance.fact("NameOfAccountingEntity") == HEAD.legal_entity
    assert instance.fact("WhetherEinvoiceHasBeenBooked") == "true"
    assert instance.fact("WhetherEinvoiceHasBeenPaid") == "false"
    assert instance.fact("UsageConfirmation") is None
    (voucher,) = instance.tuples("InformationOfAccountingDocumentsTuple")
    assert voucher.findtext("{*}NumberOfAccountingDocuments") == "PC202611-0001-001"
    assert voucher.findtext("{*}AccountingPeriod") == "2026-11"


def test_what_is_selected_for_deduction_is_told() -> None:
    instance = instance_of(etree.fromstring(written(use(selected_for="2026-11", verified=True))))
    assert instance is not None
    facts = ("WhetherEinvoiceUsageHasBeenConfirmed", "UsageConfirmation", "PeriodOfUsageConfirmation")
    assert [instance.fact(name) for name in facts] == ["true", "抵扣税款", "2026-11"]
    assert instance.fact("WhetherEinvoiceHasBeenChecked") == "true"


def test_a_line_of_two_invoices_is_divided_between_them() -> None:
    taken = {"A": Decimal("300.00"), "B": Decimal("100.00")}
    taxes = (TaxShare("A", Decimal("6.00")), TaxShare("B", Decimal("2.00")))
    both = line("400.00", 1, invoices=("A", "B"), taxes=taxes, paid_by="company_card")
    first = how(use(number="A"), both, taken=taken)
    second = how(use(number="B"), both, taken=taken)
    assert [str(amount) for _, _, amount in first.postings] == ["294.00", "6.00", "300.00"]
    assert [str(amount) for _, _, amount in second.postings] == ["98.00", "2.00", "100.00"]
    assert first.paid


@pytest.mark.parametrize("kind", [InvoiceKind.TAXI, InvoiceKind.SPECIAL_PAPER, InvoiceKind.OTHER])
def test_paper_has_no_instance(kind: InvoiceKind) -> None:
    assert form_of(use(kind)) is None


def test_what_people_typed_cannot_break_the_file() -> None:
    nasty = line("1060.00", 1, "60.00", description='</x>&"\x00\u2028')
    data = written(use(seller_name="<&>\x07"), how(use(), nasty))
    instance = instance_of(etree.fromstring(data))
    assert instance is not None
    assert instance.fact("SellerName") == "<&>"


@pytest.mark.parametrize("form", sorted({form.name for form in FORMS.values()}))
def test_elements_and_their_order_are_the_toolkits(form: str) -> None:
    config = CORPUS / "mof_configs" / f"{form}.xml"
    if not config.is_file():
        pytest.skip(f"the element lists are not here: {config}")
    expected = [element.get("elementName") for element in etree.parse(config).iter() if element.get("elementName")]
    kind = next(kind for kind, known in FORMS.items() if known.name == form)
    one = use(kind, **(CODED if kind in {InvoiceKind.TOLL, InvoiceKind.FISCAL} else {}), selected_for="2026-11")
    written_names = [etree.QName(element).localname for element in etree.fromstring(written(one)).iter("{*}*")]
    of_taxonomy = list(dict.fromkeys(name for name in written_names if name in expected))
    assert of_taxonomy == [name for name in expected if name in of_taxonomy]
    assert set(written_names) <= {
        *expected,
        "xbrl",
        "schemaRef",
        "context",
        "entity",
        "identifier",
        "period",
        "instant",
        "unit",
        "measure",
    }
