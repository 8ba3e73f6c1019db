"""What a problem of the archive is about, in words: chains by the numbers that people know."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.archive_words import family_words
from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKey
from reimburse.store.advances import AdvanceRow
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.kept_tables import owner_in
from reimburse.store.ledger import LedgerEntryRow
from reimburse.store.payouts import PayoutFileRow
from reimburse.store.policies import PolicyVersionRow
from reimburse.store.requests import RequestRow

NUMBERS = {
    "claim": ClaimRow.claim_no,
    "batch": BatchRow.batch_no,
    "request": RequestRow.request_no,
    "advance": AdvanceRow.advance_no,
    "payout_file": PayoutFileRow.file_no,
    "policy": PolicyVersionRow.version,
}
"""Where the number stands that people know a thing by."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the archive that is not as it was. ``kind``: event, row, state, seal, balance, file, member."""

    kind: str
    text: Text


def problem(kind: str, zh: str, en: str) -> Problem:
    """A problem in both languages."""
    return Problem(kind, Text(zh, en))


def name_of(session: Session, chain: str) -> Text:
    """What the chain is about: ``claim BX2026-000012``, ``invoice 26990000000000000001``, ``file 7``."""
    family, _, number = chain.partition(":")
    words, owner = family_words(family), owner_in(chain)
    known = _number(session, family, owner) if isinstance(owner, int) else " ".join(str(part) for part in owner or ())
    return Text(f"{words.zh} {known or number}".strip(), f"{words.en} {known or number}".strip())


def _number(session: Session, family: str, owner_id: int) -> str | None:
    if family == "invoice":
        row = session.get(InvoiceRow, owner_id)
        return f"{InvoiceKey(row.code, row.number)} (#{owner_id})" if row and row.number else None
    if family == "entry":
        entry = session.get(LedgerEntryRow, owner_id)
        return f"{entry.word}-{entry.voucher_no} {entry.month} ({entry.source})" if entry else None
    if family not in NUMBERS:
        return None
    column = NUMBERS[family]
    return session.scalar(select(column).where(column.class_.id == owner_id))
