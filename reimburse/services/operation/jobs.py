"""The work in the background as an administrator sees it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, ScalarSelect, func, select

from reimburse.store.db import db, now
from reimburse.store.documents import DocumentRow
from reimburse.store.outbox import OutboxRow

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits, runs, is late, has failed; and how many were done in the last day."""

    waiting: int
    sent: int
    overdue: int
    failed: int
    done_today: int


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the outbox: its work, the file it is about, and its state."""

    row: OutboxRow
    state: str
    file: str | None


def counts() -> Counts:
    """The counts of this moment, each by an index, all in one query."""
    at = now()
    late = at - timedelta(seconds=current_app.extensions["settings"].job_overdue_s)
    undone = (OutboxRow.done_at.is_(None), OutboxRow.failed_at.is_(None))
    row = db.session.execute(
        select(
            _count(*undone, OutboxRow.sent_at.is_(None)).label("waiting"),
            _count(*undone, OutboxRow.sent_at >= late).label("sent"),
            _count(*undone, OutboxRow.sent_at < late).label("overdue"),
            _count(OutboxRow.done_at.is_(None), OutboxRow.failed_at.is_not(None)).label("failed"),
            _count(OutboxRow.done_at > at - timedelta(days=1)).label("done_today"),
        )
    ).one()
    return Counts(*row)


def unfinished() -> list[Job]:
    """Failed jobs first, then what waits, oldest first; fifty at the most."""
    query = select(OutboxRow).where(OutboxRow.done_at.is_(None))
    rows = list(db.session.scalars(query.order_by(OutboxRow.failed_at.is_(None), OutboxRow.id).limit(SHOWN)))
    ids = [row.args[0] for row in rows if row.job == "read_document"]
    names = {row.id: row.name for row in db.session.scalars(select(DocumentRow).where(DocumentRow.id.in_(ids)))}
    at = now()
    return [Job(row, _state(row, at), names.get(row.args[0]) if row.job == "read_document" else None) for row in rows]


def _state(row: OutboxRow, at: datetime) -> str:
    if row.failed_at:
        return "failed"
    if row.sent_at is None:
        return "waiting"
    late = row.sent_at < at - timedelta(seconds=current_app.extensions["settings"].job_overdue_s)
    return "overdue" if late else "checking"


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(OutboxRow.id)).where(*conditions).scalar_subquery()
