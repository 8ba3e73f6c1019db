"""Home: what waits for me."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from reimburse.web.access import login_required

bp = Blueprint("home", __name__)


@bp.get("/")
@login_required  # type: ignore[untyped-decorator]
def show() -> ResponseReturnValue:
    """What waits for the person who asks."""
    return render_template("home.html")
