"""What the books hold of claims that are reversed: the mirror undoes that to the cent, not what policy says today."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from reimburse.domain.ledger import LedgerEntry, Posting, Purpose, reversal_of
from reimburse.domain.money import ZERO, from_fen
from reimburse.export.chart import Chart
from reimburse.export.rows import TaxShare
from reimburse.services.month_end.ledger_rows import entry_from
from reimburse.store.claims import ClaimRow
from reimburse.store.ledger import LedgerEntryRow, LedgerPostingRow

Shares = dict[int, tuple[TaxShare, ...]]
EXPENSES = (Purpose.EXPENSE, Purpose.ADJUSTMENT)


def booked_of(session: Session, claims: Sequence[ClaimRow]) -> dict[int, LedgerEntry]:
    """By the id of a mirror: what was posted for the claim that it mirrors."""
    mirrors = [claim.id for claim in claims if claim.reversal_of_id]
    if not mirrors:
        return {}
    original, mirror = aliased(ClaimRow), aliased(ClaimRow)
    query = (
        select(mirror.id, LedgerEntryRow, LedgerPostingRow)
        .join(original, original.id == mirror.reversal_of_id)
        .join(LedgerPostingRow, LedgerPostingRow.claim_no == original.claim_no)
        .join(LedgerEntryRow, LedgerEntryRow.id == LedgerPostingRow.entry_id)
        .where(mirror.id.in_(mirrors))
        .order_by(mirror.id, LedgerPostingRow.position)
    )
    found: dict[int, tuple[LedgerEntryRow, list[LedgerPostingRow]]] = {}
    for mirror_id, entry, posting in session.execute(query):
        found.setdefault(mirror_id, (entry, []))[1].append(posting)
    return {mirror_id: entry_from(entry, postings) for mirror_id, (entry, postings) in found.items()}


def entry_of(booked: LedgerEntry, mirror_no: str, number: int, made_on: date, chart: Chart) -> LedgerEntry:
    """The entry that undoes it, for this mirror."""
    undone = reversal_of(booked, number, made_on, chart.reversal)
    postings = tuple(replace(posting, claim_no=mirror_no) for posting in undone.postings)
    return replace(undone, source=mirror_no, attachments=0, postings=postings)


def taxes_of(claim: ClaimRow, booked: LedgerEntry) -> Shares:
    """The input VAT that each line of the mirror takes back, by the line's id."""
    net: Mapping[int, Posting] = {posting.line: posting for posting in booked.postings if posting.purpose in EXPENSES}
    taken: Shares = {}
    for line in claim.lines:
        posting = net.get(line.position)
        tax = from_fen(line.amount_fen) + (posting.amount if posting else ZERO)
        if tax:
            taken[line.id] = (TaxShare(posting.invoice if posting else "", tax),)
    return taken
