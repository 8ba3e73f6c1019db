"""Run what the outbox asks for batches, as the worker would."""

from sqlalchemy import select

from reimburse.services.batch_jobs import work_on_batch
from reimburse.services.batch_work import JOB
from reimburse.store.db import db
from reimburse.store.outbox import OutboxRow


def work() -> None:
    """Until nothing is left."""
    waiting = select(OutboxRow.id, OutboxRow.args).where(OutboxRow.job == JOB, OutboxRow.done_at.is_(None))
    while rows := db.session.execute(waiting).all():
        db.session.rollback()
        for outbox_id, args in rows:
            work_on_batch(*args, outbox_id=outbox_id)
    db.session.rollback()
