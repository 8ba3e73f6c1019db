"""What the pages of the policy show: its versions, a version against the one before it, a draft. Only reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from reimburse.services.errors import NotFound
from reimburse.services.policy import policies, simulations
from reimburse.services.policy.policy_versions import PUBLISHED
from reimburse.store.db import db, today
from reimburse.store.people import DepartmentRow, LegalEntityRow, PersonRow
from reimburse.store.policies import PolicySimulationRow, PolicyVersionRow
from rules.policy import Policy
from rules.policy_diff import Difference, differences
from rules.policy_text import policy_of, texts_of
from rules.simulation import Tally


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the book. ``row`` is None for one of the folder; ``state`` is in_force, planned or past."""

    policy: Policy
    row: PolicyVersionRow | None
    state: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A version and what it says differently from the one before it."""

    version: Version
    before: Policy | None
    differences: Sequence[Difference]
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft or proposed version against the one that would be in force without it, and its last simulation."""

    row: PolicyVersionRow
    policy: Policy
    base: Policy
    differences: Sequence[Difference]
    simulation: PolicySimulationRow | None
    tally: Tally | None
    outdated: bool
    """Whether the draft says something else than what was simulated; its name and day aside."""


@dataclass(frozen=True, slots=True)
class Scopes:
    """What an exception may be for: the names in use."""

    legal_entity: Sequence[str]
    department: Sequence[str]
    grade: Sequence[str]
    category: Sequence[str]


def versions() -> list[Version]:
    """Every version of the book, the newest first."""
    known = policies.book().versions
    rows = {row.version: row for row in db.session.scalars(_with_people().where(PolicyVersionRow.state == PUBLISHED))}
    return [Version(policy, rows.get(policy.version), _state(policy)) for policy in reversed(known)]


def drafts() -> Sequence[PolicyVersionRow]:
    """Versions that are not published yet, the last changed first."""
    query = _with_people().where(PolicyVersionRow.state != PUBLISHED)
    return db.session.scalars(query.order_by(PolicyVersionRow.updated_at.desc())).all()


def compared(name: str) -> Compared:
    """The version of this name against the one before it."""
    known = policies.book().versions
    places = [place for place, policy in enumerate(known) if policy.version == name]
    if not places:
        raise NotFound
    policy, before = known[places[0]], known[places[0] - 1] if places[0] else None
    row = db.session.scalar(_with_people().where(PolicyVersionRow.version == name, PolicyVersionRow.state == PUBLISHED))
    told = differences(before, policy) if before else ()
    return Compared(Version(policy, row, _state(policy)), before, told, row.files if row else texts_of(policy))


def draft(draft_id: int) -> Draft:
    """A version that is not published yet."""
    row = db.session.scalar(_with_people().where(PolicyVersionRow.id == draft_id, PolicyVersionRow.state != PUBLISHED))
    if row is None:
        raise NotFound
    policy = policy_of(row.files)
    base = policies.in_force(max(row.effective_from, today()))
    simulation = simulations.latest(draft_id)
    tally = simulations.tally_of(simulation) if simulation else None
    outdated = bool(simulation and differences(policy_of(simulation.files), policy))
    return Draft(row, policy, base, differences(base, policy), simulation, tally, outdated)


def published_name(draft_id: int) -> str | None:
    """The name under which a draft was published, or None."""
    row = db.session.get(PolicyVersionRow, draft_id)
    return row.version if row and row.state == PUBLISHED else None


def scopes(policy: Policy) -> Scopes:
    """The companies, departments, grades and categories that there are."""
    grades = select(PersonRow.grade).where(PersonRow.grade != "").distinct().order_by(PersonRow.grade)
    return Scopes(
        db.session.scalars(select(LegalEntityRow.name).order_by(LegalEntityRow.name)).all(),
        db.session.scalars(select(DepartmentRow.name).order_by(DepartmentRow.name)).all(),
        db.session.scalars(grades).all(),
        tuple(policy.categories),
    )


def _with_people() -> Select[Any]:
    query = select(PolicyVersionRow)
    for person in (PolicyVersionRow.created_by, PolicyVersionRow.published_by, PolicyVersionRow.approved_by):
        query = query.options(joinedload(person).lazyload(PersonRow.grants))
    return query


def _state(policy: Policy) -> str:
    if policies.in_force().version == policy.version:
        return "in_force"
    return "planned" if policy.effective_from > today() else "past"
