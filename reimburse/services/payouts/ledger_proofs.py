"""Proofs that the books agree with what is known of batches and advances: sums of vouchers against sums of rows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from reimburse.domain.ledger import Purpose
from reimburse.store.advances import AdvanceBalanceRow, AdvanceEntryRow, AdvanceRow
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.ledger import LedgerEntryRow, LedgerPostingRow
from reimburse.store.payouts import PayoutClaimRow, PayoutRow
from reimburse.store.people import PersonRow

WAITS = ("due", "ordered", "failed")
"""States of payouts whose money has not arrived."""


@dataclass(frozen=True, slots=True)
class Proof:
    """In fen: what vouchers booked, what moved through the bank, and what should be left after both."""

    booked_fen: int
    moved_fen: int
    expected_fen: int

    @property
    def left_fen(self) -> int:
        """What the account holds after all."""
        return self.booked_fen - self.moved_fen

    @property
    def agrees(self) -> bool:
        """Whether it holds what it should, to the fen."""
        return self.left_fen == self.expected_fen


def of_batch(session: Session, batch: BatchRow) -> Proof:
    """What a posted batch owes its people: credited by its vouchers, less what was paid, is what is still to be paid.

    The batches that mirror it count with it; so does what reversed claims are still owed back.
    """
    family = select(BatchRow.id).where(or_(BatchRow.id == batch.id, BatchRow.reversal_of_id == batch.id))
    mine = select(PayoutRow.id).where(PayoutRow.batch_id == batch.id)
    owed = _sum(session, Purpose.EMPLOYEE, LedgerEntryRow.batch_id.in_(family))
    moved = _sum(session, Purpose.EMPLOYEE, LedgerEntryRow.payout_id.in_(mine))
    open_fen = _fen(
        session,
        select(func.sum(PayoutRow.amount_fen)).where(PayoutRow.batch_id == batch.id, PayoutRow.state.in_(WAITS)),
    )
    back_fen = _fen(session, _owed_back(mine))
    return Proof(-owed, moved, open_fen - back_fen + _fen(session, _never_owed(batch, family)))


def of_advances(session: Session, person: PersonRow, entity_id: int) -> Proof:
    """What somebody holds of a legal entity's advances: the account of the books against their ledger of advances.

    What claims offset before their batch is posted is not in the books yet.
    """
    of_them = AdvanceRow.claimant_id == person.id, AdvanceRow.legal_entity_id == entity_id
    mine = LedgerEntryRow.legal_entity_id == entity_id, LedgerPostingRow.person_no == person.employee_no
    from_claims = _sum(session, Purpose.ADVANCE, *mine, LedgerEntryRow.batch_id.is_not(None))
    moved = _sum(session, Purpose.ADVANCE, *mine, LedgerEntryRow.batch_id.is_(None))
    balance = AdvanceBalanceRow
    known = select(func.sum(balance.paid_fen - balance.offset_fen - balance.returned_fen))
    held = _fen(session, known.join(AdvanceRow, AdvanceRow.id == balance.advance_id).where(*of_them))
    pending = (
        select(func.sum(AdvanceEntryRow.offset_delta_fen))
        .join(AdvanceRow, AdvanceRow.id == AdvanceEntryRow.advance_id)
        .join(BatchClaimRow, BatchClaimRow.claim_id == AdvanceEntryRow.claim_id)
        .join(BatchRow, BatchRow.id == BatchClaimRow.batch_id)
        .where(*of_them, BatchRow.posted_on.is_(None))
    )
    return Proof(moved, -from_claims, held + _fen(session, pending))


def _sum(session: Session, purpose: Purpose, *which: ColumnElement[bool]) -> int:
    """Debits less credits of this purpose, over posted entries."""
    signed = case((LedgerPostingRow.side == "debit", LedgerPostingRow.amount_fen), else_=-LedgerPostingRow.amount_fen)
    query = select(func.sum(signed)).join(LedgerEntryRow, LedgerEntryRow.id == LedgerPostingRow.entry_id)
    return _fen(
        session, query.where(LedgerEntryRow.state == "posted", LedgerPostingRow.purpose == purpose.value, *which)
    )


def _owed_back(payouts: Select[Any]) -> Select[Any]:
    """What was paid for claims that are reversed, and has not come back."""
    mirror = aliased(ClaimRow)
    return (
        select(func.sum(PayoutClaimRow.amount_fen))
        .join(PayoutRow, PayoutRow.id == PayoutClaimRow.payout_id)
        .join(mirror, mirror.reversal_of_id == PayoutClaimRow.claim_id)
        .where(PayoutRow.id.in_(payouts), PayoutRow.state == "paid", mirror.state == "exported")
    )


def _never_owed(batch: BatchRow, family: Select[Any]) -> Select[Any]:
    """Lines of people whose sum was nothing or less, so that no payout was opened for them."""
    paid_out = select(PayoutRow.person_id).where(PayoutRow.batch_id == batch.id)
    return (
        select(func.sum(ExpenseLineRow.amount_fen))
        .join(ClaimRow, ClaimRow.id == ExpenseLineRow.claim_id)
        .join(BatchClaimRow, BatchClaimRow.claim_id == ClaimRow.id)
        .where(BatchClaimRow.batch_id.in_(family), ExpenseLineRow.paid_by == "employee")
        .where(ClaimRow.claimant_id.not_in(paid_out))
    )


def _fen(session: Session, query: Select[Any]) -> int:
    return int(session.scalar(query) or 0)
