"""The mirror of a reversed claim (冲销): the same head, every amount negated, linked both ways."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.money import from_fen
from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.claims import balances
from reimburse.services.claims.workflow import advance, chain_of
from reimburse.services.notices import tell
from reimburse.services.payouts import advance_ledger, payouts
from reimburse.services.returns import offsets
from reimburse.store.batches import BatchClaimRow, BatchRow, ReversalRow
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import now, today
from reimburse.store.events import record
from reimburse.store.payouts import PayoutClaimRow, PayoutRow

HEAD = ("claimant_id", "department_id", "legal_entity_id", "cost_center", "project", "policy_version", "round")
LINE = ("position", "category", "quantity", "occurred_on", "started_on", "ended_on", "city", "adjustment", "paid_by")


def reverse_claim(session: Session, claim: ClaimRow, mirror_batch: BatchRow, row: ReversalRow) -> ClaimRow:
    """Reverse an exported or paid claim, held by the caller: its mirror, put into this batch.

    Its invoices are free again, what it took of advances is owed again, a payment that waits is called off.
    """
    paid_fen = payouts.take_out(session, claim, row.confirmed_by_id)
    mirror = _mirror_of(session, claim, mirror_batch, row)
    balances.unbook(session, claim)
    advance_ledger.undo_offset(session, claim, row.confirmed_by_id)
    said = {"reason": row.reason, "asked_by": row.asked_by_id, "mirror": mirror.claim_no, "reversal": row.id}
    advance(session, claim, Action.REVERSE, Role.FINANCE_REVIEWER, row.confirmed_by_id, said)
    offsets.close_by_reversal(session, claim, mirror.claim_no, row.confirmed_by_id)
    _tell(session, claim, row.reason, paid_fen)
    return mirror


def owed_back(session: Session, mirror: ClaimRow) -> int:
    """Fen that the employee was paid for the claim that this one mirrors."""
    query = select(PayoutClaimRow.amount_fen).join(PayoutRow, PayoutRow.id == PayoutClaimRow.payout_id)
    paid = query.where(PayoutClaimRow.claim_id == mirror.reversal_of_id, PayoutRow.state == "paid")
    return session.scalar(paid) or 0


def _mirror_of(session: Session, claim: ClaimRow, batch: BatchRow, row: ReversalRow) -> ClaimRow:
    mirror = ClaimRow(
        claim_no=f"{claim.claim_no}-R",
        reversal_of_id=claim.id,
        purpose=f"冲销 {claim.claim_no}：{row.reason}"[:500],
        state=ClaimState.BATCHED.value,
        submitted_at=now(),
        submitted_on=today(),
        created_at=now(),
        updated_at=now(),
        total_fen=-claim.total_fen,
        **{name: getattr(claim, name) for name in HEAD},
    )
    for line in claim.lines:
        mirror.lines.append(_line(line))
    session.add(mirror)
    session.flush()
    session.add(
        BatchClaimRow(
            claim_id=mirror.id, batch_id=batch.id, total_fen=mirror.total_fen, collected_by_id=row.asked_by_id
        )
    )
    said = {"of": claim.claim_no, "reason": row.reason, "batch_no": batch.batch_no, "asked_by": row.asked_by_id}
    record(session, chain_of(mirror), "mirror", row.confirmed_by_id, now(), said)
    return mirror


def _line(line: ExpenseLineRow) -> ExpenseLineRow:
    same = {name: getattr(line, name) for name in LINE}
    return ExpenseLineRow(**same, description=f"冲销 {line.description}"[:300], amount_fen=-line.amount_fen)


def _tell(session: Session, claim: ClaimRow, reason: str, paid_fen: int) -> None:
    text = Text(f"报销单 {claim.claim_no} 已冲销：{reason}", f"Claim {claim.claim_no} is reversed: {reason}")
    if paid_fen > 0:
        yuan = f"{from_fen(paid_fen):,.2f}"
        text = Text(
            f"请退回 {yuan} 元：报销单 {claim.claim_no} 已冲销（{reason}）",
            f"Please pay back {yuan} yuan: claim {claim.claim_no} is reversed ({reason})",
        )
    tell(session, claim.claimant, "reversal", text, f"/claims/{claim.claim_no}", text)
