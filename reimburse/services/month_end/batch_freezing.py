"""Freeze a batch in the background: look once more at every claim, write the files, take the control totals."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.batch import BatchAction, BatchState
from reimburse.domain.finding import Text
from reimburse.services.archive import archive_roots
from reimburse.services.month_end import batch_files
from reimburse.services.month_end.batch_claims import LOADED, readiness_of
from reimburse.services.month_end.batch_work import chain_of, finish, give_up, locked, move, note_progress, work_on
from reimburse.services.outbox import mark_done
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, reading, transaction
from reimburse.store.events import record

CLAIMS_AT_ONCE = 200


def freeze_batch(batch_id: int, outbox_id: int | None = None) -> None:
    """The job. The files are written beside a transaction that only reads, so that nobody waits for it.

    Nothing in the batch changes meanwhile: the database sees to that from the moment it was asked for.
    """
    with reading() as session:
        batch, frozen_at = session.get_one(BatchRow, batch_id), work_on(session, batch_id).started_at
        waits = batch.state == BatchState.FREEZING
        problem = _changed(session, batch_id) if waits else None
        control = {}
        if waits and not problem:
            control = archive_roots.rooted(
                batch_files.write(session, batch, frozen_at, lambda done: note_progress(batch_id, done, outbox_id))
            )
    with transaction() as session:
        batch, work = locked(session, batch_id), work_on(session, batch_id)
        if batch.state != BatchState.FREEZING:
            mark_done(session, outbox_id)
        elif problem:
            give_up(session, batch, problem, outbox_id)
        else:
            batch_files.register(session, control)
            batch.control, batch.frozen_by_id, batch.frozen_at = control, work.by_id, frozen_at
            move(batch, BatchAction.FINISH)
            record(session, chain_of(batch_id), "freeze", work.by_id, now(), control)
            finish(session, batch, outbox_id)


def _changed(session: Session, batch_id: int) -> Text | None:
    """Why the batch is not what was collected any more; nothing where it is."""
    collected = select(BatchClaimRow.claim_id, BatchClaimRow.total_fen).where(BatchClaimRow.batch_id == batch_id)
    totals = {row[0]: row[1] for row in session.execute(collected)}
    ids = sorted(totals)
    for start in range(0, len(ids), CLAIMS_AT_ONCE):
        some = select(ClaimRow).where(ClaimRow.id.in_(ids[start : start + CLAIMS_AT_ONCE])).options(*LOADED)
        for readiness in readiness_of(session, session.scalars(some).all()):
            claim = readiness.claim
            why = next(iter(readiness.hindrances), None)
            why = why or (Text("金额已变", "its total changed") if claim.total_fen != totals[claim.id] else None)
            if why:
                return Text(
                    f"报销单 {claim.claim_no}：{why.zh}，请移出批次。",
                    f"Claim {claim.claim_no}: {why.en}; take it out.",
                )
    return None
