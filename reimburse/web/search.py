"""The search in the top bar."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from reimburse.services.home import finding_things
from reimburse.web.access import login_required, me

bp = Blueprint("search", __name__)


@bp.get("/search")
@login_required
def find() -> ResponseReturnValue:
    """Claims and invoices that the words name."""
    words = request.args.get("q", "")
    return render_template("search/index.html", hits=finding_things.find(me(), words), q=words)
