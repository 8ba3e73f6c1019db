"""Claims from before the reports kept their sums: each is added once, and none twice."""

import pytest
from sqlalchemy import delete, select

from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.claims.workflow import advance
from reimburse.services.outbox import ask
from reimburse.services.reports.report_backfill import report_earlier_claims
from reimburse.services.reports.report_totals import report_claim
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, transaction
from reimburse.store.outbox import OutboxRow
from reimburse.store.reports import ReportEntryRow, ReportTotalRow, StaleReportRow
from tests.builders import Spent, make_claim
from workers.jobs import JOBS


def made(company: dict[str, int], amount: str, state: ClaimState = ClaimState.APPROVED) -> ClaimRow:
    """A claim of an earlier release: nothing marks it for the reports."""
    with transaction():
        return make_claim(company["lin"], Spent(amount), state=state)


def spent_fen() -> int:
    db.session.expire_all()
    return sum(db.session.scalars(select(ReportTotalRow.fen).where(ReportTotalRow.dimension == "spend")))


def test_earlier_claims_are_added_once(company: dict[str, int]) -> None:
    for amount in ("10.00", "2.50"):
        made(company, amount)
    report_claim(made(company, "7.00").id)
    assert spent_fen() == 700
    assert [report_earlier_claims() for _ in range(2)] == [2, 0]
    assert spent_fen() == 1950


@pytest.mark.parametrize("state", [ClaimState.DRAFT, ClaimState.CHECKING, ClaimState.IN_REVIEW, ClaimState.REJECTED])
def test_what_adds_nothing_is_left_alone(company: dict[str, int], state: ClaimState) -> None:
    made(company, "10.00", state)
    assert report_earlier_claims() == 0
    assert db.session.scalars(select(ReportEntryRow)).all() == []


def test_what_was_sent_back_and_given_up_counts_in_the_first_pass_rate(company: dict[str, int]) -> None:
    claim = made(company, "10.00", ClaimState.IN_REVIEW)
    with transaction() as session:
        advance(session, session.get_one(ClaimRow, claim.id), Action.RETURN, Role.APPROVER, None)
        session.execute(delete(StaleReportRow))
    assert report_earlier_claims() == 1
    again = select(ReportTotalRow.number).where(ReportTotalRow.dimension == "first_pass")
    assert db.session.scalars(again.where(ReportTotalRow.value == "again")).all() == [1]


def test_what_is_about_to_be_looked_at_is_left_to_that(company: dict[str, int]) -> None:
    claim = made(company, "10.00", ClaimState.IN_REVIEW)
    with transaction() as session:
        advance(session, session.get_one(ClaimRow, claim.id), Action.APPROVE, Role.APPROVER, None)
    assert report_earlier_claims() == 0


def test_the_daily_job_marks_itself_done(company: dict[str, int]) -> None:
    made(company, "10.00")
    with transaction() as session:
        ask(session, "report_earlier_claims")
    row = db.session.scalars(select(OutboxRow).where(OutboxRow.job == "report_earlier_claims")).one()
    outbox_id = row.id
    db.session.rollback()
    JOBS["report_earlier_claims"](outbox_id=outbox_id)
    assert db.session.get_one(OutboxRow, outbox_id).done_at is not None
    assert spent_fen() == 1000
