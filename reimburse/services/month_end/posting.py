"""Post a batch: the entries it was frozen with become vouchers of the books, all of them or none."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, aliased

from reimburse.domain.batch import BatchAction, BatchState
from reimburse.domain.ledger import LedgerEntry
from reimburse.domain.money import to_fen
from reimburse.services.month_end import batch_vouchers, periods
from reimburse.services.month_end.batch_work import chain_of, finish, locked, move, work_on
from reimburse.services.month_end.ledger_rows import columns_of
from reimburse.services.outbox import mark_done
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, reading, transaction
from reimburse.store.events import record
from reimburse.store.ledger import AccountingPeriodRow, LedgerEntryRow, LedgerPostingRow

ROWS_AT_ONCE = 1000


def post_batch(batch_id: int, outbox_id: int | None = None) -> None:
    """The job. A second run finds the batch posted and does nothing."""
    with reading() as session:
        batch = session.get_one(BatchRow, batch_id)
        entries = list(batch_vouchers.entries_of(batch)) if batch.state == BatchState.POSTING else []
    with transaction() as session:
        batch, work = locked(session, batch_id), work_on(session, batch_id)
        if batch.state != BatchState.POSTING:
            mark_done(session, outbox_id)
            return
        post(session, batch, entries, date.fromisoformat(work.asked["on"]), work.by_id)
        move(batch, BatchAction.FINISH)
        finish(session, batch, outbox_id)


def post(
    session: Session, batch: BatchRow, entries: Sequence[LedgerEntry], on: date, by_id: int, undone: Sequence[int] = ()
) -> None:
    """Write the entries into the books on this day, or in the next open period. In the caller's transaction.

    ``undone`` are the ids of the entries that each of these undoes.
    """
    day, period = periods.posting_day(session, batch.legal_entity_id, on)
    first = period.last_voucher_no + 1
    _write(session, batch, entries, day, period, undone)
    batch.posted_on, batch.posted_by_id, batch.posted_at = day, by_id, now()
    session.flush()
    said = {"posted_on": day.isoformat(), "month": period.month, "vouchers": len(entries), "first": first}
    said |= {"debit_fen": sum(to_fen(entry.debits) for entry in entries)}
    record(session, chain_of(batch.id), "post", by_id, now(), said)


def undone_by(session: Session, entries: Sequence[LedgerEntry]) -> list[int]:
    """The id of the posted entry that each of these mirrors."""
    original, mirror = aliased(ClaimRow), aliased(ClaimRow)
    numbers = {posting.claim_no for entry in entries for posting in entry.postings}
    query = (
        select(mirror.claim_no, LedgerPostingRow.entry_id)
        .join(original, original.id == mirror.reversal_of_id)
        .join(LedgerPostingRow, LedgerPostingRow.claim_no == original.claim_no)
        .where(mirror.claim_no.in_(numbers))
    )
    found = {row[0]: row[1] for row in session.execute(query)}
    return [found[entry.postings[0].claim_no] for entry in entries]


def _write(
    session: Session,
    batch: BatchRow,
    entries: Sequence[LedgerEntry],
    day: date,
    period: AccountingPeriodRow,
    undone: Sequence[int],
) -> None:
    for place, entry in enumerate(entries):
        period.last_voucher_no += 1
        row = LedgerEntryRow(
            legal_entity_id=batch.legal_entity_id,
            month=period.month,
            voucher_no=period.last_voucher_no,
            word=entry.word,
            posted_on=day,
            batch_id=batch.id,
            number=entry.number,
            source=entry.source,
            attachments=entry.attachments,
            reverses_id=undone[place] if undone else None,
            state="draft",
            made_at=now(),
        )
        session.add(row)
    session.flush()
    ids = select(LedgerEntryRow.number, LedgerEntryRow.id).where(LedgerEntryRow.batch_id == batch.id)
    by_number = {row[0]: row[1] for row in session.execute(ids)}
    _insert_postings(session, ((by_number[entry.number], entry) for entry in entries))
    session.execute(
        update(LedgerEntryRow)
        .where(LedgerEntryRow.batch_id == batch.id, LedgerEntryRow.state == "draft")
        .values(state="posted")
        .execution_options(synchronize_session=False)
    )


def _insert_postings(session: Session, entries: Iterable[tuple[int, LedgerEntry]]) -> None:
    rows = [
        {"entry_id": entry_id, "position": position, **columns_of(posting)}
        for entry_id, entry in entries
        for position, posting in enumerate(entry.postings, start=1)
    ]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.execute(insert(LedgerPostingRow), rows[start : start + ROWS_AT_ONCE])
