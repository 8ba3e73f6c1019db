"""Payments and returned advances from before the books had vouchers for them: posted once, on the day they moved."""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from reimburse.services.outbox import mark_done
from reimburse.services.payouts import money_postings
from reimburse.services.payouts.payouts import held_of
from reimburse.store.advances import AdvanceEntryRow, AdvanceRow
from reimburse.store.db import reading, transaction
from reimburse.store.ledger import LedgerEntryRow
from reimburse.store.payouts import PayoutRow

AT_ONCE = 200
RETURN = "return"


def post_earlier_payments(outbox_id: int | None = None) -> int:
    """The job: post what was paid or came back and has no voucher yet; how many vouchers. A second run finds none."""
    posted, last = 0, 0
    while payout_ids := _unposted_payouts(last):
        for last in payout_ids:
            posted += _post_payment(last)
    for advance_id in _unposted_returns():
        posted += _post_returns(advance_id)
    with transaction() as session:
        mark_done(session, outbox_id)
    return posted


def _unposted_payouts(after: int) -> list[int]:
    query = select(PayoutRow.id).where(PayoutRow.state == "paid", PayoutRow.id > after)
    known = exists().where(LedgerEntryRow.payout_id == PayoutRow.id)
    with reading() as session:
        return list(session.scalars(query.where(~known).order_by(PayoutRow.id).limit(AT_ONCE)))


def _post_payment(payout_id: int) -> int:
    with transaction() as session:
        payout = held_of(session, PayoutRow.id == payout_id)
        if payout is None or payout.state != "paid" or payout.paid_on is None or _vouchers(session, payout_id):
            return 0
        money_postings.paid(session, payout, payout.paid_on)
        return 1


def _vouchers(session: Session, payout_id: int) -> int:
    return session.scalar(select(func.count()).where(LedgerEntryRow.payout_id == payout_id)) or 0


def _unposted_returns() -> list[int]:
    """Advances of which more came back than the books know."""
    row = AdvanceEntryRow
    known = select(func.count()).where(LedgerEntryRow.advance_id == row.advance_id).scalar_subquery()
    query = select(row.advance_id).where(row.kind == RETURN).group_by(row.advance_id)
    with reading() as session:
        return list(session.scalars(query.having(func.count() > known).order_by(row.advance_id)))


def _post_returns(advance_id: int) -> int:
    """The earliest returns have no voucher; those that came after the books had them do."""
    with transaction() as session:
        advance = session.get_one(AdvanceRow, advance_id, with_for_update={"of": AdvanceRow}, populate_existing=True)
        came = select(AdvanceEntryRow).where(AdvanceEntryRow.advance_id == advance_id, AdvanceEntryRow.kind == RETURN)
        returns = session.scalars(came.order_by(AdvanceEntryRow.id)).all()
        known = session.scalar(select(func.count()).where(LedgerEntryRow.advance_id == advance_id)) or 0
        missing = returns[: len(returns) - known]
        for entry in missing:
            money_postings.advance_given_back(session, advance, entry.returned_delta_fen, entry.happened_on)
        return len(missing)
