"""Ask for work in the transaction that needs it; the dispatcher hands it to the queue after commit."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.store.db import now
from reimburse.store.outbox import OutboxRow


def ask(session: Session, job: str, *args: int | str, after: timedelta = timedelta()) -> OutboxRow:
    """Write down that ``workers.jobs.<job>`` has to run with these ids. Runs in the caller's transaction."""
    at = now()
    row = OutboxRow(job=job, args=list(args), created_at=at, due_at=at + after)
    session.add(row)
    session.flush()
    return row


def mark_done(session: Session, outbox_id: int | None) -> None:
    """Mark the row done, in the transaction of the job's effect. None: the job was called directly."""
    row = session.get(OutboxRow, outbox_id) if outbox_id is not None else None
    if row and row.done_at is None:
        row.done_at = now()


def due(session: Session, at: datetime, overdue: timedelta, limit: int = 100) -> list[OutboxRow]:
    """Rows to send now: never sent, or sent too long ago and still not done."""
    unsent_or_lost = (OutboxRow.sent_at.is_(None)) | (OutboxRow.sent_at < at - overdue)
    rows = select(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.failed_at.is_(None), OutboxRow.due_at <= at)
    return list(session.scalars(rows.where(unsent_or_lost).order_by(OutboxRow.id).limit(limit)))
