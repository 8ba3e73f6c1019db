"""Verification of an invoice: a result entered by hand with its screenshot, a query now."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.finding import Text
from reimburse.services.invoices import verification, verification_queries
from reimburse.services.invoices.intake import Upload
from reimburse.web.access import login_required, me
from reimburse.web.deeds import done, posted_day
from reimburse.web.language import t

bp = Blueprint("verification", __name__, url_prefix="/invoices")
NO_DAY = Text("请填写查验日期。", "Give the day of the check.")


@bp.post("/<int:invoice_id>/verification")
@login_required
def enter(invoice_id: int) -> ResponseReturnValue:
    """Record what the person read on the platform."""
    file = request.files.get("screenshot")
    upload = Upload(file.filename, file.stream) if file and file.filename else None

    def deed() -> None:
        status, note = request.form.get("status", ""), request.form.get("note", "")
        entry = verification.Entry(status, posted_day("checked_on", NO_DAY), note, upload)
        verification.enter(me(), invoice_id, entry)

    return done(deed, t("查验结果已登记。", "The result is on record."), _panel(invoice_id))


@bp.post("/<int:invoice_id>/verification/query")
@login_required
def query(invoice_id: int) -> ResponseReturnValue:
    """Have the service asked; the answer stands on the page a moment later."""
    words = t("已发出查验，稍后刷新本页查看结果。", "The query is on its way: reload in a moment.")
    return done(lambda: verification_queries.ask_now(me(), invoice_id), words, _panel(invoice_id))


def _panel(invoice_id: int) -> str:
    return url_for("invoice.show", invoice_id=invoice_id, _anchor="verification")
