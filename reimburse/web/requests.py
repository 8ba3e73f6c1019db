"""Requests made beforehand: write, submit, withdraw, decide."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.money import from_fen, money_text
from reimburse.services.approval import approvals, request_pages, requests
from reimburse.services.approval.requests import KINDS, Asked
from reimburse.store.requests import RequestRow
from reimburse.web.access import login_required, me
from reimburse.web.deeds import done, posted_day, posted_fen, posted_version
from reimburse.web.language import t
from reimburse.web.refused_forms import back_to
from rules.vocabulary import ROLES

bp = Blueprint("requests", __name__, url_prefix="/requests")


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """One's own requests, or with ``to=me`` those that wait for one's decision."""
    waiting = request_pages.waiting(me())
    if request.args.get("to") == "me":
        return render_template("requests/waiting.html", waiting=waiting, kinds=KINDS)
    page = request_pages.own(me(), request.args.get("before", type=int))
    return render_template("requests/index.html", page=page, waiting=waiting, kinds=KINDS)


@bp.get("/new")
@login_required
def new() -> ResponseReturnValue:
    """An empty form."""
    return render_template("requests/form.html", row=None, form={}, kinds=KINDS)


@bp.post("/new")
@login_required
def add() -> ResponseReturnValue:
    """Keep a draft, or submit it at once."""
    back_to(url_for("requests.new"))
    request_no = requests.create(me(), _asked(), submit=_submits())
    return redirect(url_for("requests.show", request_no=request_no))


@bp.get("/<request_no>")
@login_required
def show(request_no: str) -> ResponseReturnValue:
    """One request with its steps; a draft of one's own as a form."""
    shown = request_pages.show(me(), request_no)
    row = shown.request
    if row.state == "draft":
        return render_template("requests/form.html", row=row, form=_form_of(row), kinds=KINDS)
    return render_template(
        "requests/show.html", shown=shown, kinds=KINDS, reason_text=approvals.reason_text, role_words=ROLES
    )


@bp.post("/<request_no>")
@login_required
def save(request_no: str) -> ResponseReturnValue:
    """Store a draft, and submit it where asked; what was typed stays where it is refused."""
    words = t("已提交审批。", "Submitted.") if _submits() else t("已保存。", "Saved.")
    where = url_for("requests.show", request_no=request_no)
    return done(
        lambda: requests.change(me(), request_no, _asked(), posted_version(), submit=_submits()), words, where
    )  # fmt: skip


@bp.post("/<request_no>/withdraw")
@login_required
def withdraw(request_no: str) -> ResponseReturnValue:
    """Take one's own request back."""
    requests.withdraw(me(), request_no, posted_version())
    flash(t("已撤回。", "Withdrawn."), "success")
    return redirect(url_for("requests.index"))


@bp.post("/<request_no>/decide")
@login_required
def decide(request_no: str) -> ResponseReturnValue:
    """Approve or reject the open step."""
    approve = request.form.get("decision") == "approved"
    step_id, reason = request.form.get("step", 0, int), request.form.get("reason", "")
    requests.decide(me(), request_no, step_id, approve=approve, reason=reason)
    flash(t(f"{request_no} 已处理。", f"{request_no} is decided."), "success")
    return redirect(url_for("requests.index", to="me"))


def _submits() -> bool:
    return bool(request.form.get("submit"))


def _asked() -> Asked:
    form, planned_on, fen = request.form, posted_day("planned_on"), posted_fen("amount")
    return Asked(fen, planned_on, form.get("reason", ""), form.get("people", ""), form.get("kind", "entertainment"))


def _form_of(row: RequestRow) -> dict[str, object]:
    return {
        "kind": row.kind,
        "amount": money_text(from_fen(row.amount_fen)),
        "planned_on": row.planned_on,
        "reason": row.reason,
        "people": row.people,
    }
