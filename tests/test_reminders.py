"""Steps that wait: reminded after two working days, one level up after five, each once."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select

from reimburse.services.approval import approvals, reminders
from reimburse.services.operation.daily import ask_for_daily_work
from reimburse.settings import Settings
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today, transaction
from reimburse.store.events import EventRow
from reimburse.store.notices import MailRow, NoticeRow
from reimburse.store.outbox import OutboxRow
from reimburse.store.people import PersonRow
from tests.builders import Spent, claim_in_review, plain_policy
from workers import jobs

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
THURSDAY_BEFORE_THE_HOLIDAY = datetime(2026, 9, 24, 8, tzinfo=UTC)
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
SUNDAY, NEXT_MONDAY = date(2026, 11, 29), date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


@pytest.fixture
def claim(company: dict[str, int]) -> ClaimRow:
    return waiting(company, "zhao", "approver")


def waiting(company: dict[str, int], login: str, role: str, opened_at: datetime = MONDAY) -> ClaimRow:
    """A claim of lin whose step this person holds since then."""
    claim = claim_in_review(company["lin"], Spent("10.00"), assignee_id=company[login])
    with transaction() as session:
        step = approvals.open_step(session, claim)
        step.role, step.opened_at = role, opened_at
    return claim


def look(on: date) -> None:
    with transaction() as session:
        reminders.look_after_steps(session, datetime.combine(on, time(1), UTC))


def told() -> list[tuple[str, str]]:
    rows = select(PersonRow.login, NoticeRow.kind).join(PersonRow, PersonRow.id == NoticeRow.person_id)
    return [tuple(row) for row in db.session.execute(rows.order_by(NoticeRow.id))]


def held_by(claim: ClaimRow) -> tuple[str, str]:
    step = approvals.open_step(db.session, claim)
    return step.assignee.login, step.role


@pytest.mark.parametrize(("on", "expected"), [(TUESDAY, []), (WEDNESDAY, [("zhao", "reminder")])])
def test_the_second_working_day_brings_a_reminder(claim: ClaimRow, on: date, expected: list) -> None:
    look(on)
    assert told() == expected


def test_a_reminder_is_given_once_and_by_mail(claim: ClaimRow) -> None:
    look(WEDNESDAY)
    look(WEDNESDAY)
    look(date(2026, 11, 26))
    assert told() == [("zhao", "reminder")]
    assert claim.claim_no in db.session.scalars(select(MailRow)).one().body


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2026, 11, 27), ("zhao", "approver")), (NEXT_MONDAY, ("qian", "department_director"))],
)
def test_the_fifth_working_day_takes_it_one_level_up(claim: ClaimRow, on: date, expected: tuple) -> None:
    look(on)
    assert held_by(claim) == expected


def test_both_are_told_and_the_record_says_so(claim: ClaimRow, company: dict[str, int]) -> None:
    look(NEXT_MONDAY)
    look(NEXT_MONDAY)
    assert told() == [("qian", "review"), ("zhao", "escalation")]
    event = db.session.scalars(select(EventRow).where(EventRow.kind == "escalated")).one()
    assert f'"from":{company["zhao"]}' in event.payload
    assert f'"to":{company["qian"]}' in event.payload


def test_the_clock_starts_again_one_level_up(claim: ClaimRow) -> None:
    look(NEXT_MONDAY)
    look(date(2026, 12, 1))
    assert len(told()) == 2
    look(date(2026, 12, 2))
    assert told()[2:] == [("qian", "reminder")]
    look(date(2026, 12, 7))
    assert held_by(claim) == ("zhou", "finance_head")


def test_at_the_top_administrators_are_told_once(company: dict[str, int]) -> None:
    claim = waiting(company, "zhou", "finance_head")
    look(NEXT_MONDAY)
    look(date(2026, 12, 1))
    assert told() == [("admin", "no_approver")]
    assert held_by(claim) == ("zhou", "finance_head")


def test_it_never_goes_up_to_the_claimant(company: dict[str, int]) -> None:
    claim = waiting(company, "zhao", "approver")
    with transaction():
        claim.claimant_id = company["qian"]
    look(NEXT_MONDAY)
    assert held_by(claim) == ("zhou", "finance_head")


def test_two_steps_of_one_rule_stay_with_two_people(company: dict[str, int]) -> None:
    claim = waiting(company, "qian", "department_director")
    with transaction() as session:
        approvals.open_step(session, claim).why = "R-73"
        other = ApprovalStepRow(claim_id=claim.id, round=1, position=2, role="finance_head", why="R-73")
        other.assignee_id = company["zhou"]
        session.add(other)
    look(NEXT_MONDAY)
    assert held_by(claim) == ("qian", "department_director")


@pytest.mark.parametrize(("on", "count"), [(date(2026, 9, 25), 0), (date(2026, 9, 28), 0), (date(2026, 9, 29), 1)])
def test_holidays_do_not_count(company: dict[str, int], on: date, count: int) -> None:
    waiting(company, "zhao", "approver", THURSDAY_BEFORE_THE_HOLIDAY)
    look(on)
    assert len(told()) == count


def test_nothing_happens_on_a_day_off(claim: ClaimRow) -> None:
    look(SUNDAY)
    assert told() == []


def test_decided_claims_are_left_alone(claim: ClaimRow) -> None:
    with transaction():
        claim.state = "approved"
    look(NEXT_MONDAY)
    assert told() == []


def test_it_is_daily_work_that_the_worker_knows(company: dict[str, int]) -> None:
    assert "remind_approvers" in ask_for_daily_work(today())
    row = db.session.scalars(select(OutboxRow).where(OutboxRow.job == "remind_approvers")).one()
    outbox_id = row.id
    jobs.run([(row.job, outbox_id, row.args)])
    assert db.session.get(OutboxRow, outbox_id).done_at is not None
