"""Money that goes out to employees: what a batch owes each of them, and advances; opened, changed, called off."""

from collections import defaultdict

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.claims.workflow import advance
from reimburse.services.errors import Refused
from reimburse.store.advances import AdvanceRow
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import now
from reimburse.store.events import record
from reimburse.store.payouts import PayoutClaimRow, PayoutRow

OWN_POCKET = "employee"
NOTHING = "nothing to pay out"
"""The reference of claims that the company, its card or an advance has paid for."""
WAITING = ("due", "failed")
"""Payouts that may go into a file for the bank, or be called off."""


def chain_of(payout_id: int) -> str:
    """The event chain of a payout."""
    return f"payout:{payout_id}"


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
        payout = PayoutRow(person_id=person_id, batch_id=batch.id, amount_fen=total, made_at=now())
        payout.legal_entity_id = batch.legal_entity_id
        _add(session, payout, batch.exported_by_id)
        session.add_all(
            PayoutClaimRow(claim_id=claim_id, payout_id=payout.id, amount_fen=fen) for claim_id, fen in parts.items()
        )


def open_for_advance(session: Session, row: AdvanceRow) -> None:
    """An approved advance is to be paid out. In the transaction that approves it."""
    payout = PayoutRow(person_id=row.claimant_id, advance_id=row.id, amount_fen=row.amount_fen, made_at=now())
    payout.legal_entity_id = row.legal_entity_id
    _add(session, payout, None)


def cancel_for_advance(session: Session, row: AdvanceRow) -> None:
    """The advance is not wanted any more; ``Refused`` where the money is on its way."""
    payout = held_of(session, PayoutRow.advance_id == row.id)
    if payout is None:
        return
    if payout.state not in WAITING:
        raise Refused("这笔借款正在付款，不能撤回。", "This advance is being paid out and cannot be taken back.")
    payout.state = "cancelled"
    record(session, chain_of(payout.id), "payout_cancelled", row.claimant_id, now(), {})


def take_out(session: Session, claim: ClaimRow, by_id: int | None) -> int:
    """The claim is reversed: what it adds to a payout that waits is called off; fen that were paid already.

    ``Refused`` where the bank has it and has not answered yet.
    """
    part = session.get(PayoutClaimRow, claim.id)
    if part is None:
        return 0
    payout = held_of(session, PayoutRow.id == part.payout_id)
    if payout is None or payout.state == "cancelled":
        return 0
    if payout.state == "paid":
        return part.amount_fen
    if payout.state == "ordered":
        raise being_paid(claim.claim_no)
    payout.amount_fen -= part.amount_fen
    payout.state = payout.state if payout.amount_fen > 0 else "cancelled"
    session.delete(part)
    said = {"claim": claim.claim_no, "fen": part.amount_fen}
    record(session, chain_of(payout.id), "payout_reduced", by_id, now(), said)
    return 0


def hold_of_claim(session: Session, claim_id: int) -> None:
    """Hold the payout that a claim is in, if any: always before the claim itself, as payments do."""
    part = session.get(PayoutClaimRow, claim_id)
    if part:
        held_of(session, PayoutRow.id == part.payout_id)


def being_paid(claim_no: str) -> Refused:
    """Why a claim cannot be reversed while its payment is with the bank."""
    return Refused(
        f"报销单 {claim_no} 的付款已交银行，请先导入付款结果。",
        f"The payment of claim {claim_no} is with the bank: import its result first.",
    )


def own_money() -> Refused:
    """Why somebody in finance cannot deal with a payment to themselves."""
    return Refused("自己的款项请由另一位财务处理。", "A colleague in finance deals with your own money.")


def held_of(session: Session, which: ColumnElement[bool]) -> PayoutRow | None:
    """The payout, held until the transaction ends."""
    query = select(PayoutRow).where(which).with_for_update(of=PayoutRow)
    return session.scalar(query.execution_options(populate_existing=True))


def _add(session: Session, payout: PayoutRow, by_id: int | None) -> None:
    session.add(payout)
    session.flush()
    said = {"batch": payout.batch_id, "advance": payout.advance_id, "fen": payout.amount_fen}
    record(session, chain_of(payout.id), "payout_opened", by_id, now(), said)


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
