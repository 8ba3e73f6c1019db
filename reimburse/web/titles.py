"""Invoice titles: everyone copies them, administrators and the finance head keep them."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import Role
from reimburse.export.title_card import qr_png, qr_svg
from reimburse.services.company import titles
from reimburse.services.errors import NotFound, Refused
from reimburse.store.db import today
from reimburse.web.access import login_required, me, needs
from reimburse.web.language import say, t

bp = Blueprint("titles", __name__, url_prefix="/titles")
keepers = needs(Role.ADMIN, Role.FINANCE_HEAD)


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """All titles, ready to copy."""
    shown = [(title, titles.as_text(title)) for title in titles.all_titles()]
    return render_template("titles/index.html", titles=shown, today=today())


@bp.get("/<int:title_id>/card")
@login_required
def card(title_id: int) -> ResponseReturnValue:
    """One title with its QR code, to be scanned by a shop or printed."""
    row = titles.get(title_id)
    ended = row.valid_to is not None and row.valid_to < today()
    return render_template("titles/card.html", title=row, text=titles.as_text(row), ended=ended)


@bp.get("/<int:title_id>/qr.<form>")
@login_required
def qr(title_id: int, form: str) -> ResponseReturnValue:
    """The QR code alone, as PNG or SVG."""
    text = titles.as_text(titles.get(title_id))
    if form == "svg":
        return Response(qr_svg(text), mimetype="image/svg+xml")
    if form != "png":
        raise NotFound
    return Response(qr_png(text), mimetype="image/png")


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
        row.name,
    )
    return render_template("titles/form.html", title=row, form=form)


@bp.post("/new")
@bp.post("/<int:title_id>")
@keepers
def save(title_id: int | None = None) -> ResponseReturnValue:
    """Store a title; what is refused is told over what was typed."""
    form = _typed()
    try:
        form = _typed(_day("valid_from"), _day("valid_to"))
        titles.save(title_id, form, me())
    except Refused as refused:
        flash(say(refused.text), "danger")
        row = titles.get(title_id) if title_id else None
        return render_template("titles/form.html", title=row, form=form), 422
    flash(t("已保存。", "Saved."), "success")
    if titles.is_doubtful(form.tax_id):
        flash(
            t("税号的校验位不符，请对照营业执照核对。", "The tax id's check character does not fit: compare it."),
            "warning",
        )
    return redirect(url_for("titles.index"))


def _typed(valid_from: date | None = None, valid_to: date | None = None) -> titles.TitleForm:
    given = request.form
    return titles.TitleForm(
        given.get("name", ""),
        given.get("tax_id", ""),
        given.get("address_phone", ""),
        given.get("bank_account", ""),
        valid_from,
        valid_to,
        given.get("former_names", ""),
        given.get("account_name", ""),
    )


def _day(name: str) -> date | None:
    text = request.form.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(f"日期无法识别：{text}", f"Not a date: {text}") from None
