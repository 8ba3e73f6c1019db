"""Bills by period: the list, one bill with the invoices that belong to it."""

import re
from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE
from reimburse.services.access import SEE_ALL, answers_for
from reimburse.services.deals import bill_pages, bill_records, ties, voiding
from reimburse.services.deals.bill_pages import CHIPS, Filter
from reimburse.services.errors import Refused
from reimburse.store.bills import BillRow
from reimburse.web.access import login_required, me, my_roles
from reimburse.web.deeds import done, local
from reimburse.web.language import t

bp = Blueprint("bills", __name__, url_prefix="/bills")


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """The bills, the latest first."""
    chip = request.args.get("state", "")
    known = chip if chip in CHIPS else None
    wanted = Filter(known, request.args.get("q", "").strip()[:100], request.args.get("before"))
    page = bill_pages.listed(me(), wanted)
    return render_template("bills/index.html", page=page, wanted=wanted, chips=CHIPS, **standing())


@bp.get("/<int:bill_id>")
@login_required
def show(bill_id: int) -> ResponseReturnValue:
    """One bill: its invoices, what is proposed, when it was settled."""
    item = bill_pages.shown(me(), bill_id)
    return render_template("bills/show.html", item=item, ties=answers_for(me(), item.row.owner_id), **standing())


@bp.post("/<int:bill_id>/tie")
@login_required
def tie(bill_id: int) -> ResponseReturnValue:
    """Invoices belong to it: one number, or several with blanks or commas between them."""
    numbers = re.findall(r"[^\s,，、;；]+", " ".join(request.form.getlist("number")))
    back = url_for("bills.show", bill_id=bill_id)
    return done(lambda: ties.tie_bill(me(), bill_id, *numbers), t("已对应。", "Tied."), back)


@bp.post("/<int:bill_id>/never")
@login_required
def never(bill_id: int) -> ResponseReturnValue:
    """An invoice does not belong to it."""
    number = request.form.get("number", "")
    back = url_for("bills.show", bill_id=bill_id)
    return done(lambda: ties.never(me(), bill_id, number), t("不再推荐这张发票。", "Not proposed again."), back)


@bp.post("/ties/<int:tie_id>/undo")
@login_required
def undo(tie_id: int) -> ResponseReturnValue:
    """Take a decision back."""
    back = request.form.get("back", "")
    return done(lambda: ties.undo(me(), tie_id), t("已撤销。", "Taken back."), local(back, url_for("bills.index")))


@bp.post("/<int:bill_id>/settle")
@login_required
def settle(bill_id: int) -> ResponseReturnValue:
    """When the provider took its money, and who gets the invoice."""
    form, back = request.form, url_for("bills.show", bill_id=bill_id)

    def deed() -> None:
        try:
            day = date.fromisoformat(form["settled_on"]) if form.get("settled_on") else None
        except ValueError:
            raise Refused("日期不对。", "That is no date.") from None
        bill_records.settle(me(), bill_id, day, form.get("owner", ""), form.get("version", 0, int))

    return done(deed, t("已保存。", "Saved."), back)


@bp.post("/<int:bill_id>/void")
@login_required
def void(bill_id: int) -> ResponseReturnValue:
    """The bill is wrong."""
    form, back = request.form, url_for("bills.show", bill_id=bill_id)

    def deed() -> None:
        voiding.void(me(), BillRow, bill_id, form.get("reason", ""), form.get("version", 0, int))

    return done(deed, t("已作废。", "It is void."), back)


def standing() -> dict[str, bool]:
    """What the person who asks may do with papers."""
    roles = my_roles()
    return {"acts": bool(roles & FINANCE), "everyone": bool(roles & SEE_ALL)}
