"""A reimbursed invoice that is taken back opens an offset task: its clock, who sees it, how it ends."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from reimburse.domain.finding import Severity
from reimburse.domain.invoice import Invoice, InvoiceKey, InvoiceKind
from reimburse.domain.reading import FileFormat, Reading, ReadStatus
from reimburse.domain.reading_json import reading_to_json
from reimburse.domain.verification import VerificationStatus
from reimburse.domain.workflow import ClaimState
from reimburse.services.claims import balances, checking
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.invoices import reading
from reimburse.services.invoices.verification import Result, record_result
from reimburse.services.returns import offset_pages, offsets
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now, today, transaction
from reimburse.store.events import EventRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.notices import NoticeRow
from reimburse.store.offsets import OffsetRow
from reimburse.store.people import PersonRow
from rules.policy import Workdays
from rules.workdays import add_working_days
from tests.builders import BUYER, SELLER, Spent, make_claim, make_document
from tests.claim_stories import claim_on, found, good_invoice
from tests.clients import signed_in
from tests.query_count import count_queries

NUMBER = "26990000000000007001"


def reimbursed(company: dict[str, int], login: str = "lin", number: str = NUMBER) -> ClaimRow:
    with transaction() as session:
        claim = make_claim(company[login], Spent("100.00", (number,)), state=ClaimState.APPROVED)
        balances.book(session, claim)
        claim.state = ClaimState.EXPORTED.value
    return claim


def person(company: dict[str, int], login: str) -> PersonRow:
    return db.session.get_one(PersonRow, company[login])


def taken_back(claim: ClaimRow, status: str = "voided") -> list[OffsetRow]:
    with transaction() as session:
        invoice = session.get_one(InvoiceRow, claim.invoices[0].id)
        record_result(session, invoice, Result(VerificationStatus(status), now(), "manual"))
    return tasks()


def tasks() -> list[OffsetRow]:
    db.session.rollback()
    return list(db.session.scalars(select(OffsetRow).order_by(OffsetRow.id)))


def opened_on(row: OffsetRow, day: date) -> OffsetRow:
    """As if the task had been opened on this day."""
    with transaction() as session:
        found = session.get_one(OffsetRow, row.id)
        found.noticed_on, found.due_on = day, add_working_days(day, 3, Workdays())
    return tasks()[-1]


def told(company: dict[str, int], login: str) -> list[str]:
    mine = select(NoticeRow.zh).where(NoticeRow.person_id == company[login], NoticeRow.kind == "offset")
    return list(db.session.scalars(mine.order_by(NoticeRow.id)))


@pytest.mark.parametrize("status", ["voided", "red_lettered"])
def test_a_reimbursed_invoice_taken_back_opens_a_task_with_its_clock(company: dict[str, int], status: str) -> None:
    claim = reimbursed(company)
    [row] = taken_back(claim, status)
    assert (row.claim_id, row.reason, row.amount_fen, row.state) == (claim.id, status, 10000, "open")
    assert row.due_on == add_working_days(today(), 3, Workdays())
    assert len(told(company, "lin")) == len(told(company, "sun")) == len(told(company, "zhou")) == 1
    assert told(company, "wu") == []
    kinds = db.session.scalars(select(EventRow.kind).where(EventRow.chain == f"claim:{claim.id}"))
    assert "offset_opened" in set(kinds)


def test_a_second_notice_opens_no_second_task(company: dict[str, int]) -> None:
    claim = reimbursed(company)
    taken_back(claim, "voided")
    assert len(taken_back(claim, "red_lettered")) == 1


@pytest.mark.parametrize("status", ["normal", "not_found", "out_of_control"])
def test_other_results_open_none(company: dict[str, int], status: str) -> None:
    assert taken_back(reimbursed(company), status) == []


def test_what_was_not_reimbursed_opens_none(company: dict[str, int]) -> None:
    with transaction():
        claim = make_claim(company["lin"], Spent("100.00", (NUMBER,)), state=ClaimState.APPROVED)
    assert taken_back(claim) == []


def test_a_red_letter_in_any_wallet_opens_it_too(company: dict[str, int]) -> None:
    claim = reimbursed(company)
    red = Invoice(
        InvoiceKind.GENERAL_DIGITAL,
        "26990000000000007002",
        issue_date=today(),
        buyer=BUYER,
        seller=SELLER,
        total_incl_tax=Decimal("-100.00"),
        red_letter=True,
        red_letter_of=InvoiceKey("", NUMBER),
    )
    with transaction():
        document = make_document(company["wu"], b"%PDF-1.4 red", "红字.pdf")
        document.state = "waiting"
    said = reading_to_json(Reading(document.name, document.sha256, FileFormat.PDF, ReadStatus.PARSED, invoice=red))
    reading._store(document.id, [said], {}, None)
    [row] = tasks()
    assert (row.reason, row.claim_id, row.claimant_id) == ("red_lettered", claim.id, company["lin"])


@pytest.mark.parametrize(
    ("noticed", "due"),
    [
        (date(2026, 11, 20), date(2026, 11, 25)),  # a Friday
        (date(2026, 9, 30), date(2026, 10, 10)),  # before the October holiday; Saturday 10th is worked
    ],
)
def test_the_third_working_day_is_the_last_in_time(company: dict[str, int], noticed: date, due: date) -> None:
    reimbursed(company)
    [row] = offsets.register_refund(person(company, "lin"), NUMBER, noticed)
    assert row.due_on == due
    assert offsets.working_days_left(noticed, due) == 3
    assert offsets.working_days_left(due, due) == 0
    assert offsets.working_days_left(due + timedelta(days=7), due) < 0


@pytest.mark.parametrize(("login", "number"), [("wu", NUMBER), ("lin", "26990000000000007999")])
def test_a_refund_is_registered_on_ones_own_reimbursed_invoice(
    company: dict[str, int], login: str, number: str
) -> None:
    reimbursed(company)
    with pytest.raises(Refused):
        offsets.register_refund(person(company, login), number, today())
    with pytest.raises(Refused):
        offsets.register_refund(person(company, "lin"), NUMBER, today() + timedelta(days=1))
    assert len(offsets.register_refund(person(company, "sun"), NUMBER, today())) == 1


def test_handing_in_stops_the_clock_and_finance_closes(company: dict[str, int]) -> None:
    [row] = taken_back(reimbursed(company))
    other = claim_on(good_invoice(company["lin"]))
    offsets.hand_in(person(company, "lin"), row.id, other.claim_no, "", row.version)
    [row] = tasks()
    assert (row.state, row.offset_claim_no, row.submitted_on, row.violation) == (
        "submitted",
        other.claim_no,
        today(),
        False,
    )
    offsets.close(person(company, "sun"), row.id, "已核对", row.version)
    [row] = tasks()
    assert (row.state, row.closed_by_id) == ("closed", company["sun"])


def test_a_late_one_is_a_violation_on_record(company: dict[str, int]) -> None:
    [row] = taken_back(reimbursed(company))
    row = opened_on(row, today() - timedelta(days=14))
    offsets.hand_in(person(company, "lin"), row.id, "", "已转账退回", row.version)
    assert tasks()[0].violation


@pytest.mark.parametrize(("claim_no", "note"), [("", " "), ("BX2099-999999", ""), ("self", ""), ("wu's", "")], ids=str)
def test_an_offset_names_ones_own_other_claim_or_says_how(company: dict[str, int], claim_no: str, note: str) -> None:
    claim = reimbursed(company)
    [row] = taken_back(claim)
    wus = claim_on(good_invoice(company["wu"])).claim_no
    named = {"self": claim.claim_no, "wu's": wus}.get(claim_no, claim_no)
    with pytest.raises(Refused):
        offsets.hand_in(person(company, "lin"), row.id, named, note, row.version)
    assert tasks()[0].state == "open"


def test_nobody_closes_their_own_or_without_a_reason(company: dict[str, int]) -> None:
    [row] = taken_back(reimbursed(company, "sun"))
    with pytest.raises(Refused, match="colleague"):
        offsets.close(person(company, "sun"), row.id, "好", row.version)
    with pytest.raises(Refused, match="Say why"):
        offsets.close(person(company, "zhou"), row.id, "", row.version)
    with pytest.raises(NotFound):
        offsets.close(person(company, "audit"), row.id, "好", row.version)
    with pytest.raises(Stale):
        offsets.close(person(company, "zhou"), row.id, "好", row.version + 1)


def test_an_overdue_offset_returns_the_next_claim_until_it_is_handed_in(company: dict[str, int]) -> None:
    [row] = taken_back(reimbursed(company))
    claim_no = claim_on(good_invoice(company["lin"])).claim_no

    def returned() -> bool:
        findings = checking.preview(found(claim_no)).findings
        return any(one.rule == "R-63" and one.severity is Severity.RETURN for one in findings)

    assert not returned()
    row = opened_on(row, today() - timedelta(days=14))
    assert returned()
    offsets.hand_in(person(company, "lin"), row.id, claim_no, "", row.version)
    assert not returned()
    assert not any(one.rule == "R-63" for one in checking.preview(claim_on(good_invoice(company["wu"]))).findings)


def test_people_are_reminded_on_working_days_once_a_day(company: dict[str, int], monkeypatch) -> None:
    [row] = taken_back(reimbursed(company))
    opened_on(row, date(2026, 11, 16))
    assert len(told(company, "lin")) == 1
    for day, told_so_far in ((date(2026, 11, 21), 1), (date(2026, 11, 23), 2), (date(2026, 11, 23), 2)):
        monkeypatch.setattr(offsets, "today", lambda day=day: day)
        offsets.remind()
        assert len(told(company, "lin")) == told_so_far
    assert tasks()[0].violation


def test_far_from_its_last_day_nobody_is_reminded(company: dict[str, int], monkeypatch) -> None:
    [row] = taken_back(reimbursed(company))
    opened_on(row, date(2026, 11, 18))
    monkeypatch.setattr(offsets, "today", lambda: date(2026, 11, 19))
    offsets.remind()
    assert len(told(company, "lin")) == 1
    monkeypatch.setattr(offsets, "today", lambda: date(2026, 11, 20))
    offsets.remind()
    assert len(told(company, "lin")) == 2


@pytest.mark.parametrize(("login", "status"), [("lin", 200), ("sun", 200), ("audit", 200), ("wu", 404), ("zhao", 404)])
def test_each_sees_their_own_tasks(app: Flask, company: dict[str, int], login: str, status: int) -> None:
    [row] = taken_back(reimbursed(company))
    client = signed_in(app, login)
    assert client.get(f"/offsets/{row.id}").status_code == status
    assert (f"/offsets/{row.id}" in client.get("/offsets").text) is (status == 200)


def test_the_list_is_paged_by_key_in_few_queries(app: Flask, company: dict[str, int], monkeypatch) -> None:
    for number in range(3):
        taken_back(reimbursed(company, number=f"{NUMBER[:-1]}{number}"))
    client = signed_in(app, "sun")
    with count_queries() as asked:
        assert client.get("/offsets").text.count("/offsets/") >= 3
    assert len(asked) <= 15, asked
    monkeypatch.setattr(offset_pages, "PAGE", 2)
    sun = person(company, "sun")
    first = offset_pages.listed(sun, None)
    rest = offset_pages.listed(sun, None, first.after)
    assert ([len(first.tasks), len(rest.tasks)], rest.after) == ([2, 1], None)


def test_the_home_page_says_what_is_owed(app: Flask, company: dict[str, int]) -> None:
    [row] = taken_back(reimbursed(company))
    for login, owed in (("lin", True), ("wu", False), ("sun", False)):
        client = signed_in(app, login)
        with count_queries() as asked:
            assert (f"/offsets/{row.id}" in client.get("/").text) is owed
        assert len(asked) <= 15, asked


def test_a_refund_goes_through_the_pages(app: Flask, company: dict[str, int]) -> None:
    reimbursed(company)
    lin, sun = signed_in(app, "lin"), signed_in(app, "sun")
    page = lin.post("/offsets", data={"number": NUMBER, "refunded_on": today().isoformat()}, follow_redirects=True)
    assert "剩 3 个工作日" in page.text
    [row] = tasks()
    lin.post(f"/offsets/{row.id}/hand-in", data={"note": "已退回", "version": row.version})
    [row] = tasks()
    page = sun.post(f"/offsets/{row.id}/close", data={"note": "已到账", "version": row.version}, follow_redirects=True)
    assert "已结案" in page.text
