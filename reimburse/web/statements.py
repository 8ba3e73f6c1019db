"""Statements: files come in, are looked at, imported, and shown with what came of their rows."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.company import titles
from reimburse.services.errors import NotFound, Refused
from reimburse.services.invoices import intake
from reimburse.services.statements import (
    payment_accounts,
    statement_imports,
    statement_pages,
    statement_profiles,
    statement_reading,
)
from reimburse.services.statements.payment_accounts import AccountChoice, offered
from reimburse.services.statements.statement_profiles import ByHand
from reimburse.services.statements.statement_reading import NoStatement
from reimburse.store.payments import StatementImportRow
from reimburse.web.access import me, my_roles, needs
from reimburse.web.deeds import done, local, said_before
from reimburse.web.language import say, t
from reimburse.web.statement_layouts import described

bp = Blueprint("statements", __name__, url_prefix="/statements")
READERS = FINANCE | {Role.AUDITOR}


@bp.get("")
@needs(*READERS)
def index() -> ResponseReturnValue:
    """The imports, and the form for another."""
    return _index()


@bp.post("")
@needs(*FINANCE)
def upload() -> ResponseReturnValue:
    """Read a file; what cannot be read is told on the same page, unknown columns are asked for."""
    file = request.files.get("file")
    if file is None or not file.filename:
        flash(t("请选择账单文件。", "Choose a statement file."), "danger")
        return _index(), 422
    name, data = intake.plain_name(file.filename), file.stream.read()
    profile, password = request.form.get("profile") or None, request.form.get("password") or None
    try:
        import_id = statement_imports.preview(me(), name, data, profile=profile, password=password)
    except NoStatement as problem:
        if problem.unknown and data:
            return _mapping(problem, name, intake.store(name, data).sha256, password), 422
        return _index(problem), 422
    return redirect(url_for("statements.show", import_id=import_id))


@bp.post("/mapping")
@needs(*FINANCE)
def map_columns() -> ResponseReturnValue:
    """The columns of a table as a person maps them; the layout is known from then on."""
    form = request.form
    name, sha256, password = form.get("name", ""), form.get("sha256", ""), form.get("password") or None
    try:
        data = intake.files().get(sha256)
    except (FileNotFoundError, ValueError):
        raise NotFound from None
    said = described(form)
    try:
        import_id = statement_imports.preview_by_hand(me(), name, data, said, password=password)
    except NotFound:
        raise
    except Refused as refused:
        flash(say(refused.text), "danger")
        return _mapping(_unknown(name, data, password), name, sha256, password, said), 422
    flash(
        t("样式已保存，下次同样的账单会自动识别。", "The layout is kept: such a file is known from now on."), "success"
    )
    return redirect(url_for("statements.show", import_id=import_id))


@bp.post("/layouts/<int:profile_id>/retire")
@needs(*FINANCE)
def retire(profile_id: int) -> ResponseReturnValue:
    """Use a layout of our own no more."""
    statement_profiles.retire(me(), profile_id)
    flash(t("样式已停用。", "The layout is out of use."), "success")
    return redirect(url_for("statements.index"))


@bp.post("/accounts/<int:account_id>/own")
@needs(*FINANCE)
def make_own(account_id: int) -> ResponseReturnValue:
    """A card is its holder's very own, not the company's."""
    words = t("已改为个人卡，不再算公司付款。", "It is the holder's own card: what it paid the company did not pay.")
    back = local(request.form.get("back", ""), url_for("matching.index"))
    return done(lambda: payment_accounts.make_own(me(), account_id), words, back)


@bp.get("/<int:import_id>")
@needs(*READERS)
def show(import_id: int) -> ResponseReturnValue:
    """A file that is looked at, or the rows that came of it."""
    return _show(statement_pages.shown(import_id))


@bp.post("/<int:import_id>/import")
@needs(*FINANCE)
def confirm(import_id: int) -> ResponseReturnValue:
    """Import what was looked at."""
    row = statement_pages.shown(import_id)
    where = url_for("statements.show", import_id=import_id)
    if before := statement_pages.imported_before(row):
        flash(said_before(before), "info")
        return redirect(where)
    choices = {part.ordinal: _choice(part.ordinal) for part in row.parts}
    try:
        imported = statement_imports.confirm(me(), import_id, choices, request.form.get("version", 0, int))
    except NotFound:
        raise
    except Refused as refused:
        flash(say(refused.text), "danger")
        return _show(statement_pages.shown(import_id)), 422
    added = sum(part.added for part in imported.parts)
    flash(t(f"已导入 {added} 行，正在对账。", f"{added} rows imported; matching runs."), "success")
    return redirect(where)


@bp.post("/<int:import_id>/drop")
@needs(*FINANCE)
def drop(import_id: int) -> ResponseReturnValue:
    """Do not import it."""
    statement_imports.drop(me(), import_id, request.form.get("version", 0, int))
    return redirect(url_for("statements.index"))


def _index(problem: NoStatement | None = None) -> str:
    state = request.args.get("state", "")
    layouts = sorted((profile.name, profile.title.zh, profile.title.en) for profile in statement_reading.profiles())
    return render_template(
        "statements/index.html",
        page=statement_pages.listed(state, request.args.get("before", type=int)),
        state=state,
        layouts=layouts,
        own=statement_profiles.own(),
        problem=problem,
        acts=_acts(),
    )


def _mapping(problem: NoStatement, name: str, sha256: str, password: str | None, said: ByHand | None = None) -> str:
    if problem.unknown is None:
        return _index(problem)
    words = {
        "fields": statement_profiles.FIELDS,
        "pluses": statement_profiles.PLUS,
        "kinds": statement_profiles.KINDS,
    }
    return render_template(
        "statements/mapping.html",
        table=problem.unknown,
        name=name,
        sha256=sha256,
        password=password,
        said=said,
        **words,
    )


def _unknown(name: str, data: bytes, password: str | None) -> NoStatement:
    try:
        statement_reading.read(name, data, password=password)
    except NoStatement as problem:
        return problem
    raise NotFound


def _show(row: StatementImportRow) -> str:
    if row.state == "imported":
        came = statement_pages.imported(row, request.args.get("after", 0, int))
        return render_template("statements/imported.html", row=row, came=came, acts=_acts())
    return render_template(
        "statements/preview.html",
        row=row,
        parts=statement_pages.previewed(row),
        accounts=offered(),
        entities=titles.all_titles(),
        acts=_acts(),
    )


def _choice(ordinal: int) -> AccountChoice:
    form = request.form
    chosen = form.get(f"account-{ordinal}", "")
    if chosen.isdigit():
        return AccountChoice(account_id=int(chosen))
    return AccountChoice(
        name=form.get(f"name-{ordinal}", ""),
        holder=form.get(f"holder-{ordinal}", ""),
        own=bool(form.get(f"own-{ordinal}")),
        legal_entity_id=form.get(f"entity-{ordinal}", type=int),
    )


def _acts() -> bool:
    return bool(my_roles() & FINANCE)
