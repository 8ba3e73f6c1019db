"""Review: the queue, and one claim with its evidence to decide on."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reimburse.domain.event_words import EVENTS
from reimburse.domain.expense import PAID_BY
from reimburse.domain.finding import Text
from reimburse.domain.workflow import REVIEWERS, Role
from reimburse.services.access import SEE_ALL
from reimburse.services.approval import approvals, review, review_pages
from reimburse.services.approval.review import Decision, Seen, Verb
from reimburse.services.approval.review_pages import Review
from reimburse.services.claims.to_do import to_do
from reimburse.services.deals import deals
from reimburse.services.errors import NotFound
from reimburse.services.invoices import invoice_view
from reimburse.services.matching import paid_by_company
from reimburse.services.policy import policies
from reimburse.store.claims import AttachmentRow, ClaimRow
from reimburse.store.db import db
from reimburse.store.invoices import InvoiceRow
from reimburse.web import reviewer_words
from reimburse.web.access import me
from reimburse.web.delegations import reviewing
from reimburse.web.language import say, t
from reimburse.web.reviewer_words import quotation
from reimburse.web.words import box_label
from rules.vocabulary import ATTACHMENTS, ROLES
from rules.vocabulary import FIELDS as DETAILS

bp = Blueprint("review", __name__)
reviewer_words.register(bp)
READERS = REVIEWERS | {Role.AUDITOR}
FLAGGED = {"flagged": True, "clean": False}
REASONS = (
    Text("缺少证明材料，请补充后重新提交。", "Evidence is missing: add it and submit again."),
    Text("金额与发票不符，请更正。", "The amount differs from the invoice: correct it."),
    Text("与业务无关，请说明事由。", "The business purpose is not clear: explain it."),
    Text("类别选错，请更正。", "The category is wrong: correct it."),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the middle column shows: an invoice of the claim, or an attachment, or nothing."""

    invoice: InvoiceRow | None = None
    attachment: AttachmentRow | None = None


@bp.app_template_global("line_reasons")
def line_reasons(claim: ClaimRow) -> list[tuple[int, str]]:
    """Why a reviewer did not approve lines of this claim: (the line's place, the reason)."""
    decided = review_pages.decisions_on(claim)
    reasons = [(line.position, decided[line.id].reason) for line in claim.lines if line.id in decided]
    return [(position, reason) for position, reason in reasons if reason]


@bp.get("/review")
@reviewing(*READERS)
def queue() -> ResponseReturnValue:
    """Claims that wait for a decision, flagged first."""
    only, scope = request.args.get("only", ""), request.args.get("scope", "")
    everyone = review_pages.sees_all(me()) and (scope == "all" or not me().roles() & REVIEWERS)
    page = review_pages.queue(
        me(), everyone=everyone, flagged=FLAGGED.get(only), after=request.args.get("after") or None
    )
    return render_template(
        "review/queue.html", page=page, only=only, everyone=everyone, sees_all=review_pages.sees_all(me())
    )


@bp.post("/review/approve")
@reviewing(*REVIEWERS)
def approve_several() -> ResponseReturnValue:
    """Approve the chosen claims, none of which has anything flagged."""
    chosen = dict(_chosen(value) for value in request.form.getlist("claim"))
    refusals = review.approve_unflagged(me().id, chosen)
    for refusal in refusals:
        flash(f"{refusal.claim_no}: {say(refusal.refused.text)}", "warning")
    done = len(chosen) - len(refusals)
    if done:
        flash(t(f"已通过 {done} 张报销单。", f"Approved: {done}."), "success")
    return redirect(url_for("review.queue"))


@bp.get("/review/<claim_no>")
@reviewing(*READERS)
def show(claim_no: str) -> ResponseReturnValue:
    """One claim: its lines, the document's picture, the findings."""
    shown = review_pages.for_reviewer(me(), claim_no)
    evidence = _evidence(shown.claim)
    twice = paid_by_company.on_claims(db.session(), [shown.claim.id]).get(shown.claim.id, [])
    return render_template(
        "review/show.html",
        review=shown,
        to_do=to_do(shown.claim, shown.findings),
        evidence=evidence,
        deal=deals.deal_of(evidence.invoice) if evidence.invoice else None,
        finance=bool(me().roles() & SEE_ALL),
        boxes=invoice_view.boxes_of(evidence.invoice, box_label) if evidence.invoice else [],
        reasons=[*(say(one.words) for one in twice), *_reasons(shown)],
        twice=twice,
        categories=policies.of_claim(shown.claim).categories,
        reason_text=approvals.reason_text,
        attachment_words=ATTACHMENTS,
        role_words=ROLES,
        paid_by=PAID_BY,
        detail_words=DETAILS,
        event_words=EVENTS,
    )


@bp.post("/review/<claim_no>")
@reviewing(*REVIEWERS)
def decide(claim_no: str) -> ResponseReturnValue:
    """Carry out the decision and open the next claim."""
    seen = Seen(request.form.get("step", 0, int), request.form.get("version", 0, int))
    whole = request.form.get("whole", "")
    if whole:
        review.decide_whole(me().id, claim_no, seen, Decision(_verb(whole), request.form.get("reason", "")))
    else:
        review.decide(me().id, claim_no, seen, _by_line())
    following = review_pages.next_for(me())
    flash(t(f"{claim_no} 已处理。", f"{claim_no} is decided."), "success")
    if following is None:
        return redirect(url_for("review.queue"))
    return redirect(url_for("review.show", claim_no=following))


def _by_line() -> dict[int, Decision]:
    reason = request.form.get("reason", "")
    decisions = {}
    for name, value in request.form.items():
        line_id = name.removeprefix("line-")
        if name.startswith("line-") and line_id.isdigit():
            decisions[int(line_id)] = Decision(
                _verb(value), request.form.get(f"reason-{line_id}", "").strip() or reason
            )
    return decisions


def _verb(value: str) -> Verb:
    try:
        return Verb(value)
    except ValueError:
        raise NotFound from None


def _chosen(value: str) -> tuple[str, Seen]:
    claim_no, _, rest = value.partition("|")
    step, _, version = rest.partition("|")
    if not (step.isdigit() and version.isdigit()):
        raise NotFound
    return claim_no, Seen(int(step), int(version))


def _evidence(claim: ClaimRow) -> Evidence:
    attachment_id, invoice_id = (request.args.get(name, type=int) for name in ("attachment", "invoice"))
    for attachment in claim.attachments:
        if attachment.id == attachment_id:
            return Evidence(attachment=attachment)
    for invoice in claim.invoices:
        if invoice_id in (None, invoice.id):
            return Evidence(invoice=invoice)
    return Evidence()


def _reasons(shown: Review) -> list[str]:
    return list(dict.fromkeys([*(say(quotation(finding)) for finding in shown.findings), *map(say, REASONS)]))
