"""The one job of batches: it does what the batch's work row says."""

from collections.abc import Callable

from reimburse.services.month_end.batch_booking import export_batch
from reimburse.services.month_end.batch_filling import fill_batch
from reimburse.services.month_end.batch_freezing import freeze_batch
from reimburse.services.month_end.batch_reversing import reverse_batch
from reimburse.services.month_end.posting import post_batch
from reimburse.services.outbox import mark_done
from reimburse.store.batches import BatchWorkRow
from reimburse.store.db import reading, transaction

WORK: dict[str, Callable[[int, int | None], None]] = {
    "collect": fill_batch,
    "freeze": freeze_batch,
    "export": export_batch,
    "post": post_batch,
    "reverse": reverse_batch,
}


def work_on_batch(batch_id: int, outbox_id: int | None = None) -> None:
    """Do what was asked for; a job that comes late, or twice, finds nothing left to do."""
    with reading() as session:
        row = session.get(BatchWorkRow, batch_id)
        kind = row.kind if row and row.finished_at is None else None
    if kind is None:
        with transaction() as session:
            mark_done(session, outbox_id)
        return
    WORK[kind](batch_id, outbox_id)
