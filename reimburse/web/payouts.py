"""Payments out: what is due, files for the bank, its results, what failed; and each payout for whoever gets it."""

from collections.abc import Callable
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.event_words import EVENTS
from reimburse.domain.finding import Text
from reimburse.domain.workflow import FINANCE, Role
from reimburse.export.payments import masked
from reimburse.services.errors import Refused
from reimburse.services.month_end.export_layouts import payment_layouts
from reimburse.services.payouts import (
    money_vouchers,
    payout_files,
    payout_pages,
    payout_results,
    payout_returns,
    payout_settling,
)
from reimburse.services.payouts.payout_accounts import first_payments
from reimburse.store.db import today
from reimburse.web.access import login_required, me, my_roles, needs
from reimburse.web.deeds import done, posted_day
from reimburse.web.downloads import attached
from reimburse.web.language import t
from reimburse.web.refused_forms import back_to

bp = Blueprint("payouts", __name__, url_prefix="/payouts")
NO_DAY = Text("请填写日期，如 2026-11-23", "A date as 2026-11-23")
READERS = FINANCE | {Role.AUDITOR}


@bp.get("")
@needs(*READERS)
def index() -> ResponseReturnValue:
    """What is owed, by state; what has to come back."""
    state = request.args.get("state", "due")
    state = state if state in (*payout_pages.STATES, "all") else "due"
    entity, before = request.args.get("entity", type=int), request.args.get("before", type=int)
    page = payout_pages.page(None if state == "all" else state, entity, before)
    return render_template(
        "payouts/index.html",
        page=page,
        state=state,
        entity=entity,
        owed_back=payout_pages.owed_back() if state == "due" else [],
        layouts=payment_layouts(),
        fresh=first_payments([row.payout for row in page.rows]),
        masked=masked,
        key=uuid4().hex,
        today=today(),
        acts=bool(my_roles() & FINANCE),
    )


@bp.post("/files")
@needs(*FINANCE)
def make_file() -> ResponseReturnValue:
    """Put the chosen payouts into a file for the bank."""
    form = request.form
    chosen = [int(value) for value in form.getlist("payout") if value.isdigit()]
    return done(
        lambda: payout_files.make_file(me(), chosen, form.get("layout", ""), form.get("key")),
        t("付款文件已生成，请下载并上传网银。", "The file is made: download it and upload it at the bank."),
        url_for("payouts.files"),
    )


@bp.post("/paid")
@needs(*FINANCE)
def mark_paid() -> ResponseReturnValue:
    """The chosen payouts were paid in another way."""
    chosen = [int(value) for value in request.form.getlist("payout") if value.isdigit()]
    return done(
        lambda: payout_settling.mark_paid(me(), chosen, posted_day("on", NO_DAY), request.form.get("reference", "")),
        t("已标记付款，已通知收款人。", "Marked as paid; the payees are told."),
        url_for("payouts.index", state="paid"),
    )


@bp.get("/files")
@needs(*READERS)
def files() -> ResponseReturnValue:
    """The files for the bank, and the results that came back."""
    return render_template(
        "payouts/files.html",
        files=payout_pages.files(),
        results=payout_pages.results(),
        layouts=payment_layouts(),
        acts=bool(my_roles() & FINANCE),
    )


@bp.get("/files/<file_no>")
@needs(*FINANCE)
def download(file_no: str) -> ResponseReturnValue:
    """A file for the bank; every download is noted."""
    pieces, row, media_type = payout_files.download(me(), file_no)
    response = attached(pieces, row.name, media_type)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/files/<file_no>/withdraw")
@needs(*FINANCE)
def withdraw_file(file_no: str) -> ResponseReturnValue:
    """A file was not sent after all."""
    return done(
        lambda: payout_files.withdraw_file(me(), file_no, request.form.get("reason", "")),
        t(f"{file_no} 已作废，款项回到待付。", f"{file_no} is withdrawn; what was in it is due again."),
        url_for("payouts.files"),
    )


@bp.post("/results")
@needs(*FINANCE)
def import_result() -> ResponseReturnValue:
    """Take the bank's result."""
    file = request.files.get("file")
    back_to(url_for("payouts.files"))
    if file is None or not file.filename:
        raise Refused("请选择文件。", "Choose a file.")
    result_id = payout_results.import_result(me(), file.filename, file.read())
    return redirect(url_for("payouts.result", result_id=result_id))


@bp.get("/results/<int:result_id>")
@needs(*READERS)
def result(result_id: int) -> ResponseReturnValue:
    """What a result settled, and what was left out."""
    row, left_out, after = payout_pages.result(result_id, request.args.get("after", 0, int))
    counts = {"waits": payout_pages.without_result(result_id), "unreadable": payout_pages.unreadable(result_id)}
    return render_template("payouts/result.html", row=row, left_out=left_out, after=after, **counts)


@bp.get("/<int:payout_id>")
@login_required
def show(payout_id: int) -> ResponseReturnValue:
    """One payout, for its person and for finance."""
    shown = payout_pages.show(me(), payout_id)
    return render_template(
        "payouts/show.html",
        shown=shown,
        layouts=payment_layouts(),
        event_words=EVENTS,
        masked=masked,
        vouchers=money_vouchers.of_payout(payout_id) if my_roles() & READERS else [],
        acts=bool(my_roles() & FINANCE) and shown.listed.payout.person_id != me().id,
        today=today(),
    )


@bp.post("/<int:payout_id>/failed")
@needs(*FINANCE)
def mark_failed(payout_id: int) -> ResponseReturnValue:
    """The bank says that it failed."""
    why = request.form.get("why", "")
    return _about(payout_id, lambda: payout_settling.mark_failed(me(), payout_id, why))


@bp.post("/<int:payout_id>/returned")
@needs(*FINANCE)
def record_bank_return(payout_id: int) -> ResponseReturnValue:
    """The bank gave a payment back after it was paid."""
    why = request.form.get("why", "")
    return _about(
        payout_id, lambda: payout_returns.record_bank_return(me(), payout_id, why, posted_day("on", NO_DAY))
    )  # fmt: skip


@bp.post("/<int:payout_id>/look")
@needs(*FINANCE)
def look(payout_id: int) -> ResponseReturnValue:
    """What finance found out about a failure."""
    note = request.form.get("note", "")
    return _about(payout_id, lambda: payout_settling.look(me(), payout_id, note))


@bp.post("/<int:payout_id>/report")
@login_required
def report(payout_id: int) -> ResponseReturnValue:
    """What the payee has to say."""
    words = request.form.get("words", "")
    return _about(payout_id, lambda: payout_settling.report(me(), payout_id, words))


@bp.post("/returns/<claim_no>")
@needs(*FINANCE)
def record_return(claim_no: str) -> ResponseReturnValue:
    """The money of a reversed claim came back."""
    reference = request.form.get("reference", "")
    return done(
        lambda: payout_settling.record_return(me(), claim_no, reference, posted_day("on", NO_DAY)),
        t("已登记退回。", "Recorded."),
        url_for("payouts.index"),
    )


def _about(payout_id: int, act: Callable[[], object]) -> ResponseReturnValue:
    return done(act, t("已记录。", "Recorded."), url_for("payouts.show", payout_id=payout_id))
