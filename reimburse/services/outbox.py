"""Ask for work in the transaction that needs it; the dispatcher hands it to the queue after commit."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reimburse.store.db import db, now, transaction
from reimburse.store.outbox import OutboxRow

ASKED = "asked"
"""Set in ``session.info`` while a transaction holds new work."""


def ask(session: Session, job: str, *args: int | str, after: timedelta = timedelta()) -> OutboxRow:
    """Write down that ``workers.jobs.<job>`` has to run with these ids. Runs in the caller's transaction."""
    at = now()
    row = OutboxRow(job=job, args=list(args), created_at=at, due_at=at + after)
    session.add(row)
    session.flush()
    session.info[ASKED] = True
    return row


def hasten(session: Session, job: str, by: datetime) -> None:
    """Let a row of this job that waits for a later time be due by then. Runs in the caller's transaction."""
    waits = (OutboxRow.job == job, OutboxRow.due_at > by, OutboxRow.sent_at.is_(None), OutboxRow.attempts == 0)
    session.execute(update(OutboxRow).where(*waits, OutboxRow.done_at.is_(None)).values(due_at=by))
    session.info[ASKED] = True


def mark_done(session: Session, outbox_id: int | None) -> None:
    """Mark the row done, in the transaction of the job's effect. None: the job was called directly."""
    row = session.get(OutboxRow, outbox_id) if outbox_id is not None else None
    if row and row.done_at is None:
        row.done_at = now()


def tell_alive(outbox_id: int | None) -> None:
    """Note that a long job still runs, beside whatever transaction it is in, so that it is not sent again."""
    if outbox_id is not None:
        with Session(db.engine) as session:
            session.execute(update(OutboxRow).where(OutboxRow.id == outbox_id).values(sent_at=now()))
            session.commit()


def due(session: Session, at: datetime, overdue: timedelta, limit: int = 100) -> list[OutboxRow]:
    """Rows to send now: never sent, or sent too long ago and still not done."""
    unsent_or_lost = (OutboxRow.sent_at.is_(None)) | (OutboxRow.sent_at < at - overdue)
    rows = select(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.failed_at.is_(None), OutboxRow.due_at <= at)
    return list(session.scalars(rows.where(unsent_or_lost).order_by(OutboxRow.id).limit(limit)))


def note_failure(outbox_id: int, failure: BaseException, delays_s: tuple[int, ...]) -> None:
    """Write the failure on the row and set when it is tried next; after the last delay it is failed for good."""
    with transaction() as session:
        row = session.get(OutboxRow, outbox_id)
        if row is None or row.done_at is not None:
            return
        row.error = f"{type(failure).__name__}: {failure}"[:2000]
        if row.attempts > len(delays_s):
            row.failed_at = now()
            return
        row.sent_at = None
        row.due_at = now() + timedelta(seconds=delays_s[max(row.attempts, 1) - 1])


def retry(outbox_id: int) -> None:
    """Try a failed row again, from the start."""
    with transaction() as session:
        row = session.get(OutboxRow, outbox_id)
        if row and row.done_at is None:
            row.failed_at = row.sent_at = None
            row.attempts, row.due_at = 0, now()
