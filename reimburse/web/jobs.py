"""The state of the machine room: jobs, and what the diagnosis says."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import Role
from reimburse.services import outbox
from reimburse.services.operation import diagnosis, jobs
from reimburse.web.access import needs
from reimburse.web.language import t

bp = Blueprint("jobs", __name__, url_prefix="/jobs")
admins = needs(Role.ADMIN)


@bp.get("")
@admins
def index() -> ResponseReturnValue:
    """What waits, what failed and why; and how each part is."""
    return render_template("jobs/index.html", counts=jobs.counts(), jobs=jobs.unfinished(), parts=diagnosis.diagnose())


@bp.post("/<int:outbox_id>/retry")
@admins
def retry(outbox_id: int) -> ResponseReturnValue:
    """Try a failed job again."""
    outbox.retry(outbox_id)
    flash(t("已重新排队。", "It is queued again."), "success")
    return redirect(url_for("jobs.index"))
