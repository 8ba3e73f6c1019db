"""Reports: pictures of spending and of the work; each number is read from kept sums and leads to its claims."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select

from reimburse.domain.finding import Text
from reimburse.domain.workflow import ClaimState
from reimburse.services.policy import policies
from reimburse.services.reports.report_scope import Scope
from reimburse.services.reports.report_words import AGES, MORE, PACES, STAGES, STATES, Names, words_of
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, now
from reimburse.store.people import DepartmentRow, LegalEntityRow
from reimburse.store.reports import ReportTotalRow
from reimburse.store.suppliers import SupplierRow

SHOWN = 10
"""Bars of a chart on the page; the download has them all."""
SMALL = ("category", "entity", "cost_center", "first_pass", "cycle", "pace", "return_rule", "duplicate")
LARGE = ("supplier", "project")
BY_NUMBER = frozenset({"first_pass", "cycle", "pace", "return_rule", "waiting"})
"""Charts whose bars are as long as the number of claims; of the others, as the money."""
ORDERS: dict[str, list[str]] = {
    "cycle": list(STAGES),
    "pace": list(PACES),
    "waiting": [f"{state}:{age}" for state in STATES for age in AGES],
}


class Sums(NamedTuple):
    """A value with its number of claims, fen and minutes."""

    value: str
    number: int
    fen: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure of a chart. ``percent`` is of the largest; ``minutes`` are of all claims together."""

    value: str
    words: Text
    number: int
    fen: int
    minutes: int
    percent: int

    @property
    def hours(self) -> float:
        """The mean time of a claim, in hours."""
        return self.minutes / 60 / self.number if self.number else 0.0


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart; ``more`` where the page shows only its largest bars."""

    dimension: str
    bars: list[Bar]
    more: bool = False

    @property
    def number(self) -> int:
        """How many claims are in it."""
        return sum(bar.number for bar in self.bars)

    @property
    def fen(self) -> int:
        """The money in it."""
        return sum(bar.fen for bar in self.bars)

    def bar(self, value: str) -> Bar | None:
        """The bar of this value."""
        return next((bar for bar in self.bars if bar.value == value), None)


def report(scope: Scope) -> dict[str, Chart]:
    """Every chart of this scope by its dimension, as the page shows them."""
    sums = (ReportTotalRow.dimension, ReportTotalRow.value)
    query = select(*sums, *_added()).where(*_within(scope), ReportTotalRow.dimension.in_(SMALL)).group_by(*sums)
    rows: dict[str, list[Sums]] = {dimension: [] for dimension in SMALL}
    for dimension, value, *amounts in db.session.execute(query):
        rows[dimension].append(_counted(value, amounts))
    charts = {dimension: _chart(dimension, rows[dimension], SHOWN) for dimension in SMALL}
    return charts | {dimension: chart(scope, dimension, SHOWN) for dimension in (*LARGE, *LOOKED_UP)}


def chart(scope: Scope, dimension: str, limit: int | None = None) -> Chart:
    """One chart, whole or its largest bars."""
    if dimension in LOOKED_UP:
        return _chart(dimension, LOOKED_UP[dimension](scope), None)
    fen = func.sum(ReportTotalRow.fen)
    query = select(ReportTotalRow.value, *_added()).where(*_within(scope), ReportTotalRow.dimension == dimension)
    query = query.group_by(ReportTotalRow.value).order_by(fen.desc(), ReportTotalRow.value)
    found = db.session.execute(query.limit(limit + 1 if limit else None))
    return _chart(dimension, [_counted(value, amounts) for value, *amounts in found], limit)


def _by_month(scope: Scope) -> list[Sums]:
    """Spending of every month of the scope."""
    query = select(ReportTotalRow.month, *_added()).where(*_within(scope), ReportTotalRow.dimension == "spend")
    found = {month: amounts for month, *amounts in db.session.execute(query.group_by(ReportTotalRow.month))}
    return [_counted(month.isoformat(), found.get(month, [0, 0, 0])) for month in scope.months]


def _by_department(scope: Scope) -> list[Sums]:
    query = select(ReportTotalRow.department_id, *_added()).where(*_within(scope), ReportTotalRow.dimension == "spend")
    rows = db.session.execute(query.group_by(ReportTotalRow.department_id))
    return [_counted(str(department_id), amounts) for department_id, *amounts in rows]


def _waiting(scope: Scope) -> list[Sums]:
    """What waits now, by state and by the days since it last moved; the scope's months do not matter."""
    at = now()
    limits = ((ClaimRow.updated_at >= at - timedelta(days=int(days)), days) for days in AGES if days != MORE)
    age = case(*limits, else_=MORE)
    query = select(ClaimRow.state, age, func.count(), func.sum(ClaimRow.total_fen))
    query = query.where(*waiting_in(scope)).group_by(ClaimRow.state, age)
    return [_counted(f"{state}:{days}", [number, fen, 0]) for state, days, number, fen in db.session.execute(query)]


