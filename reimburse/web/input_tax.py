"""Input VAT of a claim's lines: what is deducted and why; finance rules otherwise with a reason."""

from decimal import Decimal, InvalidOperation

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.claims import claim_pages
from reimburse.services.errors import Refused
from reimburse.services.month_end import input_taxes
from reimburse.store.db import db
from reimburse.web.access import me, my_roles, needs
from reimburse.web.deeds import done
from reimburse.web.language import t

bp = Blueprint("input_tax", __name__, url_prefix="/claims")


@bp.get("/<claim_no>/input-tax")
@needs(*FINANCE, Role.AUDITOR)
def show(claim_no: str) -> ResponseReturnValue:
    """Each line with its deductible tax."""
    claim = claim_pages.claim_for(me(), claim_no)
    lines = input_taxes.lines_of(db.session(), claim)
    acts = bool(my_roles() & FINANCE) and claim.state in input_taxes.RULED_ON
    return render_template("claims/input_tax.html", claim=claim, lines=lines, acts=acts)


@bp.post("/<claim_no>/input-tax")
@needs(*FINANCE)
def rule(claim_no: str) -> ResponseReturnValue:
    """Rule on a line; an empty tax goes back to what the policy says."""

    def deed() -> None:
        tax, reason = _tax(request.form.get("tax", "")), request.form.get("reason", "")
        input_taxes.rule(me(), claim_no, request.form.get("line", 0, int), tax, reason)

    return done(deed, t("已核定。", "Ruled."), url_for("input_tax.show", claim_no=claim_no))


def _tax(text: str) -> Decimal | None:
    text = text.strip().replace(",", "").lstrip("¥")
    if not text:
        return None
    try:
        tax = Decimal(text)
    except InvalidOperation:
        raise Refused("税额应为数字，如 12.30。", "The tax is a number such as 12.30.") from None
    if not tax.is_finite():
        raise Refused("税额应为数字，如 12.30。", "The tax is a number such as 12.30.")
    return tax
