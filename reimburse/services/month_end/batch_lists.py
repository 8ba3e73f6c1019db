"""What the list of batches shows: approved claims that wait, and the batches. Nothing is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from reimburse.domain.workflow import ClaimState
from reimburse.services.month_end.batch_claims import LOADED, Readiness, readiness_of
from reimburse.services.month_end.batch_filling import Sieve
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db
from reimburse.store.people import LegalEntityRow, PersonRow

PAGE = 50
WITH = {
    "open": ("open", "freezing"),
    "frozen": ("frozen", "exporting"),
    "exported": ("exported", "posting"),
    "posted": ("posted", "reversing"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Approved claims of one legal entity that wait for a batch; ``after`` is where the next page starts.

    ``number`` and ``total_fen`` are of all that the sieve lets through.
    """

    entity: LegalEntityRow | None
    claims: Sequence[Readiness]
    counts: Sequence[tuple[LegalEntityRow, int]]
    after: int | None
    sieve: Sieve
    number: int
    total_fen: int
    cost_centers: Sequence[str]
    projects: Sequence[str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A batch in the list, with what is in it."""

    batch: BatchRow
    entity: str
    made_by: str
    claims: int
    total_fen: int


def waiting(sieve: Sieve, after: int | None = None) -> Waiting:
    """Approved claims that are in no batch, of the sieve's legal entity (the first one that has any, by default)."""
    counted = select(LegalEntityRow, func.count()).join(ClaimRow, ClaimRow.legal_entity_id == LegalEntityRow.id)
    counted = counted.where(ClaimRow.state == ClaimState.APPROVED.value).group_by(LegalEntityRow.id)
    counts = [(entity, number) for entity, number in db.session.execute(counted.order_by(LegalEntityRow.id))]
    entity = next((entity for entity, _ in counts if sieve.entity_id in (0, entity.id)), None)
    if entity is None:
        return Waiting(None, (), counts, None, sieve, 0, 0, (), ())
    sieve = replace(sieve, entity_id=entity.id)
    sums = sieve.narrowed(select(ClaimRow)).with_only_columns(func.count(), func.sum(ClaimRow.total_fen)).order_by(None)
    number, total = db.session.execute(sums).one()
    query = sieve.narrowed(select(ClaimRow))
    if after is not None:
        query = query.where(ClaimRow.id > after)
    rows = db.session.scalars(query.options(*LOADED).order_by(ClaimRow.id).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    following = shown[-1].id if len(rows) > PAGE else None
    centres, projects = _known(entity.id)
    found = readiness_of(db.session(), shown)
    return Waiting(entity, found, counts, following, sieve, number, int(total or 0), centres, projects)


def _known(entity_id: int) -> tuple[list[str], list[str]]:
    """The cost centres and projects of what waits."""
    query = select(ClaimRow.cost_center, ClaimRow.project).distinct()
    waits = query.where(ClaimRow.state == ClaimState.APPROVED.value, ClaimRow.legal_entity_id == entity_id)
    rows = db.session.execute(waits.limit(500)).all()
    return sorted({row[0] for row in rows if row[0]}), sorted({row[1] for row in rows if row[1]})


def listed(
    state: str | None = None, entity_id: int | None = None, before: int | None = None
) -> tuple[list[Listed], int | None]:
    """Batches, newest first, and the id that the next page starts below."""
    inside = (
        select(BatchClaimRow.batch_id, func.count().label("claims"), func.sum(BatchClaimRow.total_fen).label("total"))
        .group_by(BatchClaimRow.batch_id)
        .subquery()
    )
    query = (
        select(BatchRow, LegalEntityRow.name, PersonRow.name, inside.c.claims, inside.c.total)
        .join(LegalEntityRow, LegalEntityRow.id == BatchRow.legal_entity_id)
        .join(PersonRow, PersonRow.id == BatchRow.made_by_id)
        .join(inside, inside.c.batch_id == BatchRow.id, isouter=True)
        .order_by(BatchRow.id.desc())
        .limit(PAGE + 1)
    )
    if state:
        query = query.where(BatchRow.state.in_(WITH.get(state, (state,))))
    if entity_id:
        query = query.where(BatchRow.legal_entity_id == entity_id)
    if before is not None:
        query = query.where(BatchRow.id < before)
    rows = [
        Listed(batch, entity, by, claims or 0, int(total or 0))
        for batch, entity, by, claims, total in db.session.execute(query)
    ]
    return rows[:PAGE], rows[PAGE - 1].batch.id if len(rows) > PAGE else None


def counts() -> dict[str, int]:
    """How many batches there are in each state; one that is being worked on counts where it comes from."""
    counted = select(BatchRow.state, func.count()).group_by(BatchRow.state)
    found: Counter[str] = Counter()
    for state, number in db.session.execute(counted):
        found[next((name for name, states in WITH.items() if state in states), state)] += number
    return dict(found)


def open_batches(entity_id: int) -> list[BatchRow]:
    """The open batches of a legal entity, newest first."""
    query = select(BatchRow).where(
        BatchRow.state == "open", BatchRow.reversal_of_id.is_(None), BatchRow.legal_entity_id == entity_id
    )
    return list(db.session.scalars(query.order_by(BatchRow.id.desc()).limit(10)))
