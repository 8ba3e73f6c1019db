"""Prepayments that wait for their invoice: finance sees all, a claimant their own."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE
from reimburse.services.missing import prepayments
from reimburse.web.access import login_required, me, my_roles
from reimburse.web.deeds import done
from reimburse.web.language import t

bp = Blueprint("prepayments", __name__, url_prefix="/prepayments")


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """What is outstanding, the oldest first."""
    page = prepayments.listed(me(), request.args.get("after", 0, int))
    finance = bool(my_roles() & FINANCE)
    return render_template("prepayments/index.html", page=page, everyone=prepayments.sees_all(me()), finance=finance)


@bp.post("/<int:line_id>/clear")
@login_required
def clear(line_id: int) -> ResponseReturnValue:
    """The invoice has come, or finance closes it."""
    number, note = request.form.get("number", ""), request.form.get("note", "")
    words = t("已核销。", "Cleared.")
    return done(lambda: prepayments.clear(me(), line_id, number, note), words, url_for("prepayments.index"))
