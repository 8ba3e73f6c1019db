"""Claims that moved before the reports kept their sums: each is added to them once, in the background."""

from time import monotonic

from sqlalchemy import ColumnElement, String, and_, cast, exists, literal, or_, select

from reimburse.domain.workflow import ClaimState
from reimburse.services.month_end.batch_work import SLICE_S
from reimburse.services.outbox import ask, mark_done
from reimburse.services.reports.report_entries import SPENT
from reimburse.services.reports.report_totals import report_claim
from reimburse.store.claims import ClaimRow
from reimburse.store.db import reading, transaction
from reimburse.store.events import EventRow
from reimburse.store.reports import ReportEntryRow, StaleReportRow

JOB = "report_earlier_claims"
AT_ONCE = 200


def report_earlier_claims(outbox_id: int | None = None) -> int:
    """The job: add every claim that should stand in the reports and does not; how many were added this time.

    A second run finds nothing. What takes longer than a slice goes on in the next one.
    """
    began, added, last = monotonic(), 0, 0
    while claim_ids := _missing(last):
        for last in claim_ids:
            report_claim(last)
            added += 1
        if monotonic() - began > SLICE_S:
            break
    with transaction() as session:
        if claim_ids:
            ask(session, JOB)
        mark_done(session, outbox_id)
    return added


def _missing(after: int) -> list[int]:
    """The next claims that add something to the reports, stand in none, and are not about to be looked at."""
    known = exists().where(ReportEntryRow.claim_id == ClaimRow.id)
    asked = exists().where(StaleReportRow.claim_id == ClaimRow.id)
    query = select(ClaimRow.id).where(ClaimRow.id > after, ClaimRow.submitted_on.is_not(None), _adds(), ~known, ~asked)
    with reading() as session:
        return list(session.scalars(query.order_by(ClaimRow.id).limit(AT_ONCE)))


def _adds() -> ColumnElement[bool]:
    """Claims that were spent, or sent back once: the others add nothing for certain."""
    chain = literal("claim:") + cast(ClaimRow.id, String)
    sent_back = exists().where(EventRow.chain == chain, EventRow.kind == "return")
    spent = ClaimRow.state.in_([state.value for state in SPENT])
    return or_(spent, and_(ClaimRow.state.in_([ClaimState.RETURNED.value, ClaimState.REJECTED.value]), sent_back))
