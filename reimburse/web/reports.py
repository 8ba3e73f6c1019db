"""Reports: charts, the claims behind each number, and each chart as a table to download."""

from datetime import date
from decimal import Decimal

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from reimburse.domain.money import from_fen
from reimburse.domain.workflow import FINANCE, Role
from reimburse.export.csv_file import csv_heading, csv_rows
from reimburse.export.rows import Column, Kind
from reimburse.export.table_workbook import table_workbook
from reimburse.services.reports import report_claims, report_scope, reports
from reimburse.services.reports.report_scope import HEADS, Scope
from reimburse.services.reports.report_words import DIMENSIONS, words_of
from reimburse.services.reports.reports import Bar
from reimburse.store.db import db, now, today
from reimburse.store.people import DepartmentRow
from reimburse.web.access import me, needs
from reimburse.web.address import month
from reimburse.web.downloads import attached
from reimburse.web.language import say, t

bp = Blueprint("reports", __name__, url_prefix="/reports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READERS = FINANCE | HEADS | {Role.AUDITOR}


@bp.get("")
@needs(*READERS)
def index() -> ResponseReturnValue:
    """All charts of the months and departments asked for."""
    scope = _scope()
    return render_template(
        "reports/index.html",
        charts=reports.report(scope),
        scope=scope,
        periods=_periods(today()),
        departments=_departments(),
        chosen=_department(),
        dimensions=DIMENSIONS,
        asked=_asked(scope),
    )


@bp.get("/<dimension>/claims")
@needs(*READERS)
def claims(dimension: str) -> ResponseReturnValue:
    """The claims behind one number."""
    _known(dimension)
    scope, value = _scope(), request.args.get("value", "")[:100]
    bar = reports.chart(scope, dimension).bar(value)
    return render_template(
        "reports/claims.html",
        page=report_claims.claims_behind(scope, dimension, value, request.args.get("before", type=int)),
        title=DIMENSIONS[dimension],
        bar=bar,
        words=bar.words if bar else words_of(dimension, value, {}, {}) if value == "" else None,
        scope=scope,
        dimension=dimension,
        value=value,
        asked=_asked(scope),
    )


@bp.get("/<dimension>.<any(csv, xlsx):form>")
@needs(*READERS)
def download(dimension: str, form: str) -> ResponseReturnValue:
    """A whole chart as a table."""
    _known(dimension)
    scope = _scope()
    bars = reports.chart(scope, dimension).bars
    name = f"{dimension}-{scope.since:%Y%m}-{scope.until:%Y%m}.{form}"
    if form == "csv":
        return attached(csv_heading(_columns()) + csv_rows(_columns(), bars), name, "text/csv")
    return attached(table_workbook(say(DIMENSIONS[dimension]), _columns(), bars, now()), name, XLSX)


def _columns() -> tuple[Column[Bar], ...]:
    return (
        Column(t("项目", "Item"), Kind.TEXT, 40, lambda bar: say(bar.words)),
        Column(t("代码", "Code"), Kind.TEXT, 24, lambda bar: bar.value),
        Column(t("报销单数", "Claims"), Kind.COUNT, 12, lambda bar: bar.number),
        Column(t("金额", "Amount"), Kind.MONEY, 16, lambda bar: from_fen(bar.fen)),
        Column(t("平均小时", "Mean hours"), Kind.TEXT, 12, lambda bar: Decimal(str(round(bar.hours, 1)))),
    )


def _known(dimension: str) -> None:
    if dimension not in DIMENSIONS:
        abort(404)


def _scope() -> Scope:
    first = today().replace(month=1, day=1)
    since, until = (request.args.get(name, type=month) or day for name, day in (("since", first), ("until", today())))
    return report_scope.scope(me(), since, until, _department())


def _department() -> int | None:
    return request.args.get("department", type=int)


def _asked(scope: Scope) -> dict[str, str | int | None]:
    """What a link has to say to stay in this scope."""
    return {"since": f"{scope.since:%Y-%m}", "until": f"{scope.until:%Y-%m}", "department": _department()}


def _departments() -> list[DepartmentRow]:
    seen = report_scope.departments_of(me())
    query = select(DepartmentRow).order_by(DepartmentRow.name)
    return list(db.session.scalars(query if seen is None else query.where(DepartmentRow.id.in_(seen))))


def _periods(day: date) -> list[tuple[str, str, str]]:
    """The periods most asked for: words, first and last month."""
    this, year = f"{day:%Y-%m}", day.year
    earlier = day.year * 12 + day.month - 3
    quarter = f"{earlier // 12:04}-{earlier % 12 + 1:02}"
    return [
        (t("本月", "This month"), this, this),
        (t("近三个月", "Three months"), quarter, this),
        (t("今年", "This year"), f"{year}-01", this),
        (t("去年", "Last year"), f"{year - 1}-01", f"{year - 1}-12"),
    ]
