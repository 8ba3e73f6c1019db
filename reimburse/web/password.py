"""Change one's own password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user

from reimburse.services.company import people
from reimburse.services.errors import Refused
from reimburse.web.access import SignedIn, login_required, me
from reimburse.web.language import say, t

bp = Blueprint("password", __name__, url_prefix="/password")


@bp.get("")
@login_required
def form() -> ResponseReturnValue:
    """The form."""
    return render_template("password/form.html")


@bp.post("")
@login_required
def change() -> ResponseReturnValue:
    """Store the new password; this session stays, others end."""
    try:
        person = people.change_password(me().id, request.form.get("old", ""), request.form.get("new", ""))
    except Refused as refused:
        flash(say(refused.text), "danger")
        return render_template("password/form.html"), 422
    login_user(SignedIn(person))
    flash(t("密码已修改。", "The password is changed."), "success")
    return redirect(url_for("home.show"))
