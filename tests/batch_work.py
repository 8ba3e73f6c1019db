"""Run what the outbox asks for batches and payouts, as the worker would."""

from sqlalchemy import select

from reimburse.store.db import db
from reimburse.store.outbox import OutboxRow
from workers.jobs import JOBS

OURS = ("work_on_batch", "settle_payouts")


def work() -> None:
    """Until nothing is left."""
    waiting = select(OutboxRow.id, OutboxRow.job, OutboxRow.args).where(OutboxRow.job.in_(OURS))
    while rows := db.session.execute(waiting.where(OutboxRow.done_at.is_(None))).all():
        db.session.rollback()
        for outbox_id, job, args in rows:
            JOBS[job](*args, outbox_id=outbox_id)
    db.session.rollback()
