"""What the sampling pages show: the samples drawn, and one with its claims and results."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from reimburse.services.errors import NotFound
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db
from reimburse.store.people import PersonRow
from reimburse.store.samplings import SampledClaimRow, SamplingRow

PAGE = 25


@dataclass(frozen=True, slots=True)
class Entry:
    """A sample in the list: who drew it, and how many of its claims have which result."""

    row: SamplingRow
    by: str
    results: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Page:
    """The newest samples first; ``before`` is the key of the next page."""

    entries: list[Entry]
    before: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One sample with its claims in the order they were drawn, and the names of those who noted results."""

    row: SamplingRow
    by: str
    claims: list[SampledClaimRow]
    names: Mapping[int, str]

    @property
    def deducted_fen(self) -> int:
        """What budgets are cut by."""
        return sum(claim.deduction_fen or 0 for claim in self.claims)


def listed(before: int | None = None) -> Page:
    """A page of samples."""
    query = select(SamplingRow, PersonRow.name).join(PersonRow, PersonRow.id == SamplingRow.drawn_by_id)
    if before is not None:
        query = query.where(SamplingRow.id < before)
    rows = [(row, name) for row, name in db.session.execute(query.order_by(SamplingRow.id.desc()).limit(PAGE + 1))]
    results = _results([row.id for row, _ in rows])
    entries = [Entry(row, name, results.get(row.id, {})) for row, name in rows[:PAGE]]
    return Page(entries, rows[PAGE - 1][0].id if len(rows) > PAGE else None)


def shown(sampling_id: int) -> Shown:
    """One sample, or ``NotFound``."""
    row = db.session.get(SamplingRow, sampling_id)
    if row is None:
        raise NotFound
    plain = joinedload(SampledClaimRow.claim).joinedload(ClaimRow.claimant).lazyload(PersonRow.grants)
    query = select(SampledClaimRow).where(SampledClaimRow.sampling_id == sampling_id).options(plain)
    claims = list(db.session.scalars(query.order_by(SampledClaimRow.position)))
    ids = {row.drawn_by_id, *(claim.noted_by_id for claim in claims if claim.noted_by_id)}
    people = db.session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids)))
    names = {row.id: row.name for row in people}
    return Shown(row, names[row.drawn_by_id], claims, names)


def _results(ids: list[int]) -> dict[int, dict[str, int]]:
    counted = select(SampledClaimRow.sampling_id, SampledClaimRow.result, func.count()).where(
        SampledClaimRow.sampling_id.in_(ids)
    )
    found: dict[int, dict[str, int]] = {}
    for sampling_id, result, count in db.session.execute(
        counted.group_by(SampledClaimRow.sampling_id, SampledClaimRow.result)
    ):
        found.setdefault(sampling_id, {})[result] = count
    return found
