"""Claims of one's own: drafts from invoices, their heads, recall and deletion."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.workflow import Action, Role
from reimburse.services.claims import balances, checking, prefill
from reimburse.services.claims.claim_access import own, own_editable
from reimburse.services.claims.workflow import advance
from reimburse.services.company.accounts import settings
from reimburse.services.errors import NotFound, Refused
from reimburse.services.idempotency import remember, result_of
from reimburse.services.payouts import advance_ledger
from reimburse.store.approvals import ApprovalStepRow, LineDecisionRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, today, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import LegalEntityRow, PersonRow

HEAD_FIELDS = frozenset({"purpose", "project", "cost_center", "legal_entity_id"})
DECIDED_FOR = ("approved", "open", "waiting")


def new_from_invoices(by_id: int, invoice_ids: Sequence[int], key: str | None = None) -> str:
    """A draft whose lines are pre-filled from these invoices of the person's wallet; its number.

    Without invoices the draft has one empty line. The same idempotency key makes one draft only.
    """
    with transaction() as session:
        before = result_of(session, by_id, key)
        if before:
            return before
        claim = _new_draft(session, session.get_one(PersonRow, by_id))
        put_invoices(claim, wallet(session, by_id, invoice_ids))
        touched(session, claim)
        remember(session, by_id, key, claim.claim_no)
        return claim.claim_no


def edit_head(by_id: int, claim_no: str, values: Mapping[str, Any], version: int | None = None) -> None:
    """Change purpose, project, cost centre or legal entity of a draft or returned claim."""
    with transaction() as session:
        claim = own_editable(session, claim_no, by_id, version)
        for name in HEAD_FIELDS & values.keys():
            setattr(claim, name, values[name])
        if session.get(LegalEntityRow, claim.legal_entity_id) is None:
            raise NotFound
        touched(session, claim)


def recall(by_id: int, claim_no: str) -> None:
    """Take a returned claim or one in review back to draft: its invoices are free again, its steps are dropped."""
    with transaction() as session:
        claim = own(session, claim_no, by_id)
        advance(session, claim, Action.RECALL, Role.CLAIMANT, by_id)
        balances.release(session, claim)
        advance_ledger.release(session, claim)
        drop_approvals(session, claim)
        claim.no_duplicate_pledge = False
        touched(session, claim)


def delete(by_id: int, claim_no: str) -> None:
    """Delete a draft; number, history and event chain stay as its tombstone."""
    with transaction() as session:
        claim = own(session, claim_no, by_id)
        advance(session, claim, Action.DELETE, Role.CLAIMANT, by_id)
        balances.release(session, claim)
        advance_ledger.release(session, claim)
        claim.expires_on = None


def wallet(session: Session, by_id: int, invoice_ids: Iterable[int]) -> list[InvoiceRow]:
    """These invoices of the person's own wallet, each once; ``NotFound`` where one is not theirs."""
    ids = list(dict.fromkeys(invoice_ids))
    rows = session.scalars(select(InvoiceRow).where(InvoiceRow.id.in_(ids), InvoiceRow.holder_id == by_id))
    found = {row.id: row for row in rows}
    if len(found) < len(ids):
        raise NotFound
    return [found[invoice_id] for invoice_id in ids]


def put_invoices(claim: ClaimRow, invoices: Sequence[InvoiceRow]) -> None:
    """Put invoices on the claim, each with its pre-filled lines; the first one replaces a single empty line."""
    new = [invoice for invoice in invoices if invoice not in claim.invoices]
    if invoices and not new:
        raise Refused("所选发票已在本单上。", "The chosen invoices are on this claim already.")
    if new and len(claim.lines) == 1 and prefill.is_empty(claim.lines[0]):
        claim.lines.clear()
    for invoice in new:
        claim.invoices.append(invoice)
        claim.lines.extend(prefill.lines_for(invoice))
    if not claim.lines:
        claim.lines.append(prefill.empty_line())


def touched(session: Session, claim: ClaimRow, changed_lines: Iterable[int] | None = None) -> None:
    """After an edit: total, positions, the draft's expiry; approvals of materially changed lines are dropped."""
    for position, line in enumerate(claim.lines, start=1):
        line.position = position
    claim.total_fen = sum(line.amount_fen for line in claim.lines)
    claim.updated_at = now()
    claim.expires_on = today() + timedelta(days=settings().draft_days)
    claim.expiry_notice_days = None
    if changed_lines is not None and claim.round:
        drop_approvals(session, claim, frozenset(changed_lines))
    session.flush()
    if claim.verdict in checking.RETURNS:
        claim.open_findings = checking.to_fix(checking.preview(claim))


def drop_approvals(session: Session, claim: ClaimRow, lines: frozenset[int] | None = None) -> None:
    """Drop the claim's approvals: all of them, or those that covered one of these lines."""
    steps = select(ApprovalStepRow).where(ApprovalStepRow.claim_id == claim.id, ApprovalStepRow.state.in_(DECIDED_FOR))
    for step in session.scalars(steps).all():
        judged = select(LineDecisionRow.line_id).where(
            LineDecisionRow.step_id == step.id, LineDecisionRow.decision == "approved"
        )
        covered = frozenset(session.scalars(judged))
        if lines is None or not covered or covered & lines:
            step.state = "dropped"


def _new_draft(session: Session, person: PersonRow) -> ClaimRow:
    at = now()
    claim = ClaimRow(
        claim_no=uuid4().hex[:30],
        claimant=person,
        department=person.department,
        legal_entity_id=person.department.legal_entity_id,
        cost_center=person.department.cost_center,
        created_at=at,
        updated_at=at,
    )
    session.add(claim)
    session.flush()
    claim.claim_no = f"BX{today().year}-{claim.id:06}"
    return claim
