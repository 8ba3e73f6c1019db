"""The page of one invoice: its picture, its fields with their witnesses, what is left on it and who uses it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.invoice_words import FIELDS
from reimburse.services import corrections, invoice_view, invoices, wallet
from reimburse.services.errors import Refused
from reimburse.web.access import login_required, me
from reimburse.web.language import say, t

bp = Blueprint("invoice", __name__)


@bp.get("/invoices/<int:invoice_id>")
@login_required
def show(invoice_id: int) -> ResponseReturnValue:
    """Everything about an invoice that the person who asks may see."""
    invoice = invoices.invoice_for(me(), invoice_id)
    blue, red = invoices.lineage_of(invoice)
    return render_template(
        "invoice/show.html",
        invoice=invoice,
        fields=invoice_view.fields_of(invoice),
        boxes=invoice_view.boxes_of(invoice, {name: say(text) for name, text in FIELDS.items()}),
        files=invoice_view.files_of(invoice),
        state=wallet.state_of(invoice),
        balance=invoices.balance_of(invoice),
        uses=invoices.uses_of(me(), invoice),
        blue=blue,
        red=red,
        mine=invoice.holder_id == me().id,
    )


@bp.post("/invoices/<int:invoice_id>/fields")
@login_required
def correct(invoice_id: int) -> ResponseReturnValue:
    """Fill in what is missing, or propose another value."""
    field, value = request.form.get("field", ""), request.form.get("value", "")
    try:
        invoice_id, state = corrections.correct(me(), invoice_id, field, value)
    except Refused as refused:
        if request.form.get("field") not in FIELDS:
            raise
        flash(say(refused.text), "danger")
        return redirect(url_for("invoice.show", invoice_id=invoice_id, field=field, value=value, _anchor=field))
    flash(
        t("已补全，审核人会看到由您填写。", "Completed; approvers see that you filled it in.")
        if state == "accepted"
        else t("已提交财务确认，确认前以票面为准。", "Sent to finance; until they confirm, the document holds."),
        "success",
    )
    return redirect(url_for("invoice.show", invoice_id=invoice_id, _anchor=field))
