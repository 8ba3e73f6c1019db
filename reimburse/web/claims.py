"""One's own claims: the list, a claim with its history, preview and submission, recall and deletion."""

from uuid import uuid4

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.workflow import EDITABLE, Action, ClaimState, Role, possible_actions
from reimburse.services.approval import approvals
from reimburse.services.claims import checking, claim_pages
from reimburse.services.claims import claims as drafts
from reimburse.services.claims.claim_money import money_of
from reimburse.services.errors import NotFound
from reimburse.store.claims import ClaimRow
from reimburse.web.access import login_required, me
from reimburse.web.claim_views import judged, judged_now, words_for_forms
from reimburse.web.deeds import done
from reimburse.web.language import t

bp = Blueprint("claims", __name__, url_prefix="/claims")
CHIPS = (
    "draft",
    "returned",
    "checking",
    "in_review",
    "approved",
    "batched",
    "exported",
    "paid",
    "rejected",
    "reversed",
)


@bp.get("")
@login_required
def index() -> ResponseReturnValue:
    """The person's own claims, by state, newest first."""
    states = [state for state in request.args.getlist("state") if state in set(ClaimState)]
    page = claim_pages.page_of(me().id, states, request.args.get("before", type=int))
    return render_template(
        "claims/index.html", page=page, states=states, counts=claim_pages.counts_of(me().id), chips=CHIPS
    )


@bp.post("")
@login_required
def new_from_invoices() -> ResponseReturnValue:
    """A draft from the chosen invoices of the wallet; without any, an empty one."""
    invoice_ids = [int(value) for value in request.form.getlist("invoice_id") if value.isdigit()]
    claim_no = drafts.new_from_invoices(me().id, invoice_ids, request.form.get("idempotency_key"))
    return redirect(url_for("claim_editor.show", claim_no=claim_no))


@bp.get("/<claim_no>")
@login_required
def show(claim_no: str) -> ResponseReturnValue:
    """A claim: where it stands, what is open on it, every round."""
    claim = claim_pages.claim_for(me(), claim_no)
    history = claim_pages.history_of(claim)
    steps = claim_pages.steps_of(claim)
    answers = [entry.answer for entry in history if entry.answer]
    return render_template(
        "claims/show.html",
        claim=claim,
        history=history,
        last=judged(claim, answers[-1]) if answers else None,
        steps=[step for step in steps if step.round == claim.round],
        reasons={step.id: step.reason for step in steps},
        actions=_actions(claim),
        follow_ups=claim_pages.follow_ups_of(claim),
        money=money_of(claim),
        reason_text=approvals.reason_text,
        **words_for_forms(),
    )


@bp.get("/<claim_no>/state")
@login_required
def state(claim_no: str) -> ResponseReturnValue:
    """For a page that waits: nothing while the claim is still being checked, then an order to load again."""
    claim = claim_pages.claim_for(me(), claim_no)
    response = make_response("", 204)
    if claim.state != ClaimState.CHECKING.value:
        response = make_response("", 200)
        response.headers["HX-Refresh"] = "true"
    return response


@bp.get("/<claim_no>/preview")
@login_required
def preview(claim_no: str) -> ResponseReturnValue:
    """The claim as it will be archived, with the confirmation question and the pledge."""
    claim = claim_pages.claim_for(me(), claim_no)
    if claim.claimant_id != me().id:
        raise NotFound
    if ClaimState(claim.state) not in EDITABLE:
        return redirect(url_for("claims.show", claim_no=claim_no))
    shown = judged_now(claim)
    return render_template(
        "claims/preview.html",
        judged=shown,
        claim=claim,
        unfinished=checking.unfinished(claim),
        steps=approvals.planned_steps(claim, shown.answer) if not shown.to_fix else [],
        reason_text=approvals.reason_text,
        key=uuid4().hex,
        **words_for_forms(),
    )


@bp.post("/<claim_no>/submit")
@login_required
def submit(claim_no: str) -> ResponseReturnValue:
    """Submit the claim as it was previewed; a refusal is told on the preview."""
    pledge, key = request.form.get("pledge") == "yes", request.form.get("idempotency_key")
    version = request.form.get("version", type=int)
    return done(
        lambda: checking.submit(claim_no, me().id, pledge=pledge, key=key, version=version),
        t("已提交，正在检查。", "Submitted; it is being checked."),
        url_for("claims.show", claim_no=claim_no),
        url_for("claims.preview", claim_no=claim_no),
    )


@bp.post("/<claim_no>/recall")
@login_required
def recall(claim_no: str) -> ResponseReturnValue:
    """Take the claim back to draft."""
    drafts.recall(me().id, claim_no)
    flash(t("已撤回为草稿，发票已释放。", "Recalled to a draft; its invoices are free again."), "success")
    return redirect(url_for("claim_editor.show", claim_no=claim_no))


@bp.post("/<claim_no>/delete")
@login_required
def delete(claim_no: str) -> ResponseReturnValue:
    """Delete the draft."""
    drafts.delete(me().id, claim_no)
    flash(t(f"草稿 {claim_no} 已删除。", f"Draft {claim_no} is deleted."), "success")
    return redirect(url_for("claims.index"))


def _actions(claim: ClaimRow) -> frozenset[Action]:
    mine = claim.claimant_id == me().id
    return possible_actions(ClaimState(claim.state), frozenset({Role.CLAIMANT})) if mine else frozenset()
