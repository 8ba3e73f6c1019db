"""Offset tasks: what was refunded, voided or red-lettered after it was reimbursed, with the clock of each."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.finding import Text
from reimburse.domain.workflow import FINANCE
from reimburse.services.policy import policies
from reimburse.services.returns import offset_pages, offsets
from reimburse.web.access import login_required, me, my_roles
from reimburse.web.deeds import done, posted_day, posted_version
from reimburse.web.language import t
from reimburse.web.refused_forms import back_to

bp = Blueprint("offsets", __name__, url_prefix="/offsets")
NO_DAY = Text("请填写退款日期。", "Give the day of the refund.")


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """The tasks, the most urgent first."""
    state = request.args.get("state", "")
    page = offset_pages.listed(me(), state or None, request.args.get("after"))
    days = policies.in_force().parameters.offset_within_working_days
    return render_template(
        "offsets/index.html",
        page=page,
        state=state,
        everyone=offset_pages.sees_all(me()),
        reasons=offsets.REASONS,
        days=days,
    )


@bp.get("/<int:offset_id>")
@login_required
def show(offset_id: int) -> ResponseReturnValue:
    """One task, and what can be done about it."""
    task = offset_pages.shown(me(), offset_id)
    mine = task.row.claimant_id == me().id
    return render_template(
        "offsets/show.html",
        task=task,
        mine=mine,
        closes=bool(my_roles() & FINANCE) and not mine,
        claims=offset_pages.own_claims(me(), task.row),
        reasons=offsets.REASONS,
    )


@bp.post("")
@login_required
def register() -> ResponseReturnValue:
    """A refund on a reimbursed invoice."""
    back_to(url_for("offsets.index"))
    number, note = request.form.get("number", ""), request.form.get("note", "")
    rows = offsets.register_refund(me(), number, posted_day("refunded_on", NO_DAY), note)
    flash(t("已登记，请按期冲销。", "On record: offset it in time."), "success")
    return redirect(url_for("offsets.show", offset_id=rows[0].id) if len(rows) == 1 else url_for("offsets.index"))


@bp.post("/<int:offset_id>/hand-in")
@login_required
def hand_in(offset_id: int) -> ResponseReturnValue:
    """The claimant has offset it."""
    form = request.form
    return done(
        lambda: offsets.hand_in(me(), offset_id, form.get("claim_no", ""), form.get("note", ""), posted_version()),
        t("已提交，等待财务核对。", "Handed in; finance checks it."),
        url_for("offsets.show", offset_id=offset_id),
    )


@bp.post("/<int:offset_id>/close")
@login_required
def close(offset_id: int) -> ResponseReturnValue:
    """Finance closes it."""
    note = request.form.get("note", "")
    back = url_for("offsets.show", offset_id=offset_id)
    return done(lambda: offsets.close(me(), offset_id, note, posted_version()), t("已结案。", "Closed."), back)
