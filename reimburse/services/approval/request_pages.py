"""What the pages of requests show: one's own, those that wait for one's decision, one with its steps. Only reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from reimburse.services.approval.approvers import REQUESTS, waits_for
from reimburse.services.approval.cases import AskingStep, may_see, step_waiting_for
from reimburse.services.approval.requests import with_taken
from reimburse.services.errors import NotFound
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import db
from reimburse.store.people import PersonRow
from reimburse.store.requests import RequestRow, RequestStepRow

PAGE = 25
OFFERED = 30


@dataclass(frozen=True, slots=True)
class Page:
    """Requests of one page, newest first, what is left of each, and the id that the next page starts below."""

    requests: Sequence[RequestRow]
    left: dict[str, int]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One request. ``mine``: the open step if the reader may decide it; ``used_by``: the claims whose lines name it."""

    request: RequestRow
    mine: AskingStep | None
    left_fen: int
    used_by: Sequence[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Offer:
    """A request that a line may name, and what is left of it, in fen."""

    request_no: str
    planned_on: date
    people: str
    left_fen: int


def own(person: PersonRow, before: int | None = None) -> Page:
    """The person's own requests."""
    mine = RequestRow.claimant_id == person.id
    ids = select(RequestRow.id).where(mine, RequestRow.id < before if before is not None else true())
    found = db.session.scalars(ids.order_by(RequestRow.id.desc()).limit(PAGE + 1)).all()
    rows = with_taken(db.session(), RequestRow.id.in_(found[:PAGE]))
    left = {row.request_no: row.amount_fen - taken for row, taken in rows}
    return Page([row for row, _ in rows], left, found[PAGE - 1] if len(found) > PAGE else None)


def waiting(person: PersonRow) -> Sequence[RequestRow]:
    """Those whose open step the person may decide, the longest waiting first."""
    query = select(RequestRow).join(RequestRow.steps).where(waits_for(person, REQUESTS))
    query = query.options(joinedload(RequestRow.claimant).lazyload(PersonRow.grants))
    return db.session.scalars(query.order_by(RequestRow.submitted_at, RequestRow.id).limit(PAGE)).all()


def waiting_count(person: PersonRow) -> int:
    """How many requests wait for the person."""
    query = select(func.count()).select_from(RequestStepRow).join(RequestStepRow.request)
    return db.session.scalar(query.where(waits_for(person, REQUESTS))) or 0


def show(person: PersonRow, request_no: str) -> Shown:
    """One request with its steps; ``NotFound`` where this person may not see it."""
    steps = selectinload(RequestRow.steps)
    query = select(RequestRow).where(RequestRow.request_no == request_no)
    row = db.session.scalar(
        query.options(
            steps.joinedload(RequestStepRow.assignee).lazyload(PersonRow.grants),
            steps.joinedload(RequestStepRow.decided_by).lazyload(PersonRow.grants),
            joinedload(RequestRow.claimant).lazyload(PersonRow.grants),
            joinedload(RequestRow.department),
        )
    )
    mine = step_waiting_for(person, row) if row else None
    if row is None or not (mine or may_see(person, row)):
        raise NotFound
    return Shown(row, mine, _left(row), _used_by(row))


def offers(claimant_id: int) -> list[Offer]:
    """The approved entertainment requests of a person, newest first, for the claim editor. One query."""
    usable = and_(
        RequestRow.claimant_id == claimant_id, RequestRow.state == "approved", RequestRow.kind == "entertainment"
    )
    latest = select(RequestRow.id).where(usable).order_by(RequestRow.id.desc()).limit(OFFERED)
    rows = with_taken(db.session(), RequestRow.id.in_(select(latest.subquery().c.id)))
    return [Offer(row.request_no, row.planned_on, row.people, row.amount_fen - taken) for row, taken in rows]


def _left(row: RequestRow) -> int:
    return next(one.amount_fen - taken for one, taken in with_taken(db.session(), RequestRow.id == row.id))


def _used_by(row: RequestRow) -> Sequence[tuple[str, str, int]]:
    query = (
        select(ClaimRow.claim_no, ClaimRow.state, func.sum(ExpenseLineRow.amount_fen))
        .join(ExpenseLineRow, ExpenseLineRow.claim_id == ClaimRow.id)
        .where(ExpenseLineRow.request_no == row.request_no, ClaimRow.claimant_id == row.claimant_id)
        .where(ClaimRow.state != "deleted")
        .group_by(ClaimRow.id)
        .order_by(ClaimRow.id)
    )
    return [(claim_no, state, int(fen)) for claim_no, state, fen in db.session.execute(query)]