def waiting_in(scope: Scope) -> list[ColumnElement[bool]]:
    """Which claims wait."""
    within: list[ColumnElement[bool]] = [ClaimRow.state.in_([ClaimState(state) for state in STATES])]
    return within if scope.departments is None else [*within, ClaimRow.department_id.in_(scope.departments)]


LOOKED_UP: dict[str, Callable[[Scope], list[Sums]]] = {
    "month": _by_month,
    "department": _by_department,
    "waiting": _waiting,
}


def _added() -> tuple[ColumnElement[int], ...]:
    return func.sum(ReportTotalRow.number), func.sum(ReportTotalRow.fen), func.sum(ReportTotalRow.minutes)


def _counted(value: str, amounts: Iterable[int]) -> Sums:
    number, fen, minutes = (int(amount) for amount in amounts)
    return Sums(value, number, fen, minutes)


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    within = [ReportTotalRow.month >= scope.since, ReportTotalRow.month <= scope.until]
    return within if scope.departments is None else [*within, ReportTotalRow.department_id.in_(scope.departments)]


def _chart(dimension: str, rows: list[Sums], limit: int | None) -> Chart:
    """Bars of rows that are not nothing, the largest first unless they have an order of their own."""
    if dimension in ORDERS:
        place = {value: index for index, value in enumerate(ORDERS[dimension])}
        rows = sorted(rows, key=lambda row: place[row.value])
    elif dimension != "month":
        rows = sorted(rows, key=lambda row: (-_size(dimension, row), row.value))
    kept = [row for row in rows if row.number or row.fen or dimension == "month"]
    return Chart(dimension, _bars(dimension, kept[:limit]), len(kept) > len(kept[:limit]))


def _bars(dimension: str, rows: list[Sums]) -> list[Bar]:
    most = max((abs(_size(dimension, row)) for row in rows), default=0) or 1
    names, categories = _names(dimension, [row.value for row in rows]), policies.in_force().categories
    return [
        Bar(
            row.value,
            words_of(dimension, row.value, names, categories),
            row.number,
            row.fen,
            row.minutes,
            abs(_size(dimension, row)) * 100 // most,
        )
        for row in rows
    ]


def _size(dimension: str, row: Sums) -> int:
    return row.number if dimension in BY_NUMBER else row.fen


def _names(dimension: str, values: list[str]) -> Names:
    """What the values of a dimension are called that stand for rows."""
    if dimension == "supplier":
        query = select(SupplierRow.tax_id, SupplierRow.name).where(SupplierRow.tax_id.in_(values))
        return {tax_id: name for tax_id, name in db.session.execute(query) if name}
    if dimension not in ("entity", "department"):
        return {}
    table = LegalEntityRow if dimension == "entity" else DepartmentRow
    rows = db.session.execute(select(table.id, table.name).where(table.id.in_([int(value) for value in values])))
    named: Mapping[str, str] = {str(key): name for key, name in rows}
    return named
