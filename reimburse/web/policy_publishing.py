"""What is done with a draft: simulate it, publish it, approve it as a second person, send it back, discard it."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.errors import Refused
from reimburse.services.policy import policy_pages, policy_versions, simulations
from reimburse.store.db import today
from reimburse.web.access import me, needs
from reimburse.web.deeds import done
from reimburse.web.language import t

bp = Blueprint("publishing", __name__, url_prefix="/drafts/<int:draft_id>")
READERS = FINANCE | {Role.AUDITOR}
SINCE_DAYS = 90


@bp.post("/simulate")
@needs(*FINANCE)
def simulate(draft_id: int) -> ResponseReturnValue:
    """Ask for a simulation over the claims submitted since a day."""
    since = _day(request.form.get("since", "")) if "since" in request.form else today() - timedelta(days=SINCE_DAYS)
    simulations.start(me().id, draft_id, since)
    return redirect(url_for("policy.editor.overview", draft_id=draft_id, _anchor="simulation"))


@bp.get("/simulation")
@needs(*READERS)
def simulation(draft_id: int) -> ResponseReturnValue:
    """How far the simulation is; for a page that waits."""
    return render_template("policy/draft/_simulation.html", draft=policy_pages.draft(draft_id))


@bp.post("/propose")
@needs(Role.FINANCE_HEAD)
def propose(draft_id: int) -> ResponseReturnValue:
    """Publish the draft, for a second person to approve."""
    return _done(draft_id, _propose, t("已提交，等待第二人批准。", "A second person has to approve it now."))


@bp.post("/send-back")
@needs(*FINANCE)
def send_back(draft_id: int) -> ResponseReturnValue:
    """Open it again."""
    return _done(draft_id, _send_back, t("已退回为草稿。", "It is a draft again."))


@bp.post("/approve")
@needs(*FINANCE)
def approve(draft_id: int) -> ResponseReturnValue:
    """Approve it as a second person."""
    return _done(draft_id, _approve, t("已批准发布，并通知全员。", "Approved and published; everyone is told."))


@bp.post("/discard")
@needs(Role.FINANCE_HEAD)
def discard(draft_id: int) -> ResponseReturnValue:
    """Throw the draft away."""
    policy_versions.discard(me().id, draft_id)
    flash(t("草案已丢弃。", "The draft is gone."), "success")
    return redirect(url_for("policy.index"))


def _done(draft_id: int, act: Callable[[int], None], words: str) -> ResponseReturnValue:
    """A refusal is told on the draft's page, where it can be mended."""
    return done(lambda: act(draft_id), words, url_for("policy.editor.overview", draft_id=draft_id))


def _propose(draft_id: int) -> None:
    effective_from = _day(request.form.get("effective_from", ""))
    if effective_from is None:
        raise Refused("请填写生效日期。", "It needs a day from which it holds.")
    name, reason = request.form.get("version", ""), request.form.get("reason", "")
    policy_versions.propose(me().id, draft_id, _revision(), name, effective_from, reason)


def _send_back(draft_id: int) -> None:
    policy_versions.send_back(me().id, draft_id, _revision(), request.form.get("why", ""))


def _approve(draft_id: int) -> None:
    policy_versions.approve(me().id, draft_id, _revision())


def _revision() -> int:
    return request.form.get("revision", 0, int)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(f"日期无法识别：{text}", f"Not a date: {text}") from None
