"""Missing invoices: payments and bills without one, by person and supplier; reminders and requests to suppliers."""

from urllib.parse import quote

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.services import chasing, missing, request_letters, unpaid_invoices
from reimburse.services.missing import CHIPS, Filter
from reimburse.web.access import login_required, me
from reimburse.web.bills import standing
from reimburse.web.deeds import done, local
from reimburse.web.language import t

bp = Blueprint("missing", __name__, url_prefix="/missing")


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """What lacks an invoice, the most urgent first; finance sees all, others their own."""
    chip, by = request.args.get("state", ""), request.args.get("by", "")
    wanted = Filter(
        chip if chip in CHIPS else None,
        request.args.get("person", type=int),
        request.args.get("party", "").strip()[:200],
        request.args.get("after"),
    )
    groups, following = missing.sums(me(), by, wanted.after) if by in ("person", "supplier") else ([], None)
    page = missing.listed(me(), wanted)
    return render_template(
        "missing/index.html", page=page, wanted=wanted, by=by, groups=groups, following=following, **standing()
    )


@bp.get("/unpaid")
@login_required
def unpaid() -> ResponseReturnValue:
    """Invoices without a payment, the newest first."""
    page = unpaid_invoices.listed(me(), request.args.get("before", type=int))
    return render_template("missing/unpaid.html", page=page, **standing())


@bp.post("/<kind>/<int:identity>/remind")
@login_required
def remind(kind: str, identity: int) -> ResponseReturnValue:
    """Remind whoever has to get the invoice."""
    back = local(request.form.get("back", ""), url_for("missing.index"))
    return done(lambda: chasing.remind(me(), kind, identity), t("已提醒。", "Reminded."), back)


@bp.get("/<kind>/<int:identity>")
@login_required
def ask(kind: str, identity: int) -> ResponseReturnValue:
    """A ready request to the supplier, to copy or to send."""
    item = missing.item_of(me(), kind, identity)
    special, paper = bool(request.args.get("special")), bool(request.args.get("paper"))
    letter = request_letters.letter_of(item, special=special, paper=paper)
    mail = f"mailto:?subject={quote(letter.subject)}&body={quote(letter.body)}"
    return render_template("missing/ask.html", item=item, letter=letter, mail=mail, special=special, paper=paper)
