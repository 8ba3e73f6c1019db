"""What the page of a batch's books shows: its vouchers line by line, its payouts, its reversals. Only reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased, selectinload

from reimburse.services.payouts import ledger_proofs, payout_pages
from reimburse.services.payouts.ledger_proofs import Proof
from reimburse.services.payouts.payout_pages import Listed
from reimburse.store.batches import BatchRow, ReversalRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db
from reimburse.store.ledger import LedgerEntryRow
from reimburse.store.people import PersonRow

PAGE = 25


@dataclass(frozen=True, slots=True)
class Reversal:
    """A reversal that was asked for: who and why, who confirmed, and the batch that mirrors."""

    row: ReversalRow
    claim_no: str | None
    asked_by: str
    confirmed_by: str | None
    mirror_no: str | None


@dataclass(frozen=True, slots=True)
class Books:
    """The posted vouchers of one page, what is owed, its proof once posted, and where the next page starts after."""

    entries: Sequence[LedgerEntryRow]
    payouts: Sequence[Listed]
    proof: Proof | None
    after: int | None


def books_of(batch: BatchRow, after: int = 0) -> Books:
    """The vouchers of a batch, a page of them, and its payouts."""
    query = select(LedgerEntryRow).where(LedgerEntryRow.batch_id == batch.id, LedgerEntryRow.number > after)
    query = query.options(selectinload(LedgerEntryRow.postings)).order_by(LedgerEntryRow.number).limit(PAGE + 1)
    rows = db.session.scalars(query).all()
    proof = ledger_proofs.of_batch(db.session(), batch) if batch.posted_on and not batch.reversal_of_id else None
    following = rows[PAGE - 1].number if len(rows) > PAGE else None
    return Books(rows[:PAGE], payout_pages.of_batch(batch.id), proof, following)


def reversals_of(batch_id: int) -> list[Reversal]:
    """The reversals of a batch, the latest first."""
    asked_by, confirmed_by, mirror = aliased(PersonRow), aliased(PersonRow), aliased(BatchRow)
    query = (
        select(ReversalRow, ClaimRow.claim_no, asked_by.name, confirmed_by.name, mirror.batch_no)
        .join(asked_by, asked_by.id == ReversalRow.asked_by_id)
        .outerjoin(ClaimRow, ClaimRow.id == ReversalRow.claim_id)
        .outerjoin(confirmed_by, confirmed_by.id == ReversalRow.confirmed_by_id)
        .outerjoin(mirror, mirror.id == ReversalRow.mirror_batch_id)
        .where(ReversalRow.batch_id == batch_id)
        .order_by(ReversalRow.id.desc())
    )
    return [Reversal(*row) for row in db.session.execute(query)]
