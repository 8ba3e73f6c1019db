"""Payout accounts: one's own, and the changes that finance has to look at."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import FINANCE, Role
from reimburse.export.payments import masked
from reimburse.services.payouts import payout_accounts
from reimburse.services.payouts.payout_accounts import Account
from reimburse.web.access import login_required, me, my_roles, needs
from reimburse.web.deeds import done
from reimburse.web.language import t
from reimburse.web.refused_forms import back_to

bp = Blueprint("payout_accounts", __name__)


@bp.get("/payout-account")
@login_required
def own() -> ResponseReturnValue:
    """One's own account, masked, and the change that waits."""
    return render_template(
        "payouts/account.html", change=payout_accounts.proposed_for(me().id), masked=masked, account=me()
    )


@bp.post("/payout-account")
@login_required
def propose() -> ResponseReturnValue:
    """Propose another account."""
    names = ("payout_account", "payout_bank", "payout_branch", "payout_name")
    account = Account(*(request.form.get(name, "") for name in names))
    back_to(url_for("payout_accounts.own"))
    changed = payout_accounts.propose(me(), me().id, account)
    words = t("已提交，财务核对后生效。", "Handed in: it takes effect once finance has checked it.")
    flash(words if changed else t("与现有账户相同。", "It is the account in force."), "success")
    return redirect(url_for("payout_accounts.own"))


@bp.get("/payout-accounts")
@needs(*FINANCE, Role.AUDITOR)
def index() -> ResponseReturnValue:
    """The changes that wait for finance."""
    changes = payout_accounts.waiting()
    return render_template("payouts/accounts.html", changes=changes, masked=masked, acts=bool(my_roles() & FINANCE))


@bp.post("/payout-accounts/<int:change_id>")
@needs(*FINANCE)
def decide(change_id: int) -> ResponseReturnValue:
    """Confirm a change, or refuse it."""
    confirm = request.form.get("decision") == "confirm"
    note, where = request.form.get("note", ""), url_for("payout_accounts.index")
    words = t("已处理，已通知本人。", "Done; the person is told.")
    return done(lambda: payout_accounts.decide(me(), change_id, confirm=confirm, note=note), words, where)
