"""Taking a claim apart: lines move to a follow-up claim with all that belongs to them, and no sum changes.

An invoice that lines on both sides rest on stands on both claims afterwards; what was reserved of it is divided by
what each side takes. Claim-wide attachments serve both. The follow-up keeps the round and the check that it came from.
"""

import json
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from reimburse.domain.finding import CheckAnswer, Finding, Severity, Verdict
from reimburse.domain.finding_json import answer_from_json, answer_to_json
from reimburse.services.claims import balances
from reimburse.services.claims.facts import canonical
from reimburse.services.claims.workflow import chain_of
from reimburse.services.payouts import advance_ledger
from reimburse.store.claims import AttachmentRow, CheckRow, ClaimRow
from reimburse.store.db import now
from reimburse.store.events import EventRow, record

COPIED = (
    "claimant_id",
    "department_id",
    "legal_entity_id",
    "cost_center",
    "project",
    "purpose",
    "state",
    "round",
    "no_duplicate_pledge",
    "submitted_at",
    "submitted_on",
    "policy_version",
)


def move_lines(session: Session, claim: ClaimRow, line_ids: Collection[int], by_id: int | None) -> ClaimRow:
    """A follow-up claim that takes over these lines, in the claim's own state. Runs in the caller's transaction."""
    before = claim.total_fen
    follow_up = _new(session, claim)
    _move_invoices(claim, follow_up, line_ids)
    _move_attachments(session, claim, follow_up, line_ids)
    for line in [line for line in claim.lines if line.id in line_ids]:
        follow_up.lines.append(line)
    session.flush()
    for half in (claim, follow_up):
        half.total_fen = sum(line.amount_fen for line in half.lines)
    if claim.total_fen + follow_up.total_fen != before or not claim.lines:
        raise ValueError(f"{claim.claim_no} was not taken apart cleanly")
    balances.hand_over(session, claim, follow_up)
    advance_ledger.hand_over(session, claim, follow_up)
    _share_check(session, claim, follow_up)
    _link(session, claim, follow_up, by_id)
    return follow_up


def follow_ups_of(session: Session, claim: ClaimRow) -> list[ClaimRow]:
    """The other claims that come of the same one: the first of them, and its follow-ups."""
    root = claim.follow_up_of_id or claim.id
    family = or_(ClaimRow.id == root, ClaimRow.follow_up_of_id == root)
    return list(session.scalars(select(ClaimRow).where(family, ClaimRow.id != claim.id).order_by(ClaimRow.id)))


def findings_on(claim: ClaimRow, answer: CheckAnswer) -> tuple[Finding, ...]:
    """The findings that are about this claim as it is now: those on lines that moved away are left out."""
    standing = {
        "line": {str(line.id) for line in claim.lines},
        "invoice": {str(invoice.id) for invoice in claim.invoices},
        "attachment": {str(attachment.id) for attachment in claim.attachments},
    }
    return tuple(
        finding
        for finding in answer.findings
        if finding.subject.kind not in standing or finding.subject.id in standing[finding.subject.kind]
    )


def _new(session: Session, claim: ClaimRow) -> ClaimRow:
    root = session.get_one(ClaimRow, claim.follow_up_of_id) if claim.follow_up_of_id else claim
    number = session.scalar(select(func.count()).where(ClaimRow.follow_up_of_id == root.id)) or 0
    follow_up = ClaimRow(
        **{name: getattr(claim, name) for name in COPIED},
        claim_no=f"{root.claim_no}-{number + 2}",
        follow_up_of_id=root.id,
        created_at=now(),
        updated_at=now(),
    )
    session.add(follow_up)
    session.flush()
    return follow_up


def _move_invoices(claim: ClaimRow, follow_up: ClaimRow, line_ids: Collection[int]) -> None:
    kept = {invoice.id for line in claim.lines if line.id not in line_ids for invoice in line.invoices}
    moved = {invoice.id for line in claim.lines if line.id in line_ids for invoice in line.invoices}
    for invoice in [invoice for invoice in claim.invoices if invoice.id in moved]:
        follow_up.invoices.append(invoice)
        if invoice.id not in kept:
            claim.invoices.remove(invoice)


def _move_attachments(session: Session, claim: ClaimRow, follow_up: ClaimRow, line_ids: Collection[int]) -> None:
    kept, moved = ({invoice.id for invoice in half.invoices} for half in (claim, follow_up))
    for attachment in list(claim.attachments):
        line_id, invoice_id = attachment.line_id, attachment.invoice_id
        belongs = line_id in line_ids if line_id is not None else invoice_id in moved and invoice_id not in kept
        if belongs:
            follow_up.attachments.append(attachment)
        elif line_id is None and (invoice_id is None or invoice_id in moved):
            copied = AttachmentRow(kind=attachment.kind, invoice_id=invoice_id, created_at=attachment.created_at)
            copied.document_id = attachment.document_id
            follow_up.attachments.append(copied)
    session.flush()


def _share_check(session: Session, claim: ClaimRow, follow_up: ClaimRow) -> None:
    check = session.scalar(select(CheckRow).where(CheckRow.claim_id == claim.id, CheckRow.round == claim.round))
    if check is None:
        return
    answer = answer_from_json(json.loads(check.answer))
    _set_verdict(claim, _about(claim, answer))
    own = _about(follow_up, answer)
    _set_verdict(follow_up, own)
    session.add(
        CheckRow(
            claim_id=follow_up.id,
            round=check.round,
            policy_version=check.policy_version,
            policy_digest=check.policy_digest,
            taken_from_id=check.taken_from_id or check.id,
            verdict=own.verdict.value,
            facts=check.facts,
            answer=canonical(answer_to_json(own)),
            checked_at=check.checked_at,
        )
    )


def _about(claim: ClaimRow, answer: CheckAnswer) -> CheckAnswer:
    findings = findings_on(claim, answer)
    gravest = min((finding.severity for finding in findings), key=lambda severity: severity.rank, default=Severity.INFO)
    verdict = Verdict.PASS if gravest is Severity.INFO else Verdict(gravest.value)
    return replace(answer, verdict=verdict, findings=findings)


def _set_verdict(claim: ClaimRow, answer: CheckAnswer) -> None:
    claim.verdict, claim.flagged = answer.verdict.value, answer.verdict is not Verdict.PASS
    claim.open_findings = sum(finding.severity is not Severity.INFO for finding in answer.findings)


def _link(session: Session, claim: ClaimRow, follow_up: ClaimRow, by_id: int | None) -> None:
    lines = [{"line": line.id, "fen": line.amount_fen} for line in follow_up.lines]
    record(session, chain_of(claim), "split", by_id, now(), {"to": follow_up.claim_no, "lines": lines})
    head = select(EventRow.hash).where(EventRow.chain == chain_of(claim)).order_by(EventRow.seq.desc()).limit(1)
    payload = {"of": claim.claim_no, "after": session.scalar(head), "lines": lines}
    record(session, chain_of(follow_up), "follow_up", by_id, now(), payload)
