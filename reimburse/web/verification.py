"""Verification of an invoice: a result entered by hand with its screenshot, a query now."""

from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.services import verification, verification_queries
from reimburse.services.errors import NotFound, Refused
from reimburse.services.intake import Upload
from reimburse.web.access import login_required, me
from reimburse.web.language import say, t

bp = Blueprint("verification", __name__, url_prefix="/invoices")


@bp.post("/<int:invoice_id>/verification")
@login_required
def enter(invoice_id: int) -> ResponseReturnValue:
    """Record what the person read on the platform."""
    file = request.files.get("screenshot")
    upload = Upload(file.filename, file.stream) if file and file.filename else None
    try:
        entry = verification.Entry(
            request.form.get("status", ""),
            _day(request.form.get("checked_on", "")),
            request.form.get("note", ""),
            upload,
        )
        verification.enter(me(), invoice_id, entry)
    except NotFound:
        raise
    except Refused as refused:
        flash(say(refused.text), "danger")
    else:
        flash(t("查验结果已登记。", "The result is on record."), "success")
    return redirect(url_for("invoice.show", invoice_id=invoice_id, _anchor="verification"))


@bp.post("/<int:invoice_id>/verification/query")
@login_required
def query(invoice_id: int) -> ResponseReturnValue:
    """Have the service asked; the answer stands on the page a moment later."""
    try:
        verification_queries.ask_now(me(), invoice_id)
    except NotFound:
        raise
    except Refused as refused:
        flash(say(refused.text), "danger")
    else:
        flash(t("已发出查验，稍后刷新本页查看结果。", "The query is on its way: reload in a moment."), "success")
    return redirect(url_for("invoice.show", invoice_id=invoice_id, _anchor="verification"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("请填写查验日期。", "Give the day of the check.") from None
