"""What a person was told."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.services import notices
from reimburse.web.access import login_required, me

bp = Blueprint("notices", __name__, url_prefix="/notices")
PAGE = 30


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """My notices, newest first."""
    rows = notices.latest(me().id, request.args.get("before", None, int), PAGE)
    return render_template("notices/index.html", notices=rows, following=rows[-1].id if len(rows) == PAGE else None)


@bp.post("/<int:notice_id>")
@login_required
def show(notice_id: int) -> ResponseReturnValue:
    """Mark it read and go where it leads."""
    return redirect(notices.open_notice(me().id, notice_id))


@bp.post("/read")
@login_required
def read_all() -> ResponseReturnValue:
    """Mark all read."""
    notices.mark_all_read(me().id)
    return redirect(url_for("notices.index"))
