"""The work in the background as an administrator sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, ScalarSelect, func, select

from reimburse.domain.finding import Text
from reimburse.services.operation.job_words import job_words
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now
from reimburse.store.documents import DocumentRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.outbox import OutboxRow

SHOWN = 50
ABOUT = {
    (DocumentRow.id, DocumentRow.name): {"read_document"},
    (ClaimRow.id, ClaimRow.claim_no): {"check_claim", "report_claim"},
    (BatchRow.id, BatchRow.batch_no): {"work_on_batch"},
    (InvoiceRow.id, InvoiceRow.number): {"verify_invoice"},
}
"""The things that jobs are about by their first argument: key, name, and the jobs."""


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
    """One row of the outbox: its work in words, its state, and what it is about (a file, claim, batch, invoice)."""

    row: OutboxRow
    words: Text
    state: str
    about: str | None


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
    names, at = _names(rows), now()
    return [Job(row, job_words(row.job), _state(row, at), names.get(row.id)) for row in rows]


def _names(rows: Sequence[OutboxRow]) -> dict[int, str]:
    """What each row is about, by its id; a query for each kind of thing."""
    found: dict[int, str] = {}
    for (key, name), jobs in ABOUT.items():
        of = {row.id: row.args[0] for row in rows if row.job in jobs and row.args}
        query = select(key, name).where(key.in_(set(of.values())))
        rows_of = db.session.execute(query) if of else ()
        names = {row[0]: row[1] for row in rows_of if row[1]}
        found |= {row_id: names[identity] for row_id, identity in of.items() if identity in names}
    return found


def _state(row: OutboxRow, at: datetime) -> str:
    if row.failed_at:
        return "failed"
    if row.sent_at is None:
        return "waiting"
    late = row.sent_at < at - timedelta(seconds=current_app.extensions["settings"].job_overdue_s)
    return "overdue" if late else "sent"


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(OutboxRow.id)).where(*conditions).scalar_subquery()
