"""Selection for deduction (F-23): the list of input VAT that is not selected yet, and the state of each invoice."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.bills import CertificationState
from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.errors import NotFound, Refused
from reimburse.services.missing import certification_pages, certifications
from reimburse.services.missing.certification_pages import CHIPS, Filter
from reimburse.web.access import me, my_roles, needs
from reimburse.web.deeds import done, local
from reimburse.web.language import say, t

bp = Blueprint("deductions", __name__, url_prefix="/deductions")
READERS = FINANCE | {Role.AUDITOR}


@bp.get("")
@needs(*READERS)
def index() -> ResponseReturnValue:
    """The invoices whose input VAT is to be selected, the oldest first."""
    chip = request.args.get("state", "")
    wanted = Filter(
        chip if chip in CHIPS else CertificationState.UNSELECTED.value,
        request.args.get("q", "").strip()[:100],
        request.args.get("after"),
    )
    return render_template(
        "deductions/index.html",
        page=certification_pages.listed(wanted),
        sums=certification_pages.sums(),
        wanted=wanted,
        acts=bool(my_roles() & FINANCE),
    )


@bp.post("/select")
@needs(*FINANCE)
def select_several() -> ResponseReturnValue:
    """The chosen invoices were selected on the tax office's platform for this period."""
    period, chosen = request.form.get("period", ""), request.form.getlist("key")
    count = 0
    for value in chosen:
        code, number, version = (*value.split("|"), "", "", "")[:3]
        try:
            state = CertificationState.SELECTED
            certifications.set_state(me(), InvoiceKey(code, number), state, period, "", int(version or 0))
        except NotFound:
            raise
        except Refused as refused:
            flash(f"{number}: {say(refused.text)}", "danger")
        else:
            count += 1
    if count:
        flash(t(f"已勾选 {count} 张。", f"{count} selected."), "success")
    return redirect(local(request.form.get("back", ""), url_for("deductions.index")))


@bp.post("/state")
@needs(*FINANCE)
def set_state() -> ResponseReturnValue:
    """Say where one invoice stands."""
    form = request.form

    def deed() -> None:
        try:
            state = CertificationState(form.get("state", ""))
        except ValueError:
            raise NotFound from None
        key = InvoiceKey(form.get("code", ""), form.get("number", ""))
        version = form.get("version", 0, int)
        certifications.set_state(me(), key, state, form.get("period", ""), form.get("reason", ""), version)

    return done(deed, t("已保存。", "Saved."), local(form.get("back", ""), url_for("deductions.index")))
