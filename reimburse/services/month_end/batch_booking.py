"""Export a frozen batch in the background: its invoices are booked, its claims exported, and what is owed is noted."""

from math import inf
from time import monotonic

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.batch import BatchAction, BatchState
from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.archive import archive_ledger, archive_seals
from reimburse.services.claims import balances
from reimburse.services.claims.workflow import advance
from reimburse.services.month_end import mirroring
from reimburse.services.month_end.batch_work import SLICE_S, chain_of, finish, go_on_later, locked, move
from reimburse.services.outbox import ask, mark_done
from reimburse.services.payouts import advance_ledger, payouts
from reimburse.store.batches import BatchClaimRow, BatchRow, BatchWorkRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now, transaction
from reimburse.store.events import record


def export_batch(batch_id: int, outbox_id: int | None = None) -> None:
    """The job. Each claim is booked in a transaction of its own; a second run goes on where the first one ended."""
    if not export_each(batch_id, monotonic() + SLICE_S):
        with transaction() as session:
            go_on_later(session, batch_id, outbox_id)
        return
    with transaction() as session:
        batch = locked(session, batch_id)
        if batch.state != BatchState.EXPORTING:
            mark_done(session, outbox_id)
            return
        payouts.open_for(session, batch)
        move(batch, BatchAction.FINISH)
        record(session, chain_of(batch_id), "export", batch.exported_by_id, now(), {"files": batch.control["files"]})
        ask(session, archive_seals.JOB)
        finish(session, batch, outbox_id)


def export_each(batch_id: int, until: float = inf) -> bool:
    """Export claim after claim until this moment of the monotonic clock; whether all are through."""
    for claim_id in _not_yet_exported(batch_id):
        with transaction() as session:
            _export_claim(session, batch_id, claim_id)
        if monotonic() > until:
            return False
    return True


def _not_yet_exported(batch_id: int) -> list[int]:
    inside = select(ClaimRow.id).join(BatchClaimRow).where(BatchClaimRow.batch_id == batch_id)
    ids = list(db.session.scalars(inside.where(ClaimRow.state == ClaimState.BATCHED.value).order_by(ClaimRow.id)))
    db.session.rollback()
    return ids


def _export_claim(session: Session, batch_id: int, claim_id: int) -> None:
    claim = session.get_one(ClaimRow, claim_id, with_for_update={"of": ClaimRow}, populate_existing=True)
    if claim.state != ClaimState.BATCHED.value:
        return
    batch = session.get_one(BatchRow, batch_id)
    balances.book(session, claim)
    advance_ledger.offset(session, claim, batch.exported_by_id)
    archive_ledger.enter(session, claim, batch)
    said = {"batch_no": batch.batch_no}
    advance(session, claim, Action.EXPORT, Role.FINANCE_REVIEWER, batch.exported_by_id, said)
    settled = mirroring.owed_back(session, claim) <= 0 if claim.reversal_of_id else payouts.nothing_to_pay(claim)
    if settled:
        said |= {"reference": payouts.NOTHING}
        advance(session, claim, Action.PAY, Role.FINANCE_REVIEWER, batch.exported_by_id, said)
    if work := session.get(BatchWorkRow, batch_id):
        work.done += 1
