"""Sampling audits: draw a sample, note what each claim shows."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.finding import Text
from reimburse.domain.money import to_fen
from reimburse.services.approval import sampling_pages, samplings
from reimburse.services.approval.samplings import Noted, Wish
from reimburse.services.errors import Refused
from reimburse.store.db import today
from reimburse.web.access import me, needs
from reimburse.web.deeds import done, posted_day, posted_version
from reimburse.web.language import t
from reimburse.web.refused_forms import back_to

bp = Blueprint("samplings", __name__, url_prefix="/samplings")
NO_PERIOD = Text("请填写起止日期。", "Give the period.")


@bp.get("")
@needs(*samplings.AUDITORS)
def index() -> ResponseReturnValue:
    """The samples drawn, and the form for a new one: last month's, by default."""
    last = today().replace(day=1) - timedelta(days=1)
    page = sampling_pages.listed(request.args.get("before", type=int))
    period = {"since": last.replace(day=1), "until": last}
    return render_template("samplings/index.html", page=page, methods=samplings.METHODS, **period)


@bp.post("")
@needs(*samplings.AUDITORS)
def draw() -> ResponseReturnValue:
    """Draw a sample."""
    form = request.form
    back_to(url_for("samplings.index"))
    wish = Wish(
        posted_day("since", NO_PERIOD),
        posted_day("until", NO_PERIOD),
        form.get("size", 0, int),
        form.get("method", ""),
        form.get("seed", ""),
    )
    sampling_id = samplings.draw(me(), wish)
    return redirect(url_for("samplings.show", sampling_id=sampling_id))


@bp.get("/<int:sampling_id>")
@needs(*samplings.AUDITORS)
def show(sampling_id: int) -> ResponseReturnValue:
    """One sample and its results."""
    shown = sampling_pages.shown(sampling_id)
    words = {"methods": samplings.METHODS, "consequences": samplings.CONSEQUENCES}
    return render_template("samplings/show.html", shown=shown, **words)


@bp.post("/<int:sampling_id>/claims/<claim_no>")
@needs(*samplings.AUDITORS)
def note(sampling_id: int, claim_no: str) -> ResponseReturnValue:
    """Note what a claim showed."""
    where = url_for("samplings.show", sampling_id=sampling_id, _anchor=claim_no)
    return done(
        lambda: samplings.note(me(), sampling_id, claim_no, _noted(), posted_version()), t("已记录。", "Noted."), where
    )  # fmt: skip


def _noted() -> Noted:
    form = request.form
    deduction = form.get("deduction", "").strip()
    try:
        fen = to_fen(Decimal(deduction)) if deduction else None
    except (InvalidOperation, ValueError):
        raise Refused("扣减金额无法识别。", "The amount was not understood.") from None
    return Noted(form.get("result", ""), form.get("note", ""), form.get("consequence", "none"), fen)
