"""Invoice titles: everyone copies them, administrators and the finance head keep them."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import Role
from reimburse.services import titles
from reimburse.services.errors import Refused
from reimburse.web.access import login_required, me, needs
from reimburse.web.language import say, t

bp = Blueprint("titles", __name__, url_prefix="/titles")
keepers = needs(Role.ADMIN, Role.FINANCE_HEAD)


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """All titles, ready to copy."""
    shown = [(title, titles.as_text(title)) for title in titles.all_titles()]
    return render_template("titles/index.html", titles=shown)


@bp.get("/new")
@keepers
def new() -> ResponseReturnValue:
    """An empty form."""
    return render_template("titles/form.html", title=None, form=titles.TitleForm("", ""))


@bp.get("/<int:title_id>")
@keepers
def edit(title_id: int) -> ResponseReturnValue:
    """The form of one title."""
    row = titles.get(title_id)
    form = titles.TitleForm(
        row.name,
        row.tax_id,
        row.address_phone or "",
        row.bank_account or "",
        row.valid_from,
        row.valid_to,
        "\n".join(row.former_names),
    )
    return render_template("titles/form.html", title=row, form=form)


@bp.post("/new")
@bp.post("/<int:title_id>")
@keepers
def save(title_id: int | None = None) -> ResponseReturnValue:
    """Store a title."""
    words = ("name", "tax_id", "address_phone", "bank_account", "former_names")
    try:
        form = titles.TitleForm(
            **{name: request.form.get(name, "") for name in words},
            valid_from=_day(request.form.get("valid_from", "")),
            valid_to=_day(request.form.get("valid_to", "")),
        )
        titles.save(title_id, form, me())
    except Refused as refused:
        flash(say(refused.text), "danger")
        return redirect(request.url)
    flash(t("已保存。", "Saved."), "success")
    return redirect(url_for("titles.index"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(f"日期无法识别：{text}", f"Not a date: {text}") from None
