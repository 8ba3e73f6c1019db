"""What the offset pages show: finance and auditors see all tasks, a claimant their own."""

from dataclasses import dataclass

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import defer, joinedload, lazyload

from reimburse.domain.workflow import ClaimState
from reimburse.services.access import SEE_ALL
from reimburse.services.errors import NotFound
from reimburse.services.page_keys import day_and_id
from reimburse.services.returns.offsets import working_days_left
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today
from reimburse.store.invoices import InvoiceRow
from reimburse.store.offsets import OffsetRow
from reimburse.store.people import PersonRow

PAGE = 25
STATES = ("open", "submitted", "closed")
OFFERED = 20
LOADED = (
    joinedload(OffsetRow.claim).lazyload("*"),
    joinedload(OffsetRow.claimant).lazyload(PersonRow.grants),
    joinedload(OffsetRow.invoice).options(defer(InvoiceRow.data), defer(InvoiceRow.seen), lazyload("*")),
)


@dataclass(frozen=True, slots=True)
class Task:
    """A task and the working days left; None where its clock stands still. Negative: so many late."""

    row: OffsetRow
    days_left: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page, the most urgent first; ``after`` is where the next one starts."""

    tasks: list[Task]
    after: str | None


def sees_all(person: PersonRow) -> bool:
    """Whether the person sees everybody's tasks."""
    return bool(person.roles() & SEE_ALL)


def listed(person: PersonRow, state: str | None, after: str | None = None) -> Page:
    """The tasks that this person sees, those in this state only."""
    query = _visible(person).options(*LOADED).order_by(OffsetRow.due_on, OffsetRow.id).limit(PAGE + 1)
    if state in STATES:
        query = query.where(OffsetRow.state == state)
    key = day_and_id(after)
    if key:
        query = query.where(tuple_(OffsetRow.due_on, OffsetRow.id) > tuple_(*key))
    rows = list(db.session.scalars(query))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page([_task(row) for row in rows[:PAGE]], f"{last.due_on}.{last.id}" if last else None)


def owed_by(person_id: int, limit: int) -> list[Task]:
    """What this person has to offset, the most urgent first."""
    mine = select(OffsetRow).where(OffsetRow.claimant_id == person_id, OffsetRow.state == "open").options(*LOADED)
    return [_task(row) for row in db.session.scalars(mine.order_by(OffsetRow.due_on, OffsetRow.id).limit(limit))]


def shown(person: PersonRow, offset_id: int) -> Task:
    """One task, or ``NotFound``."""
    row = db.session.scalar(_visible(person).options(*LOADED).where(OffsetRow.id == offset_id))
    if row is None:
        raise NotFound
    return _task(row)


def own_claims(person: PersonRow, row: OffsetRow) -> list[str]:
    """Numbers of the claimant's newest claims, to choose the offsetting one from."""
    if row.claimant_id != person.id:
        return []
    mine = select(ClaimRow.claim_no).where(ClaimRow.claimant_id == person.id, ClaimRow.id != row.claim_id)
    return list(
        db.session.scalars(
            mine.where(ClaimRow.state != ClaimState.DELETED.value).order_by(ClaimRow.id.desc()).limit(OFFERED)
        )
    )


def _visible(person: PersonRow) -> Select[OffsetRow]:
    query = select(OffsetRow)
    return query if sees_all(person) else query.where(OffsetRow.claimant_id == person.id)


def _task(row: OffsetRow) -> Task:
    return Task(row, working_days_left(today(), row.due_on) if row.state == "open" else None)
