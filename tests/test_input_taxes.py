"""What of a line's tax is deducted: by decision 30, for what is taken of the invoice, unless finance rules otherwise."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.workflow import ClaimState
from reimburse.services.errors import NotFound, Refused
from reimburse.services.month_end import batch_vouchers, input_taxes
from reimburse.store.balances import BalanceEntryRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now, transaction
from reimburse.store.events import EventRow
from reimburse.store.input_taxes import LineInputTaxRow
from reimburse.store.people import PersonRow
from tests.batch_stories import approved
from tests.builders import Spent
from tests.taxed_batches import frozen, taxed

SHARED = "26990000000000009401"


def taxes(claim: ClaimRow) -> list[str]:
    return [str(line.tax) for line in input_taxes.lines_of(db.session(), claim)]


def person(company: dict[str, int], login: str) -> PersonRow:
    return db.session.get_one(PersonRow, company[login])


@pytest.mark.parametrize(
    ("kind", "category", "item", "expected"),
    [
        (InvoiceKind.SPECIAL_DIGITAL, "travel_lodging", "*住宿服务*住宿费", "6.00"),
        (InvoiceKind.GENERAL_DIGITAL, "travel_lodging", "*住宿服务*住宿费", "0.00"),
        (InvoiceKind.GENERAL_DIGITAL, "taxi", "*运输服务*客运服务费", "6.00"),
        (InvoiceKind.TOLL, "travel_transport", "*经营租赁*通行费", "6.00"),
        (InvoiceKind.SPECIAL_DIGITAL, "entertainment", "*住宿服务*住宿费", "0.00"),
        (InvoiceKind.SPECIAL_DIGITAL, "meeting", "*餐饮服务*餐费", "0.00"),
    ],
)
def test_the_tax_of_a_line(company: dict[str, int], kind: InvoiceKind, category: str, item: str, expected: str) -> None:
    claim = approved(company, Spent("106.00", category=category))
    taxed(claim.invoices[0], "6.00", kind, item)
    assert taxes(claim) == [expected]


def test_lines_share_an_invoice_by_their_amounts_and_each_by_its_category(company: dict[str, int]) -> None:
    lines = (Spent("70.00", (SHARED,), "office_supplies"), Spent("30.00", (SHARED,), "gift"), Spent("6.00", (SHARED,)))
    claim = approved(company, *lines)
    taxed(claim.invoices[0], "6.00", item="*纸制品*纸")
    assert taxes(claim) == ["3.96", "0.00", "0.34"]


def test_only_the_tax_of_what_is_taken_is_deducted(company: dict[str, int]) -> None:
    claim = approved(company, Spent("106.00"))
    taxed(claim.invoices[0], "6.00", item="*纸制品*纸")
    with transaction() as session:
        row = claim.invoices[0]
        given_back = BalanceEntryRow(code=row.code, number=row.number, claim_id=claim.id, kind="release", at=now())
        given_back.reserved_delta_fen, given_back.booked_delta_fen = -5300, 0
        session.add(given_back)
    assert taxes(claim) == ["3.00"]


def test_an_invoice_in_another_currency_has_no_input_vat(company: dict[str, int]) -> None:
    claim = approved(company, Spent("106.00"))
    taxed(claim.invoices[0], "6.00", item="*纸制品*纸")
    with transaction():
        claim.invoices[0].data = {**claim.invoices[0].data, "currency": "USD"}
    assert taxes(claim) == ["0.00"]


def test_finance_rules_otherwise_with_a_reason(company: dict[str, int]) -> None:
    claim = approved(company, Spent("106.00", category="meeting"), Spent("10.00"))
    taxed(claim.invoices[0], "6.00", item="*餐饮服务*餐费")
    input_taxes.rule(person(company, "sun"), claim.claim_no, 1, Decimal("5.00"), "会议用餐单独计价，见合同")
    assert taxes(claim) == ["5.00", "0.00"]
    batch = frozen(company, claim)
    (entry,) = batch_vouchers.entries_of(batch)
    assert [str(item.amount) for item in entry.postings] == ["101.00", "10.00", "5.00", "116.00"]
    told = db.session.scalars(select(EventRow).where(EventRow.kind == "input_tax_ruled")).one()
    assert told.actor_id == company["sun"]


def test_a_ruling_is_taken_back(company: dict[str, int]) -> None:
    claim = approved(company, Spent("106.00"))
    taxed(claim.invoices[0], "6.00", item="*纸制品*纸")
    finance = person(company, "zhou")
    input_taxes.rule(finance, claim.claim_no, 1, Decimal("0.00"), "用于福利")
    assert taxes(claim) == ["0.00"]
    input_taxes.rule(finance, claim.claim_no, 1, None, "不是福利")
    assert taxes(claim) == ["6.00"]


@pytest.mark.parametrize(
    ("tax", "reason", "told"),
    [
        ("5.00", " ", "Say why"),
        ("-0.01", "原因", "between nothing"),
        ("106.01", "原因", "between nothing"),
        ("1.005", "原因", "two decimal places"),
    ],
)
def test_what_cannot_be_ruled(company: dict[str, int], tax: str, reason: str, told: str) -> None:
    claim = approved(company, Spent("106.00"))
    with pytest.raises(Refused, match=told):
        input_taxes.rule(person(company, "sun"), claim.claim_no, 1, Decimal(tax), reason)


@pytest.mark.parametrize("login", ["lin", "zhao", "audit", "admin"])
def test_only_finance_rules(company: dict[str, int], login: str) -> None:
    claim = approved(company, Spent("106.00"))
    with pytest.raises(NotFound):
        input_taxes.rule(person(company, login), claim.claim_no, 1, Decimal("1.00"), "原因")


def test_a_line_without_invoice_has_no_tax(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00"), Spent("1.00", (), fields={"adjustment": "surcharge"}))
    with pytest.raises(Refused, match="no invoice"):
        input_taxes.rule(person(company, "sun"), claim.claim_no, 2, Decimal("0.50"), "原因")


def test_nothing_is_ruled_in_a_frozen_batch(company: dict[str, int]) -> None:
    claim = approved(company, Spent("106.00"))
    frozen(company, claim)
    with pytest.raises(Refused, match="frozen"):
        input_taxes.rule(person(company, "sun"), claim.claim_no, 1, Decimal("1.00"), "原因")
    row = LineInputTaxRow(line_id=claim.lines[0].id, tax_fen=1, reason="x", by_id=company["sun"], at=now())
    with pytest.raises(DBAPIError, match="frozen"), transaction() as session:
        session.add(row)


@pytest.mark.parametrize("state", [ClaimState.DRAFT, ClaimState.RETURNED, ClaimState.PAID])
def test_rulings_are_for_claims_under_way(company: dict[str, int], state: ClaimState) -> None:
    claim = approved(company, Spent("106.00"))
    with transaction():
        claim.state = state.value
    with pytest.raises(NotFound):
        input_taxes.rule(person(company, "sun"), claim.claim_no, 1, Decimal("1.00"), "原因")


def test_the_page_shows_each_line_and_takes_a_ruling(
    company: dict[str, int], sign_in: Callable[[str], FlaskClient]
) -> None:
    claim = approved(company, Spent("106.00"), Spent("1.00", (), fields={"adjustment": "surcharge"}))
    taxed(claim.invoices[0], "6.00", item="*纸制品*纸")
    client, address = sign_in("sun"), f"/claims/{claim.claim_no}/input-tax"
    page = client.get(address).text
    assert "¥6.00" in page
    assert "票面税额" in page
    sent = client.post(address, data={"line": "1", "tax": "0", "reason": "用于福利"}, follow_redirects=True)
    assert "用于福利" in sent.text
    assert taxes(claim) == ["0.00", "0.00"]
    assert client.post(address, data={"line": "1", "tax": "六元", "reason": "x"}).status_code == 422
    client.post(address, data={"line": "1", "tax": "", "reason": "不是福利"})
    assert taxes(claim) == ["6.00", "0.00"]


@pytest.mark.parametrize(("login", "looks", "acts"), [("sun", 200, 302), ("audit", 200, 403), ("lin", 403, 403)])
def test_who_looks_and_who_rules(
    company: dict[str, int], sign_in: Callable[[str], FlaskClient], login: str, looks: int, acts: int
) -> None:
    claim = approved(company, Spent("106.00"))
    client, address = sign_in(login), f"/claims/{claim.claim_no}/input-tax"
    assert client.get(address).status_code == looks
    assert client.post(address, data={"line": "1", "tax": "1", "reason": "原因"}).status_code == acts
