"""Return and reissue: invoices on their way back to the seller, step by step."""

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.finding import Text
from reimburse.services.errors import Refused
from reimburse.services.invoices import intake
from reimburse.services.invoices.intake import Upload
from reimburse.services.returns import reissue_pages, reissues
from reimburse.services.returns.reissues import Deed
from reimburse.store.db import today
from reimburse.web.access import login_required, me
from reimburse.web.deeds import done, posted_day, posted_version
from reimburse.web.language import t
from reimburse.web.refused_forms import back_to
from reimburse.web.roles import resolver_words
from rules.vocabulary import ATTACHMENTS

bp = Blueprint("reissues", __name__, url_prefix="/reissues")
NO_DAY = Text("请填写日期。", "Give the day.")


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """The tasks, the newest first."""
    state = request.args.get("state", "")
    page = reissue_pages.listed(me(), state or None, request.args.get("before", type=int))
    return render_template("reissues/index.html", page=page, state=state, states=reissue_pages.STATES)


@bp.get("/<int:reissue_id>")
@login_required
def show(reissue_id: int) -> ResponseReturnValue:
    """One task: what comes next, every step, what to send to the seller."""
    whole = reissue_pages.shown(me(), reissue_id)
    words = {"papers": ATTACHMENTS, "resolver_words": resolver_words}
    return render_template("reissues/show.html", whole=whole, today=today(), **words)


@bp.post("/of/<int:invoice_id>")
@login_required
def open_task(invoice_id: int) -> ResponseReturnValue:
    """Give an invoice back."""
    back_to(url_for("invoice.show", invoice_id=invoice_id))
    lost = bool(request.form.get("lost"))
    task = reissues.open_task(me(), invoice_id, request.form.get("why", ""), lost=lost)
    return redirect(url_for("reissues.show", reissue_id=task))


@bp.post("/<int:reissue_id>/steps/<step>")
@login_required
def take_step(reissue_id: int, step: str) -> ResponseReturnValue:
    """A step was taken."""

    def deed() -> None:
        form = request.form
        taken = Deed(
            step, posted_day("done_on", NO_DAY), form.get("note", ""), _uploaded(), without=form.get("without", "")
        )
        reissues.take_step(me(), reissue_id, taken, posted_version())

    return done(deed, t("已记下这一步。", "The step is noted."), _task(reissue_id))


@bp.post("/<int:reissue_id>/link")
@login_required
def link(reissue_id: int) -> ResponseReturnValue:
    """The new invoice takes the old one's place."""
    invoice_id = request.form.get("invoice_id", 0, int)
    words = t("新票已关联，原票不能再报销。", "The new invoice is linked; the old one cannot be claimed any more.")
    return done(lambda: reissues.link(me(), reissue_id, invoice_id, posted_version()), words, _task(reissue_id))


@bp.post("/<int:reissue_id>/drop")
@login_required
def drop(reissue_id: int) -> ResponseReturnValue:
    """It is not given back after all."""
    why = request.form.get("why", "")
    deed = partial(reissues.drop, me(), reissue_id, why, posted_version())
    return done(deed, t("已撤销。", "Dropped."), _task(reissue_id))


def _task(reissue_id: int) -> str:
    return url_for("reissues.show", reissue_id=reissue_id)


def _uploaded() -> int | None:
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    receipt = intake.receive(me().id, [Upload(file.filename, file.stream)])[0]
    if receipt.refusal:
        raise Refused(receipt.refusal.zh, receipt.refusal.en)
    return receipt.document_id
