"""Prepayments: paid without an invoice, listed until it comes, cleared once; and the monthly reminder of F-28."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from reimburse.domain.workflow import ClaimState
from reimburse.services.claims import balances
from reimburse.services.errors import NotFound, Refused
from reimburse.services.missing import monthly_reminders, prepayments
from reimburse.services.month_end import batch_claims, batches
from reimburse.services.operation import daily
from reimburse.settings import Settings
from reimburse.store.balances import InvoiceBalanceRow
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import db, today, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.notices import MailRow, NoticeRow
from reimburse.store.people import PersonRow
from reimburse.store.prepayments import PrepaymentClearingRow
from tests.builders import Spent, make_claim, make_invoice, plain_policy
from tests.clients import signed_in
from tests.query_count import count_queries

NUMBER = "26990000000000009501"


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def prepaid(
    company: dict[str, int], login: str = "lin", state: ClaimState = ClaimState.EXPORTED, days_ago: int = 0
) -> ExpenseLineRow:
    """A prepaid line of 100.00 without an invoice, whose deed was done so many days ago."""
    with transaction():
        fields = {"occurred_on": None, "ended_on": today() - timedelta(days=days_ago)}
        claim = make_claim(company[login], Spent("100.00", (), category="prepayment"), state=state)
        line = claim.lines[0]
        line.occurred_on, line.ended_on = fields["occurred_on"], fields["ended_on"]
    return line


def person(company: dict[str, int], login: str) -> PersonRow:
    return db.session.get_one(PersonRow, company[login])


def arrived(company: dict[str, int], login: str = "lin", total: str = "100.00") -> InvoiceRow:
    with transaction():
        return make_invoice(company[login], total, NUMBER)


def waiting(company: dict[str, int], login: str = "sun") -> list[int]:
    db.session.rollback()
    return [item.line.id for item in prepayments.listed(person(company, login)).items]


def balance() -> tuple[int, int]:
    db.session.rollback()
    row = db.session.get(InvoiceBalanceRow, ("", NUMBER))
    return (row.reserved_fen, row.booked_fen) if row else (0, 0)


def test_a_prepayment_goes_into_a_batch_without_its_invoice(company: dict[str, int]) -> None:
    line = prepaid(company, state=ClaimState.APPROVED)
    [readiness] = batch_claims.readiness_of(db.session(), [line.claim])
    assert readiness.ready
    assert batches.collect(company["sun"], [line.claim.claim_no])


@pytest.mark.parametrize(
    ("state", "listed"),
    [
        (ClaimState.IN_REVIEW, False),
        (ClaimState.APPROVED, True),
        (ClaimState.EXPORTED, True),
        (ClaimState.PAID, True),
        (ClaimState.REJECTED, False),
    ],
)
def test_granted_ones_are_outstanding(company: dict[str, int], state: ClaimState, listed: bool) -> None:
    line = prepaid(company, state=state)
    assert (line.id in waiting(company)) is listed


def test_lines_with_an_invoice_are_not(company: dict[str, int]) -> None:
    with transaction():
        make_claim(company["lin"], Spent("10.00", category="prepayment"), Spent("5.00", ()), state=ClaimState.EXPORTED)
    assert waiting(company) == []


@pytest.mark.parametrize(("days_ago", "left"), [(0, 30), (30, 0), (31, -1)])
def test_the_policy_says_how_long_it_may_stand(company: dict[str, int], days_ago: int, left: int) -> None:
    prepaid(company, days_ago=days_ago)
    [item] = prepayments.listed(person(company, "lin")).items
    assert item.days_left == left


def test_the_invoice_clears_it_and_is_used_up(company: dict[str, int]) -> None:
    line, invoice = prepaid(company), arrived(company)
    prepayments.clear(person(company, "lin"), line.id, NUMBER, "")
    assert (waiting(company), balance()) == ([], (0, 10000))
    row = db.session.get_one(PrepaymentClearingRow, line.id)
    assert (row.invoice_id, row.by_id) == (invoice.id, company["lin"])
    with transaction():
        again = make_claim(company["wu"], Spent("100.00", (NUMBER,)), state=ClaimState.DRAFT)
    with pytest.raises(balances.InvoiceInUse):
        balances.reserve(db.session(), again)


def test_an_invoice_claimed_elsewhere_clears_nothing(company: dict[str, int]) -> None:
    line = prepaid(company)
    with transaction():
        make_claim(company["lin"], Spent("100.00", (NUMBER,)))
    with pytest.raises(balances.InvoiceInUse):
        prepayments.clear(person(company, "lin"), line.id, NUMBER, "")
    assert (waiting(company), balance()) == ([line.id], (10000, 0))


def test_a_larger_invoice_is_taken_for_what_was_prepaid(company: dict[str, int]) -> None:
    line = prepaid(company)
    arrived(company, total="150.00")
    prepayments.clear(person(company, "sun"), line.id, NUMBER, "")
    assert balance() == (0, 10000)


@pytest.mark.parametrize(
    ("login", "number", "note", "error"),
    [
        ("lin", "", "已退回", Refused),
        ("lin", "26990000000000009999", "", Refused),
        ("sun", "", " ", Refused),
        ("wu", NUMBER, "", NotFound),
        ("audit", NUMBER, "", NotFound),
    ],
)
def test_who_may_not_clear_and_with_what(
    company: dict[str, int], login: str, number: str, note: str, error: type[Exception]
) -> None:
    line = prepaid(company)
    arrived(company)
    with pytest.raises(error):
        prepayments.clear(person(company, login), line.id, number, note)
    assert waiting(company) == [line.id]


def test_finance_closes_without_an_invoice_but_not_its_own(company: dict[str, int]) -> None:
    line, own = prepaid(company), prepaid(company, "sun")
    prepayments.clear(person(company, "sun"), line.id, "", "供应商已退款")
    with pytest.raises(Refused):
        prepayments.clear(person(company, "sun"), own.id, "", "供应商已退款")
    assert waiting(company) == [own.id]


def test_it_is_cleared_once_and_only_when_paid_out(company: dict[str, int]) -> None:
    line, early = prepaid(company), prepaid(company, state=ClaimState.APPROVED)
    arrived(company)
    prepayments.clear(person(company, "lin"), line.id, NUMBER, "")
    with pytest.raises(NotFound):
        prepayments.clear(person(company, "lin"), line.id, NUMBER, "")
    with pytest.raises(Refused, match="not been paid"):
        prepayments.clear(person(company, "lin"), early.id, NUMBER, "")
    assert balance() == (0, 10000)


def test_everybody_sees_their_own_and_finance_all(app: Flask, company: dict[str, int]) -> None:
    lins, wus = prepaid(company), prepaid(company, "wu", days_ago=40)
    seen = {login: waiting(company, login) for login in ("lin", "wu", "sun", "audit", "zhao")}
    assert seen == {
        "lin": [lins.id],
        "wu": [wus.id],
        "sun": [lins.id, wus.id],
        "audit": [lins.id, wus.id],
        "zhao": [],
    }
    client = signed_in(app, "sun")
    with count_queries() as asked:
        page = client.get("/prepayments").text
    assert ("超期 10 天" in page, len(asked) <= 15) == (True, True), asked


def test_it_is_cleared_on_the_page(app: Flask, company: dict[str, int]) -> None:
    line = prepaid(company)
    arrived(company)
    client = signed_in(app, "lin")
    page = client.post(f"/prepayments/{line.id}/clear", data={"number": NUMBER}, follow_redirects=True).text
    assert "没有挂账的预付款" in page


def test_the_list_is_paged_by_key(company: dict[str, int], monkeypatch) -> None:
    lines = [prepaid(company).id for _ in range(3)]
    monkeypatch.setattr(prepayments, "PAGE", 2)
    first = prepayments.listed(person(company, "sun"))
    rest = prepayments.listed(person(company, "sun"), first.after or 0)
    assert ([item.line.id for item in (*first.items, *rest.items)], rest.after) == (lines, None)


def issued(company: dict[str, int], login: str, day: date) -> InvoiceRow:
    with transaction():
        invoice = make_invoice(company[login], "10.00")
        invoice.issue_date = day
    return invoice


def notices(company: dict[str, int], login: str) -> list[str]:
    rows = select(NoticeRow.zh).where(NoticeRow.person_id == company[login]).order_by(NoticeRow.id)
    return list(db.session.scalars(rows))


@pytest.fixture
def on(monkeypatch):
    """Set the day on which the reminder runs."""

    def set_day(day: date) -> None:
        for module in (monthly_reminders, prepayments):
            monkeypatch.setattr(module, "today", lambda: day)

    return set_day


@pytest.mark.parametrize(
    ("issue_date", "told"),
    [
        (date(2026, 8, 22), False),  # its last day, 22 November, is over
        (date(2026, 8, 23), True),
        (date(2026, 9, 24), True),
        (date(2026, 9, 25), False),  # 25 December is more than a month ahead
    ],
)
def test_invoices_near_their_limit_are_reminded_of(company: dict[str, int], on, issue_date: date, told: bool) -> None:
    on(date(2026, 11, 23))
    issued(company, "lin", issue_date)
    monthly_reminders.remind()
    assert (notices(company, "lin") != []) is told
    assert notices(company, "wu") == []


def test_claimed_invoices_are_not_reminded_of(company: dict[str, int], on) -> None:
    on(date(2026, 11, 23))
    with transaction():
        claim = make_claim(company["lin"], Spent("10.00"))
        claim.invoices[0].issue_date = date(2026, 9, 1)
    monthly_reminders.remind()
    assert notices(company, "lin") == []


def test_one_notice_names_both_and_the_mail_says_what(company: dict[str, int]) -> None:
    line = prepaid(company, days_ago=40)
    issued(company, "lin", today() - timedelta(days=80))
    monthly_reminders.remind()
    [text] = notices(company, "lin")
    assert text == "请报销 1 张快到期的发票，为 1 笔预付款取票"
    mail = db.session.scalars(select(MailRow).where(MailRow.person_id == company["lin"])).one()
    assert db.session.get_one(ClaimRow, line.claim_id).claim_no in mail.body
    assert ["1 笔超期" in notices(company, login)[0] for login in ("sun", "zhou")] == [True, True]


def test_run_twice_it_tells_once(company: dict[str, int]) -> None:
    prepaid(company, days_ago=40)
    for _ in range(2):
        monthly_reminders.remind()
    assert (len(notices(company, "lin")), len(notices(company, "sun"))) == (1, 1)


def test_it_is_asked_for_once_a_month(company: dict[str, int]) -> None:
    days = (date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2))
    asked = ["remind_monthly" in daily.ask_for_daily_work(day) for day in days]
    assert asked == [True, False, True, False]
