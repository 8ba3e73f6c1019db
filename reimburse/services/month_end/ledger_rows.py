"""Entries of the ledger as rows of the books, and back."""

from collections.abc import Sequence

from reimburse.domain.ledger import Account, Auxiliaries, LedgerEntry, Posting, Purpose, Side
from reimburse.domain.money import from_fen, to_fen
from reimburse.store.ledger import LedgerEntryRow, LedgerPostingRow

KEPT_BY = ("department", "cost_center", "project", "person_no", "person", "supplier_tax_id", "supplier")


def columns_of(posting: Posting) -> dict[str, object]:
    """The columns of a posting's row."""
    return {
        "side": posting.side.value,
        "account": posting.account.code,
        "account_name": posting.account.name,
        "amount_fen": to_fen(posting.amount),
        "digest": posting.digest,
        "purpose": posting.purpose.value,
        "claim_no": posting.claim_no,
        "line": posting.line,
        "invoice": posting.invoice,
        **{name: getattr(posting.auxiliaries, name) for name in KEPT_BY},
    }


def entry_from(row: LedgerEntryRow, postings: Sequence[LedgerPostingRow]) -> LedgerEntry:
    """The entry, with these of its postings; ``Unbalanced`` where they do not balance."""
    values = tuple(map(_posting, postings))
    return LedgerEntry(row.number, row.word, row.posted_on, row.source, row.attachments, values)


def _posting(row: LedgerPostingRow) -> Posting:
    return Posting(
        side=Side(row.side),
        account=Account(row.account, row.account_name),
        amount=from_fen(row.amount_fen),
        digest=row.digest,
        purpose=Purpose(row.purpose),
        auxiliaries=Auxiliaries(**{name: getattr(row, name) for name in KEPT_BY}),
        claim_no=row.claim_no,
        line=row.line,
        invoice=row.invoice,
    )
