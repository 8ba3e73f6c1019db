"""Home: what waits for me."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from reimburse.services.home import waiting
from reimburse.services.policy import policies
from reimburse.web.access import login_required, me

bp = Blueprint("home", __name__)


@bp.get("/")
@login_required
def show() -> ResponseReturnValue:
    """What waits for the person who asks."""
    return render_template("home.html", waiting=waiting.waiting_for(me().id), categories=policies.in_force().categories)
