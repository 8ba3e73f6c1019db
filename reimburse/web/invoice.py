"""The page of one invoice: its picture, its fields with their witnesses, what is left on it and who uses it."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.finding import Text
from reimburse.domain.workflow import FINANCE
from reimburse.services.access import SEE_ALL
from reimburse.services.deals import deals
from reimburse.services.errors import NotFound, Refused
from reimburse.services.invoices import corrections, invoice_view, invoices, verification_pages, wallet
from reimburse.services.matching import invoice_payments
from reimburse.services.missing import certification_pages
from reimburse.services.returns import reissue_pages
from reimburse.web.access import login_required, me, my_roles
from reimburse.web.language import t
from reimburse.web.words import box_label

bp = Blueprint("invoice", __name__)
PREFIX = "field:"
"""What stands before the name of a field in the form."""


@bp.get("/invoices/<int:invoice_id>")
@login_required
def show(invoice_id: int) -> ResponseReturnValue:
    """Everything about an invoice that the person who asks may see."""
    return _page(invoice_id, {}, {})


@bp.post("/invoices/<int:invoice_id>/fields")
@login_required
def correct(invoice_id: int) -> ResponseReturnValue:
    """Fill in what is missing, or propose other values; what is refused is told beside its field."""
    values = {name.removeprefix(PREFIX): text for name, text in request.form.items() if name.startswith(PREFIX)}
    states, errors = [], {}
    for field, value in values.items():
        if not value.strip():
            continue
        try:
            invoice_id, state = corrections.correct(me(), invoice_id, field, value)
            states.append(state)
        except NotFound:
            raise
        except Refused as refused:
            errors[field] = refused.text
    _tell(states)
    if errors:
        return _page(invoice_id, errors, values), 422
    return redirect(url_for("invoice.show", invoice_id=invoice_id))


def _tell(states: list[str]) -> None:
    if "accepted" in states:
        flash(t("已补全，审核人会看到由您填写。", "Completed; approvers see that you filled it in."), "success")
    if "proposed" in states:
        flash(
            t("已提交财务确认，确认前以票面为准。", "Sent to finance; until they confirm, the document holds."),
            "success",
        )


def _page(invoice_id: int, errors: Mapping[str, Text], tried: Mapping[str, str]) -> str:
    invoice = invoices.invoice_for(me(), invoice_id)
    blue, red = invoices.lineage_of(invoice)
    return render_template(
        "invoice/show.html",
        invoice=invoice,
        fields=invoice_view.fields_of(invoice),
        boxes=invoice_view.boxes_of(invoice, box_label),
        files=invoice_view.files_of(invoice),
        state=wallet.state_of(invoice),
        balance=invoices.balance_of(invoice),
        uses=invoices.uses_of(me(), invoice),
        verification=verification_pages.panel_of(me(), invoice),
        settled=invoice_payments.settled(invoice),
        finance=bool(my_roles() & SEE_ALL),
        blue=blue,
        red=red,
        reissue=reissue_pages.of_invoice(invoice),
        deal=deals.deal_of(invoice),
        deduction=certification_pages.panel_of(me(), invoice),
        mine=invoice.holder_id == me().id,
        sees_all=bool(me().roles() & FINANCE),
        errors=errors,
        tried=tried,
    )
