"""Layouts of our own: the form that changes one, and what such a form says."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from reimburse.domain.workflow import FINANCE
from reimburse.services.errors import NotFound, Refused
from reimburse.services.statements import statement_layouts
from reimburse.services.statements.statement_profiles import FIELDS, KINDS, PLUS, ByHand
from reimburse.web.access import me, needs
from reimburse.web.language import say, t

bp = Blueprint("statement_layouts", __name__, url_prefix="/statements/layouts")


def described(form: MultiDict[str, str]) -> ByHand:
    """What a person typed of a table's columns."""
    return ByHand(
        form.get("title", ""),
        form.getlist("header"),
        form.getlist("field"),
        form.get("kind", "bank"),
        form.get("plus", "in"),
        form.get("words_in", ""),
        form.get("words_out", ""),
    )


@bp.get("/<int:profile_id>")
@needs(*FINANCE)
def edit(profile_id: int) -> ResponseReturnValue:
    """Its name and its columns, to change."""
    return _form(profile_id, statement_layouts.layout_of(profile_id).said)


@bp.post("/<int:profile_id>")
@needs(*FINANCE)
def save(profile_id: int) -> ResponseReturnValue:
    """Keep what was changed; what is refused is told over what was typed."""
    said = described(request.form)
    try:
        statement_layouts.change(me(), profile_id, said)
    except NotFound:
        raise
    except Refused as refused:
        flash(say(refused.text), "danger")
        return _form(profile_id, said), 422
    flash(t("样式已保存，以后的账单照此识别。", "The layout is kept: files are read by it from now on."), "success")
    return redirect(url_for("statements.index"))


def _form(profile_id: int, said: ByHand) -> str:
    words = {"fields": FIELDS, "pluses": PLUS, "kinds": KINDS}
    return render_template("statements/layout.html", profile_id=profile_id, said=said, **words)
