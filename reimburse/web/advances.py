"""Advances: ask, decide, see what is left, record what came back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.finding import Text
from reimburse.domain.money import from_fen, money_text
from reimburse.domain.workflow import FINANCE
from reimburse.services.access import SEE_ALL
from reimburse.services.approval import approvals
from reimburse.services.payouts import advance_pages, advances
from reimburse.services.payouts.advances import Asked
from reimburse.store.advances import AdvanceRow
from reimburse.store.db import today
from reimburse.web.access import login_required, me, my_roles, needs
from reimburse.web.deeds import done, posted_day, posted_fen, posted_version
from reimburse.web.language import t
from reimburse.web.refused_forms import back_to
from rules.vocabulary import ROLES

bp = Blueprint("advances", __name__, url_prefix="/advances")
CHIPS = ("in_review", "approved", "paid", "overdue", "settled")
MOVES = {
    "pay_out": Text("付出", "Paid out"),
    "reserve": Text("报销单占用", "Reserved by a claim"),
    "release": Text("释放占用", "Released"),
    "offset": Text("报销冲抵", "Offset by a claim"),
    "undo_offset": Text("冲抵撤销（报销单冲销）", "Offset undone by a reversal"),
    "return": Text("退回", "Returned"),
    "bank_return": Text("银行退汇，待重新付款", "Came back from the bank, to be paid anew"),
}


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """One's own advances; everybody's for finance; with ``to=me`` those that wait for one's decision."""
    waiting = advance_pages.waiting(me())
    sees_all = bool(my_roles() & SEE_ALL)
    everyone = sees_all and request.args.get("of") == "all"
    state = request.args.get("state", "")
    to_me = request.args.get("to") == "me"
    page = advance_pages.page(
        me(), everyone=everyone, state=state if state in CHIPS else "", before=request.args.get("before", type=int)
    )
    return render_template(
        "advances/index.html",
        page=page,
        rows=waiting if to_me else page.rows,
        waiting=waiting,
        to_me=to_me,
        everyone=everyone,
        sees_all=sees_all,
        state=state,
        chips=CHIPS,
    )


@bp.get("/new")
@login_required
def new() -> ResponseReturnValue:
    """An empty form."""
    return render_template("advances/form.html", row=None, form={"cost_center": me().department.cost_center})


@bp.post("/new")
@login_required
def add() -> ResponseReturnValue:
    """Keep a draft, or submit it at once."""
    back_to(url_for("advances.new"))
    advance_no = advances.create(me(), _asked(), submit=_submits())
    return redirect(url_for("advances.show", advance_no=advance_no))


@bp.get("/<advance_no>")
@login_required
def show(advance_no: str) -> ResponseReturnValue:
    """One advance with its steps and its ledger; a draft of one's own as a form."""
    shown = advance_pages.show(me(), advance_no)
    row = shown.listed.row
    if row.state == "draft":
        return render_template("advances/form.html", row=row, form=_form_of(row))
    return render_template(
        "advances/show.html",
        shown=shown,
        moves=MOVES,
        reason_text=approvals.reason_text,
        role_words=ROLES,
        today=today(),
        acts=bool(my_roles() & FINANCE) and row.claimant_id != me().id,
    )


@bp.post("/<advance_no>")
@login_required
def save(advance_no: str) -> ResponseReturnValue:
    """Store a draft, and submit it where asked; what was typed stays where it is refused."""
    words = t("已提交审批。", "Submitted.") if _submits() else t("已保存。", "Saved.")
    where = url_for("advances.show", advance_no=advance_no)
    return done(
        lambda: advances.change(me(), advance_no, _asked(), posted_version(), submit=_submits()), words, where
    )  # fmt: skip


@bp.post("/<advance_no>/withdraw")
@login_required
def withdraw(advance_no: str) -> ResponseReturnValue:
    """Take one's own advance back."""
    advances.withdraw(me(), advance_no, posted_version())
    flash(t("已撤回。", "Withdrawn."), "success")
    return redirect(url_for("advances.index"))


@bp.post("/<advance_no>/decide")
@login_required
def decide(advance_no: str) -> ResponseReturnValue:
    """Approve or reject the open step."""
    approve = request.form.get("decision") == "approved"
    step_id, reason = request.form.get("step", 0, int), request.form.get("reason", "")
    advances.decide(me(), advance_no, step_id, approve=approve, reason=reason)
    flash(t(f"{advance_no} 已处理。", f"{advance_no} is decided."), "success")
    return redirect(url_for("advances.index", to="me"))


@bp.post("/<advance_no>/return")
@needs(*FINANCE)
def record_return(advance_no: str) -> ResponseReturnValue:
    """Money came back."""

    def deed() -> None:
        reference = request.form.get("reference", "")
        advances.record_return(me(), advance_no, posted_fen("amount"), reference, posted_day("on"))

    return done(deed, t("已登记退回。", "Recorded."), url_for("advances.show", advance_no=advance_no))


def _submits() -> bool:
    return bool(request.form.get("submit"))


def _asked() -> Asked:
    form, needed_on, fen = request.form, posted_day("needed_on"), posted_fen("amount")
    return Asked(fen, needed_on, form.get("reason", ""), form.get("cost_center", ""), form.get("project", ""))


def _form_of(row: AdvanceRow) -> dict[str, object]:
    return {
        "amount": money_text(from_fen(row.amount_fen)),
        "needed_on": row.needed_on,
        "reason": row.reason,
        "cost_center": row.cost_center,
        "project": row.project or "",
    }
