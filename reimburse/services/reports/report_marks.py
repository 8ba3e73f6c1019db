"""Note that a claim moved, so that the reports follow."""

from datetime import timedelta

from sqlalchemy.orm import Session

from reimburse.domain.workflow import ClaimState
from reimburse.services.outbox import ask
from reimburse.store.absent import insert_if_absent
from reimburse.store.db import now
from reimburse.store.reports import StaleReportRow

JOB = "report_claim"
SETTLE = timedelta(seconds=20)
"""A claim often moves several times within moments: it is looked at once."""
S = ClaimState
REPORTED = frozenset({S.RETURNED, S.APPROVED, S.REJECTED, S.EXPORTED, S.PAID, S.REVERSED, S.DELETED})
"""States on whose reaching the reports change."""


def touch(session: Session, claim_id: int) -> None:
    """The claim moved. Runs in the caller's transaction."""
    if insert_if_absent(session, StaleReportRow, {"claim_id": claim_id, "since": now()}):
        ask(session, JOB, claim_id, after=SETTLE)
