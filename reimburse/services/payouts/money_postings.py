"""What the books say of money that moves: payments to people, what the bank gives back, what people give back.

Each movement is a voucher of its own in the period of its day, or the next open one. In the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.ledger import Account, Auxiliaries, LedgerEntry, Posting, Purpose, Side, reversal_of
from reimburse.domain.money import from_fen
from reimburse.services.month_end import periods
from reimburse.services.month_end.export_layouts import chart
from reimburse.services.month_end.ledger_rows import columns_of, entry_from
from reimburse.store.advances import AdvanceRow
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now
from reimburse.store.ledger import LedgerEntryRow, LedgerPostingRow
from reimburse.store.payouts import PayoutClaimRow, PayoutRow
from reimburse.store.people import PersonRow


@dataclass(frozen=True, slots=True)
class Held:
    """The account that somebody's money stands on, and whose it is."""

    account: Account
    purpose: Purpose
    whose: Auxiliaries


def paid(session: Session, payout: PayoutRow, on: date) -> None:
    """The payout reached its person: the bank against what they were owed, or against the advance they hold now."""
    if payout.advance_id:
        number = session.get_one(AdvanceRow, payout.advance_id).advance_no
        held, what = _of_chart(Purpose.ADVANCE, payout.person), "借款"
    else:
        number = session.get_one(BatchRow, payout.batch_id).batch_no
        held, what = _owed(session, payout), "报销款"
    entry = _entry(held, Side.DEBIT, payout.amount_fen, on, number, f"支付{what} {payout.person.name} {number}")
    _post(session, payout.legal_entity_id, entry, payout_id=payout.id)


def bank_returned(session: Session, payout: PayoutRow, on: date) -> None:
    """The bank gave it back: the voucher of the payment is undone."""
    undone = select(LedgerEntryRow.reverses_id).where(LedgerEntryRow.reverses_id.is_not(None))
    query = select(LedgerEntryRow).where(LedgerEntryRow.payout_id == payout.id, LedgerEntryRow.id.not_in(undone))
    row = session.scalar(
        query.where(LedgerEntryRow.reverses_id.is_(None)).order_by(LedgerEntryRow.id.desc()).limit(1)
    )  # fmt: skip
    if row:
        entry = reversal_of(entry_from(row, row.postings), 1, on, chart().reversal)
        _post(session, row.legal_entity_id, entry, payout_id=payout.id, reverses_id=row.id)


def advance_given_back(session: Session, advance: AdvanceRow, fen: int, on: date) -> None:
    """Some of an advance came back to the bank."""
    held = _of_chart(Purpose.ADVANCE, advance.claimant)
    words = f"收回借款 {advance.claimant.name} {advance.advance_no}"
    entry = _entry(held, Side.CREDIT, fen, on, advance.advance_no, words)
    _post(session, advance.legal_entity_id, entry, advance_id=advance.id)


def claim_given_back(session: Session, mirror: ClaimRow, on: date) -> None:
    """What somebody was paid for a claim that is reversed came back to the bank."""
    part = session.get_one(PayoutClaimRow, mirror.reversal_of_id)
    held = _owed(session, session.get_one(PayoutRow, part.payout_id))
    words = f"收回冲销款 {mirror.claimant.name} {mirror.claim_no}"
    entry = _entry(held, Side.CREDIT, part.amount_fen, on, mirror.claim_no, words)
    _post(session, mirror.legal_entity_id, entry, payout_id=part.payout_id)


def _owed(session: Session, payout: PayoutRow) -> Held:
    """Where the batch books what it owes them; by the chart as long as it is not posted."""
    numbers = select(ClaimRow.claim_no).join(PayoutClaimRow, PayoutClaimRow.claim_id == ClaimRow.id)
    query = (
        select(LedgerPostingRow)
        .join(LedgerEntryRow, LedgerEntryRow.id == LedgerPostingRow.entry_id)
        .where(LedgerEntryRow.batch_id == payout.batch_id, LedgerPostingRow.purpose == Purpose.EMPLOYEE.value)
        .where(LedgerPostingRow.claim_no.in_(numbers.where(PayoutClaimRow.payout_id == payout.id)))
    )
    booked = session.scalar(query.limit(1))
    if booked is None:
        return _of_chart(Purpose.EMPLOYEE, payout.person)
    whose = Auxiliaries(person_no=booked.person_no, person=booked.person)
    return Held(Account(booked.account, booked.account_name), Purpose.EMPLOYEE, whose)


def _of_chart(purpose: Purpose, person: PersonRow) -> Held:
    return Held(chart().account_of(purpose), purpose, Auxiliaries(person_no=person.employee_no, person=person.name))


def _entry(held: Held, side: Side, fen: int, on: date, source: str, words: str) -> LedgerEntry:
    """The account on this side, the bank on the other."""
    made, amount = chart(), from_fen(fen)
    own = Posting(side, held.account, amount, words, held.purpose, held.whose)
    bank = Posting(
        Side.CREDIT if side is Side.DEBIT else Side.DEBIT, made.account_of(Purpose.BANK), amount, words, Purpose.BANK
    )
    postings = (own, bank) if side is Side.DEBIT else (bank, own)
    return LedgerEntry(1, made.voucher_word, on, source, 0, postings)


def _post(session: Session, entity_id: int, entry: LedgerEntry, **about: int) -> None:
    """Write it as a draft, then post it: the database sees to its balance and its period."""
    day, period = periods.posting_day(session, entity_id, entry.made_on)
    period.last_voucher_no += 1
    row = LedgerEntryRow(legal_entity_id=entity_id, month=period.month, voucher_no=period.last_voucher_no, **about)
    row.word, row.posted_on, row.number, row.source = entry.word, day, entry.number, entry.source
    row.made_at, row.postings = now(), _rows(entry.postings)
    session.add(row)
    session.flush()
    row.state = "posted"
    session.flush()


def _rows(postings: Sequence[Posting]) -> list[LedgerPostingRow]:
    return [LedgerPostingRow(position=place, **columns_of(posting)) for place, posting in enumerate(postings, start=1)]
