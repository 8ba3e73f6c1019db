"""Money that goes out to employees: what a batch owes each of them, opened when it is exported."""

from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.workflow import advance
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import now
from reimburse.store.payouts import PayoutClaimRow, PayoutRow

OWN_POCKET = "employee"
NOTHING = "nothing to pay out"
"""The reference of claims that the company, its card or an advance has paid for."""


def nothing_to_pay(claim: ClaimRow) -> bool:
    """Whether no line of the claim was paid by the employee."""
    return all(line.paid_by != OWN_POCKET for line in claim.lines)


def open_for(session: Session, batch: BatchRow) -> None:
    """One payout for each person who paid something themselves. In the transaction that exports the batch.

    Where somebody's lines add up to nothing or less, there is nothing to pay: their claims are paid by that.
    """
    if batch.reversal_of_id:
        return
    for person_id, parts in sorted(_parts(session, batch).items()):
        total = sum(parts.values())
        if total <= 0:
            _settle_without_payout(session, batch, sorted(parts))
            continue
        payout = PayoutRow(
            legal_entity_id=batch.legal_entity_id,
            person_id=person_id,
            batch_id=batch.id,
            amount_fen=total,
            made_at=now(),
        )
        session.add(payout)
        session.flush()
        session.add_all(
            PayoutClaimRow(claim_id=claim_id, payout_id=payout.id, amount_fen=fen) for claim_id, fen in parts.items()
        )


def _parts(session: Session, batch: BatchRow) -> dict[int, dict[int, int]]:
    """Fen that employees paid themselves, by person and claim."""
    query = (
        select(ClaimRow.claimant_id, ClaimRow.id, func.sum(ExpenseLineRow.amount_fen))
        .join(BatchClaimRow, BatchClaimRow.claim_id == ClaimRow.id)
        .join(ExpenseLineRow, ExpenseLineRow.claim_id == ClaimRow.id)
        .where(BatchClaimRow.batch_id == batch.id, ExpenseLineRow.paid_by == OWN_POCKET)
        .where(ClaimRow.state == ClaimState.EXPORTED.value)
        .group_by(ClaimRow.claimant_id, ClaimRow.id)
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for person_id, claim_id, fen in session.execute(query):
        found[person_id][claim_id] = int(fen)
    return found


def _settle_without_payout(session: Session, batch: BatchRow, claim_ids: list[int]) -> None:
    for claim in session.scalars(select(ClaimRow).where(ClaimRow.id.in_(claim_ids)).order_by(ClaimRow.id)):
        said = {"batch_no": batch.batch_no, "reference": NOTHING}
        advance(session, claim, Action.PAY, Role.FINANCE_REVIEWER, batch.exported_by_id, said)
