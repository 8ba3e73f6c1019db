"""What the list of batches shows: approved claims that wait, and the batches. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from reimburse.domain.workflow import ClaimState
from reimburse.services.batch_claims import LOADED, Readiness, readiness_of
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db
from reimburse.store.people import LegalEntityRow, PersonRow

PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """Approved claims of one legal entity that wait for a batch; ``after`` is where the next page starts."""

    entity: LegalEntityRow | None
    claims: Sequence[Readiness]
    counts: Sequence[tuple[LegalEntityRow, int]]
    after: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A batch in the list, with what is in it."""

    batch: BatchRow
    entity: str
    made_by: str
    claims: int
    total_fen: int


def waiting(entity_id: int | None, after: int | None = None) -> Waiting:
    """Approved claims that are in no batch, by legal entity (the first one that has any, by default)."""
    counted = select(LegalEntityRow, func.count()).join(ClaimRow, ClaimRow.legal_entity_id == LegalEntityRow.id)
    counted = counted.where(ClaimRow.state == ClaimState.APPROVED.value).group_by(LegalEntityRow.id)
    counts = [(entity, number) for entity, number in db.session.execute(counted.order_by(LegalEntityRow.id))]
    entity = next((entity for entity, _ in counts if entity_id in (None, entity.id)), None)
    if entity is None:
        return Waiting(None, (), counts, None)
    query = select(ClaimRow).where(ClaimRow.state == ClaimState.APPROVED.value, ClaimRow.legal_entity_id == entity.id)
    if after is not None:
        query = query.where(ClaimRow.id > after)
    rows = db.session.scalars(query.options(*LOADED).order_by(ClaimRow.id).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    return Waiting(entity, readiness_of(db.session(), shown), counts, shown[-1].id if len(rows) > PAGE else None)


def listed(state: str | None = None, before: int | None = None) -> tuple[list[Listed], int | None]:
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
        query = query.where(BatchRow.state == state)
    if before is not None:
        query = query.where(BatchRow.id < before)
    rows = [
        Listed(batch, entity, by, claims or 0, int(total or 0))
        for batch, entity, by, claims, total in db.session.execute(query)
    ]
    return rows[:PAGE], rows[PAGE - 1].batch.id if len(rows) > PAGE else None


def counts() -> dict[str, int]:
    """How many batches there are in each state."""
    counted = select(BatchRow.state, func.count()).group_by(BatchRow.state)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def open_batches(entity_id: int) -> list[BatchRow]:
    """The open batches of a legal entity, newest first."""
    query = select(BatchRow).where(BatchRow.state == "open", BatchRow.legal_entity_id == entity_id)
    return list(db.session.scalars(query.order_by(BatchRow.id.desc()).limit(10)))
