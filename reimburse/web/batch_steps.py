"""What finance does with a batch beyond collecting and exporting: all at once, posting, its books, reversals."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.export.payments import masked
from reimburse.services.month_end import batch_books, batch_filling, batch_pages, batches, claim_returns, reversals
from reimburse.services.month_end.batch_filling import Sieve
from reimburse.web.access import me, needs
from reimburse.web.deeds import done, posted_day
from reimburse.web.language import t
from reimburse.web.refused_forms import back_to

bp = Blueprint("batch_steps", __name__, url_prefix="/batches")


@bp.post("/all")
@needs(*FINANCE)
def collect_all() -> ResponseReturnValue:
    """Collect all that waits under the filter that is shown."""
    form = request.form
    back_to(url_for("batches.index"))
    until = posted_day("until").isoformat() if form.get("until") else ""
    sieve = Sieve(form.get("entity", 0, int), form.get("cost_center", ""), form.get("project", ""), until)
    batch_no = batch_filling.collect_all(me().id, sieve, form.get("key"))
    return redirect(url_for("batches.show", batch_no=batch_no))


@bp.post("/waiting/<claim_no>/return")
@needs(*FINANCE)
def return_claim(claim_no: str) -> ResponseReturnValue:
    """Return an approved claim that cannot go into a batch."""
    reason = request.form.get("reason", "")
    words = t(f"{claim_no} 已退回申请人。", f"{claim_no} is returned to its claimant.")
    return done(lambda: claim_returns.return_claim(me().id, claim_no, reason), words, url_for("batches.index"))


@bp.post("/<batch_no>/discard")
@needs(*FINANCE)
def discard(batch_no: str) -> ResponseReturnValue:
    """Do away with an empty batch."""
    batches.discard(me().id, batch_no)
    return redirect(url_for("batches.index"))


@bp.post("/<batch_no>/post")
@needs(*FINANCE)
def post(batch_no: str) -> ResponseReturnValue:
    """Post the batch on the chosen day."""

    def deed() -> object:
        return batches.post(me().id, batch_no, posted_day("on") if request.form.get("on") else None)

    return _done(deed, t("正在过账。", "Being posted."), batch_no)


@bp.get("/<batch_no>/books")
@needs(*FINANCE, Role.AUDITOR)
def books(batch_no: str) -> ResponseReturnValue:
    """The batch's vouchers line by line, and what it owes."""
    batch = batch_pages.batch_of(batch_no)
    found = batch_books.books_of(batch, request.args.get("after", 0, int))
    return render_template("batches/books.html", batch=batch, books=found, masked=masked)


@bp.post("/<batch_no>/reverse")
@needs(*FINANCE)
def ask_reversal(batch_no: str) -> ResponseReturnValue:
    """Ask for the reversal of the batch, or one claim of it."""
    claim_no, reason = request.form.get("claim") or None, request.form.get("reason", "")
    words = t("已提交，请另一位财务确认。", "Asked for: another person in finance confirms.")
    return _done(lambda: reversals.ask(me().id, batch_no, reason, claim_no), words, batch_no)


@bp.post("/<batch_no>/reversals/<int:reversal_id>/confirm")
@needs(*FINANCE)
def confirm_reversal(batch_no: str, reversal_id: int) -> ResponseReturnValue:
    """Confirm it."""
    return _done(lambda: reversals.confirm(me().id, reversal_id), t("正在冲销。", "Being reversed."), batch_no)


@bp.post("/<batch_no>/reversals/<int:reversal_id>/withdraw")
@needs(*FINANCE)
def withdraw_reversal(batch_no: str, reversal_id: int) -> ResponseReturnValue:
    """Take it back, or turn it down."""
    return _done(lambda: reversals.withdraw(me().id, reversal_id), t("已撤回。", "Withdrawn."), batch_no)


def _done(act: Callable[[], object], words: str, batch_no: str) -> ResponseReturnValue:
    return done(act, words, url_for("batches.show", batch_no=batch_no))
