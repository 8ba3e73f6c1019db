"""Orders with what arrived on them, and the list of goods receipts and acceptances."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.access import answers_for
from reimburse.services.deals import hand_entry, order_pages, ties, voiding
from reimburse.services.deals.order_pages import ORDER_CHIPS, RECEIPT_CHIPS, Filter
from reimburse.store.bills import GoodsReceiptRow, OrderRow
from reimburse.web.access import login_required, me, needs
from reimburse.web.bills import standing
from reimburse.web.deeds import done, local
from reimburse.web.language import t

bp = Blueprint("orders", __name__)
READERS = FINANCE | {Role.AUDITOR}


@bp.get("/orders")
@login_required
def index() -> ResponseReturnValue:
    """The orders, the latest first."""
    wanted = _wanted(ORDER_CHIPS)
    page = order_pages.listed(me(), wanted)
    return render_template("orders/index.html", page=page, wanted=wanted, chips=ORDER_CHIPS, **standing())


@bp.get("/orders/<int:order_id>")
@login_required
def show(order_id: int) -> ResponseReturnValue:
    """One order: its lines, what arrived, what was invoiced."""
    order = order_pages.shown(me(), order_id)
    receives = hand_entry.may_enter(me(), "receipts", order.row.order_no)
    return render_template(
        "orders/show.html", order=order, receives=receives, ties=answers_for(me(), order.row.owner_id), **standing()
    )


@bp.post("/orders/<int:order_id>/tie")
@login_required
def tie(order_id: int) -> ResponseReturnValue:
    """An invoice was issued on it."""
    number, back = request.form.get("number", ""), url_for("orders.show", order_id=order_id)
    return done(lambda: ties.tie_order(me(), order_id, number), t("已对应。", "Tied."), back)


@bp.post("/orders/<int:order_id>/void")
@needs(*FINANCE)
def void(order_id: int) -> ResponseReturnValue:
    """The order is wrong."""
    form = request.form

    def deed() -> None:
        voiding.void(me(), OrderRow, order_id, form.get("reason", ""), form.get("version", 0, int))

    return done(deed, t("已作废。", "It is void."), url_for("orders.show", order_id=order_id))


@bp.get("/receipts")
@needs(*READERS)
def receipts() -> ResponseReturnValue:
    """What arrived and what was accepted, the latest first."""
    wanted = _wanted(RECEIPT_CHIPS)
    page = order_pages.receipts(wanted)
    return render_template("orders/receipts.html", page=page, wanted=wanted, chips=RECEIPT_CHIPS, **standing())


@bp.post("/receipts/<int:receipt_id>/void")
@needs(*FINANCE)
def void_receipt(receipt_id: int) -> ResponseReturnValue:
    """The receipt is wrong."""
    form = request.form

    def deed() -> None:
        voiding.void(me(), GoodsReceiptRow, receipt_id, form.get("reason", ""), form.get("version", 0, int))

    return done(deed, t("已作废。", "It is void."), local(form.get("back", ""), url_for("orders.receipts")))


def _wanted(chips: tuple[str, ...]) -> Filter:
    chip = request.args.get("state", "")
    text = request.args.get("q", "").strip()[:100]
    return Filter(chip if chip in chips else None, text, request.args.get("before", type=int))
