"""Bills, orders, receipts and deductions coming in: by table with a preview, or typed into a form."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from parsers.tables.columns import Table
from parsers.tables.kinds import TABLES
from parsers.tables.reading import ITEM_FIELDS
from reimburse.domain.workflow import FINANCE, Role
from reimburse.export.table_template import template_csv, template_xlsx
from reimburse.services.company import titles
from reimburse.services.deals import hand_entry, table_imports
from reimburse.services.deals.hand_entry import BY_HAND
from reimburse.services.errors import NotFound, Refused
from reimburse.web.access import login_required, me, needs
from reimburse.web.downloads import attached
from reimburse.web.language import say, t
from reimburse.web.refused_forms import back_to

bp = Blueprint("tables", __name__)
READERS = FINANCE | {Role.AUDITOR}
LISTS = {
    "bills": "bills.index",
    "orders": "orders.index",
    "receipts": "orders.receipts",
    "certifications": "deductions.index",
}
LINES = 8
"""So many lines an order or a receipt has in its form."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/tables/<kind>")
@needs(*READERS)
def choose(kind: str) -> ResponseReturnValue:
    """Where the file is chosen, what its columns may be called, what came in last."""
    return _choose(kind)


@bp.post("/tables/<kind>")
@needs(*FINANCE)
def receive(kind: str) -> ResponseReturnValue:
    """A file comes in; it is shown before anything is stored of it."""
    file = request.files.get("file")
    data, name = (file.read(), file.filename or "") if file else (b"", "")
    try:
        import_id = table_imports.receive(me(), kind, request.form.get("entity", 0, int), name, data)
    except NotFound:
        raise
    except Refused as refused:
        flash(say(refused.text), "danger")
        return _choose(kind), 422
    return redirect(url_for("tables.preview", import_id=import_id))


@bp.get("/tables/<kind>/template.<ending>")
@needs(*READERS)
def template(kind: str, ending: str) -> ResponseReturnValue:
    """An empty table with the headings that are recognised."""
    table = _table(kind)
    headings = [say(column.words) for column in table.columns]
    sample = [column.sample for column in table.columns]
    if ending == "csv":
        data, mimetype = template_csv(headings, sample), "text/csv"
    elif ending == "xlsx":
        needed = [column.needed for column in table.columns]
        data, mimetype = template_xlsx(say(table.words), headings, needed, sample), XLSX
    else:
        abort(404)
    return attached(data, f"{kind}.{ending}", mimetype)


@bp.get("/imports/<int:import_id>")
@needs(*READERS)
def preview(import_id: int) -> ResponseReturnValue:
    """How the columns are understood, which rows are fine and which are left out; later, what came of it."""
    shown = table_imports.shown(me(), import_id)
    expected = table_imports.expected(shown)
    broken = {one.row: one.why for one in expected.left_out}
    words = {"shown": shown, "expected": expected, "broken": broken, "back": url_for(LISTS[shown.row.kind])}
    return render_template("tables/preview.html", **words, acts=bool(me().roles() & FINANCE))


@bp.post("/imports/<int:import_id>/mapping")
@needs(*FINANCE)
def remap(import_id: int) -> ResponseReturnValue:
    """Another sheet, another heading row, other columns."""
    form = request.form
    mapping = {name.removeprefix("field-"): _place(value) for name, value in form.items() if name.startswith("field-")}
    numbers = (form.get("sheet", 0, int), form.get("heading_row", 1, int))
    where = url_for("tables.preview", import_id=import_id)
    back_to(where)
    table_imports.remap(me(), import_id, *numbers, mapping, form.get("version", 0, int))
    return redirect(where)


@bp.post("/imports/<int:import_id>/run")
@needs(*FINANCE)
def run(import_id: int) -> ResponseReturnValue:
    """Take it in."""
    where = url_for("tables.preview", import_id=import_id)
    back_to(where)
    done = table_imports.run(me(), import_id, request.form.get("version", 0, int))
    told = (done.added, done.completed, done.known)
    flash(t("新增 {}，补全 {}，已有 {}。", "{} new, {} completed, {} known.").format(*told), "success")
    return redirect(where)


@bp.get("/records/<kind>/new")
@login_required
def new(kind: str) -> ResponseReturnValue:
    """An empty form."""
    return _form(kind, request.args)


@bp.post("/records/<kind>/new")
@login_required
def add(kind: str) -> ResponseReturnValue:
    """Put what was typed on record."""
    table = _table(kind)
    try:
        done = hand_entry.enter(me(), kind, _typed(table), request.form.get("entity", 0, int))
    except NotFound:
        raise
    except Refused as refused:
        flash(say(refused.text), "danger")
        return _form(kind, request.form), 422
    known = t("已有这一笔，没有重复登记。", "It is on record already; nothing was added.")
    flash(t("已登记。", "It is on record.") if done.added or done.completed else known, "success")
    return redirect(
        (request.form.get("order") and url_for("orders.show", order_id=request.form["order"])) or _list(kind)
    )


def _typed(table: Table) -> list[dict[str, str]]:
    """The form's rows: the first carries what the paper as a whole states."""
    form = request.form
    head = {column.field: form.get(column.field, "").strip() for column in table.columns}
    rows = [
        {field: form.get(f"{field}-{number}", "").strip() for field in ITEM_FIELDS if f"{field}-{number}" in form}
        for number in range(LINES)
    ]
    filled = [{name: text for name, text in row.items() if text} for row in rows]
    first, *others = [row for row in filled if row] or [{}]
    return [{**{name: text for name, text in head.items() if text}, **first}, *others]


def _form(kind: str, given: Mapping[str, str]) -> str:
    table = _table(kind)
    if kind not in BY_HAND or not hand_entry.may_enter(me(), kind, given.get("order_no")):
        raise NotFound
    columns = [column for column in table.columns if column.field not in ITEM_FIELDS]
    items = [column for column in table.columns if column.field in ITEM_FIELDS - {"line_amount"}]
    return render_template(
        "tables/form.html",
        table=table,
        kind=kind,
        columns=columns,
        items=items if kind != "bills" else [],
        given=given,
        lines=LINES,
        entities=titles.all_titles(),
    )


def _choose(kind: str) -> str:
    return render_template(
        "tables/choose.html",
        table=_table(kind),
        kind=kind,
        imports=table_imports.latest(me(), kind),
        entities=titles.all_titles(),
        acts=bool(me().roles() & FINANCE),
        back=url_for(LISTS[kind]),
    )


def _table(kind: str) -> Table:
    if kind not in TABLES:
        raise NotFound
    return TABLES[kind]


def _list(kind: str) -> str:
    return url_for(LISTS[kind]) if me().roles() & READERS else url_for("orders.index")


def _place(value: str) -> int | None:
    return int(value) if value.isdecimal() else None
