"""Money that the bank gives back after it was paid (退汇): what it was for is owed again, and the books undo it."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.claims.workflow import advance
from reimburse.services.errors import Refused
from reimburse.services.payouts import advance_ledger, money_postings, payouts
from reimburse.services.payouts.payout_settling import (
    claims_in,
    held_by,
    note_failure,
    refuse_strangers,
    tell_failure,
)
from reimburse.services.payouts.payouts import chain_of
from reimburse.store.advances import AdvanceRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, today, transaction
from reimburse.store.events import record
from reimburse.store.payouts import PayoutAttemptRow, PayoutResultRow, PayoutRow
from reimburse.store.people import PersonRow


def record_bank_return(by: PersonRow, payout_id: int, why: str, on: date) -> None:
    """Finance has seen that the bank gave a payment back. Nobody records their own."""
    refuse_strangers(by)
    if not why.strip():
        raise Refused("请填写退汇原因。", "Say why the bank gave it back.")
    if on > today():
        raise Refused("退汇日期不能在未来。", "The bank cannot have given it back in the future.")
    with transaction() as session:
        payout = held_by(session, by, payout_id, ("paid",))
        if payout.paid_on and on < payout.paid_on:
            raise Refused(f"退汇日期不能早于付款日 {payout.paid_on}。", f"It was paid on {payout.paid_on} only.")
        settle_returned(session, payout, why, on, by.id)


def settle_returned(
    session: Session, payout: PayoutRow, why: str, on: date, by_id: int, result: PayoutResultRow | None = None
) -> None:
    """What was paid came back: it is owed again, and goes into the next file once finance has looked.

    ``Refused`` where an advance was used already. In the caller's transaction, the payout held.
    """
    claims = claims_in(session, payout)
    if payout.advance_id:
        _take_back_advance(session, payout, on, by_id)
    money_postings.bank_returned(session, payout, on)
    note_failure(payout, why)
    said = {"why": payout.failure, "on": on.isoformat(), "reference": payout.reference, "result": result and result.id}
    payout.returned_on, payout.paid_on, payout.reference = on, None, ""
    _mark_attempt(session, payout, on, result)
    record(session, chain_of(payout.id), "payout_returned", by_id, now(), said)
    for claim in claims:
        _owe_again(session, claim, payout, on, by_id)
    if payout.state == "failed":
        tell_failure(session, payout, Text("被银行退回", "came back from the bank"))


def _take_back_advance(session: Session, payout: PayoutRow, on: date, by_id: int) -> None:
    row = session.get_one(AdvanceRow, payout.advance_id, with_for_update={"of": AdvanceRow})
    advance_ledger.take_back(session, row, payout.reference, on, by_id)


def _mark_attempt(session: Session, payout: PayoutRow, on: date, result: PayoutResultRow | None) -> None:
    mine = select(PayoutAttemptRow).where(PayoutAttemptRow.payout_id == payout.id, PayoutAttemptRow.state == "paid")
    for attempt in session.scalars(mine):
        attempt.state, attempt.failure, attempt.returned_on = "returned", payout.failure, on
        attempt.return_id = result.id if result else None


def _owe_again(session: Session, claim: ClaimRow, payout: PayoutRow, on: date, by_id: int) -> None:
    """A paid claim is owed again; of one that was reversed since, what the person owed back has come by this."""
    said = {"on": on.isoformat(), "why": payout.failure, "payout": payout.id}
    if claim.state == ClaimState.PAID.value:
        advance(session, claim, Action.BANK_RETURN, Role.FINANCE_REVIEWER, by_id, said)
        return
    query = select(ClaimRow).where(ClaimRow.reversal_of_id == claim.id, ClaimRow.state == ClaimState.EXPORTED.value)
    mirror = session.scalar(query.with_for_update(of=ClaimRow))
    if mirror:
        payouts.take_out(session, claim, by_id)
        advance(session, mirror, Action.PAY, Role.FINANCE_REVIEWER, by_id, {**said, "reference": payout.failure})
