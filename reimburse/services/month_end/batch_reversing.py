"""Do a confirmed reversal in the background: mirror every claim, freeze and post the mirrors, link both batches."""

from datetime import date
from time import monotonic

from sqlalchemy.orm import Session

from reimburse.domain.batch import BatchAction, BatchState
from reimburse.domain.ledger import LedgerEntry
from reimburse.services.month_end import batch_files, batch_vouchers, mirroring, posting
from reimburse.services.month_end.batch_booking import export_each
from reimburse.services.month_end.batch_work import SLICE_S, chain_of, finish, go_on_later, locked, move, work_on
from reimburse.services.month_end.batches import opened
from reimburse.services.month_end.reversals import claims_to_reverse, left_to_reverse
from reimburse.services.outbox import mark_done
from reimburse.services.payouts import payouts
from reimburse.store.batches import BatchRow, ReversalRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, reading, transaction
from reimburse.store.events import record


def reverse_batch(batch_id: int, outbox_id: int | None = None) -> None:
    """The job. Every step is a transaction of its own and is skipped where an earlier run did it."""
    began = monotonic()
    reversal_id = _begin(batch_id)
    with reading() as session:
        row = session.get_one(ReversalRow, reversal_id)
        ids, mirror_id = claims_to_reverse(session, row), row.mirror_batch_id or 0
    for claim_id in ids:
        with transaction() as session:
            _reverse_one(session, batch_id, reversal_id, claim_id)
            if monotonic() - began > SLICE_S:
                go_on_later(session, batch_id, outbox_id)
                return
    _freeze(mirror_id, reversal_id)
    export_each(mirror_id)
    _finish(batch_id, mirror_id, reversal_id, outbox_id)


def _begin(batch_id: int) -> int:
    """Post what is not posted yet, so that both entries stand in the books; open the batch of the mirrors."""
    with reading() as session:
        batch = session.get_one(BatchRow, batch_id)
        entries = list(batch_vouchers.entries_of(batch)) if batch.state == BatchState.EXPORTED else []
    with transaction() as session:
        batch, work = locked(session, batch_id), work_on(session, batch_id)
        row = session.get_one(ReversalRow, int(work.asked["reversal"]))
        if batch.state == BatchState.EXPORTED:
            move(batch, BatchAction.POST)
            posting.post(session, batch, entries, date.fromisoformat(work.asked["on"]), work.by_id)
            move(batch, BatchAction.FINISH)
            session.flush()
        if row.claim_id is None and batch.state == BatchState.POSTED:
            move(batch, BatchAction.REVERSE)
        if row.mirror_batch_id is None:
            row.mirror_batch_id = opened(session, batch.legal_entity_id, row.asked_by_id, batch.id).id
        return row.id


def _reverse_one(session: Session, batch_id: int, reversal_id: int, claim_id: int) -> None:
    payouts.hold_of_claim(session, claim_id)
    claim = session.get_one(ClaimRow, claim_id, with_for_update={"of": ClaimRow}, populate_existing=True)
    row = session.get_one(ReversalRow, reversal_id)
    mirror_batch = session.get_one(BatchRow, row.mirror_batch_id)
    if claim_id in claims_to_reverse(session, row):
        mirroring.reverse_claim(session, claim, mirror_batch, row)
        work_on(session, batch_id).done += 1


def _freeze(mirror_id: int, reversal_id: int) -> None:
    with reading() as session:
        batch, row = session.get_one(BatchRow, mirror_id), session.get_one(ReversalRow, reversal_id)
        if batch.state != BatchState.OPEN:
            return
        frozen_at, checker = row.confirmed_at or now(), row.confirmed_by_id
        control = batch_files.write(session, batch, frozen_at, lambda _: None)
    with transaction() as session:
        batch = locked(session, mirror_id)
        if batch.state != BatchState.OPEN:
            return
        batch_files.register(session, control)
        move(batch, BatchAction.FREEZE)
        session.flush()
        batch.control, batch.frozen_by_id, batch.frozen_at = control, checker, frozen_at
        move(batch, BatchAction.FINISH)
        record(session, chain_of(mirror_id), "freeze", checker, now(), control)
        session.flush()
        move(batch, BatchAction.EXPORT)
        batch.exported_by_id, batch.exported_at = checker, now()


def _finish(batch_id: int, mirror_id: int, reversal_id: int, outbox_id: int | None) -> None:
    with reading() as session:
        entries = list(batch_vouchers.entries_of(session.get_one(BatchRow, mirror_id)))
        undone = posting.undone_by(session, entries)
    with transaction() as session:
        batch, mirror = locked(session, batch_id), locked(session, mirror_id)
        work, row = work_on(session, batch_id), session.get_one(ReversalRow, reversal_id)
        if mirror.state == BatchState.POSTED:
            mark_done(session, outbox_id)
            return
        _post_mirror(session, mirror, entries, undone, date.fromisoformat(work.asked["on"]), work.by_id)
        if batch.state == BatchState.POSTED and not left_to_reverse(session, batch_id):
            move(batch, BatchAction.REVERSE)
            session.flush()
        if batch.state == BatchState.REVERSING:
            move(batch, BatchAction.FINISH)
        row.state = "done"
        said = {"reversal": row.id, "mirror": mirror.batch_no, "reason": row.reason, "asked_by": row.asked_by_id}
        record(session, chain_of(batch_id), "reverse", row.confirmed_by_id, now(), said)
        finish(session, batch, outbox_id)


def _post_mirror(
    session: Session,
    mirror: BatchRow,
    entries: list[LedgerEntry],
    undone: list[int],
    on: date,
    by_id: int,
) -> None:
    move(mirror, BatchAction.FINISH)
    record(session, chain_of(mirror.id), "export", by_id, now(), {"files": mirror.control["files"]})
    session.flush()
    move(mirror, BatchAction.POST)
    posting.post(session, mirror, entries, on, by_id, undone)
    move(mirror, BatchAction.FINISH)
    session.flush()
