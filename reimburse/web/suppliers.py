"""Suppliers: the credit files that rules read and finance keeps; auditors look on."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.suppliers import supplier_pages, suppliers
from reimburse.services.suppliers.supplier_pages import TROUBLE, Filter
from reimburse.services.suppliers.suppliers import Standing
from reimburse.web.access import me, my_roles, needs
from reimburse.web.deeds import done
from reimburse.web.language import t

bp = Blueprint("suppliers", __name__, url_prefix="/suppliers")
READERS = FINANCE | {Role.AUDITOR}


@bp.get("")
@needs(*READERS)
def index() -> ResponseReturnValue:
    """The files, the largest sellers first."""
    level = request.args.get("level", "")
    known = level if level in (*suppliers.LEVELS, TROUBLE) else None
    wanted = Filter(request.args.get("q", "").strip()[:100], known, request.args.get("after"))
    return render_template("suppliers/index.html", page=supplier_pages.listed(wanted), wanted=wanted)


@bp.get("/<tax_id>")
@needs(*READERS)
def show(tax_id: str) -> ResponseReturnValue:
    """One file: figures, notes, invoices."""
    file = supplier_pages.file_of(tax_id, request.args.get("before", type=int))
    acts = bool(my_roles() & FINANCE)
    words = {"levels": suppliers.LEVELS, "taxpayers": suppliers.TAXPAYERS}
    return render_template("suppliers/show.html", file=file, acts=acts, **words)


@bp.post("/<tax_id>/notes")
@needs(*FINANCE)
def annotate(tax_id: str) -> ResponseReturnValue:
    """Write a note into the file."""
    return done(lambda: suppliers.annotate(me(), tax_id, request.form.get("text", "")), _noted(), _file(tax_id))


@bp.post("/<tax_id>/standing")
@needs(*FINANCE)
def change(tax_id: str) -> ResponseReturnValue:
    """Set the level, the kind of taxpayer and the relation."""
    form = request.form
    standing = Standing(form.get("level", ""), form.get("taxpayer", ""), bool(form.get("related")))
    version = form.get("version", 0, int)
    reason = form.get("reason", "")
    return done(lambda: suppliers.change(me(), tax_id, standing, reason, version), _noted(), _file(tax_id))


def _noted() -> str:
    return t("已记入档案。", "It is in the file.")


def _file(tax_id: str) -> str:
    return url_for("suppliers.show", tax_id=tax_id)
