"""The claims behind a number of a report."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from reimburse.services.reports.report_scope import Scope
from reimburse.services.reports.report_words import AGES, MORE, STATES
from reimburse.services.reports.reports import LOOKED_UP, waiting_in
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now
from reimburse.store.reports import ReportEntryRow

PAGE = 50


@dataclass(frozen=True, slots=True)
class Behind:
    """A claim and what it adds to the number, in fen."""

    claim: ClaimRow
    fen: int


@dataclass(frozen=True, slots=True)
class Page:
    """The newest claims first; ``before`` is where the next page starts."""

    rows: list[Behind]
    before: int | None


def claims_behind(scope: Scope, dimension: str, value: str, before: int | None = None) -> Page:
    """A page of the claims that a bar counts."""
    query = _waiting(scope, value) if dimension == "waiting" else _counted(scope, dimension, value)
    if before is not None:
        query = query.where(ClaimRow.id < before)
    loaded = (joinedload(ClaimRow.claimant), joinedload(ClaimRow.department))
    rows = db.session.execute(query.options(*loaded).order_by(ClaimRow.id.desc()).limit(PAGE + 1)).unique().all()
    found = [Behind(claim, fen) for claim, fen in rows]
    return Page(found[:PAGE], found[PAGE - 1].claim.id if len(found) > PAGE else None)


def _counted(scope: Scope, dimension: str, value: str) -> Select[ClaimRow, int]:
    since, until, departments = scope.since, scope.until, scope.departments
    entry, wanted = ReportEntryRow, value
    if dimension in LOOKED_UP:
        if dimension == "month":
            since = until = _month(value)
        else:
            departments = frozenset({_department(value)}) & (departments or {_department(value)})
        dimension, wanted = "spend", ""
    query = select(ClaimRow, entry.fen).join(entry, entry.claim_id == ClaimRow.id)
    query = query.where(entry.dimension == dimension, entry.value == wanted, entry.month.between(since, until))
    return query if departments is None else query.where(entry.department_id.in_(departments))


def _department(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 19 else 0


def _month(value: str) -> date:
    try:
        return date.fromisoformat(value).replace(day=1)
    except ValueError:
        return date.min


def _waiting(scope: Scope, value: str) -> Select[ClaimRow, int]:
    state, _, age = value.partition(":")
    query = select(ClaimRow, ClaimRow.total_fen).where(*waiting_in(scope))
    if state in STATES:
        query = query.where(ClaimRow.state == state)
    if age not in AGES:
        return query
    ages = list(AGES)
    younger = ages[ages.index(age) - 1] if ages.index(age) else None
    if age != MORE:
        query = query.where(ClaimRow.updated_at >= now() - timedelta(days=int(age)))
    return query.where(ClaimRow.updated_at < now() - timedelta(days=int(younger))) if younger else query
