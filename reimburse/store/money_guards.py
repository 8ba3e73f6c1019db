"""What the database refuses of batches, the books, advances and payouts, as SQL conditions."""

from reimburse.domain.batch import TRANSITIONS, BatchState
from reimburse.store.advances import AdvanceBalanceRow
from reimburse.store.ledger import LedgerEntryRow, LedgerPostingRow
from reimburse.store.payouts import PayoutAttemptRow, PayoutRow

BATCH_FACTS = (
    "batch_no",
    "legal_entity_id",
    "made_by_id",
    "made_at",
    "reversal_of_id",
)
"""What a batch keeps from the moment that it is no longer open."""
ONCE = ("frozen_by_id", "frozen_at", "exported_by_id", "exported_at", "posted_by_id", "posted_at", "posted_on")
"""What a batch is given once."""
DRAFTS = "(SELECT count(*) FROM ledger_entries e WHERE e.batch_id = NEW.id AND e.state <> 'posted') > 0"
POSTINGS = "FROM ledger_postings p WHERE p.entry_id = NEW.id"
BALANCED = f"(SELECT sum(CASE p.side WHEN 'debit' THEN p.amount_fen ELSE -p.amount_fen END) {POSTINGS}) = 0"
CLOSED = (
    "(SELECT count(*) FROM accounting_periods p WHERE p.legal_entity_id = NEW.legal_entity_id"
    " AND p.month = NEW.month AND p.state = 'closed') > 0"
)
POSTED_ENTRY = "(SELECT count(*) FROM ledger_entries e WHERE e.id = NEW.entry_id AND e.state = 'posted') > 0"
SUMS = ("paid", "reserved", "offset", "returned")
ENTRY_FACTS = (
    "legal_entity_id",
    "month",
    "voucher_no",
    "word",
    "posted_on",
    "batch_id",
    "payout_id",
    "advance_id",
    "number",
    "source",
    "attachments",
    "reverses_id",
    "made_at",
)
ATTEMPT_FACTS = ("payout_id", "file_id", "reference", "amount_fen", "account")
PAYOUT_FACTS = ("legal_entity_id", "person_id", "batch_id", "advance_id", "amount_fen", "made_at")


def changed(columns: tuple[str, ...]) -> str:
    """That one of these columns differs."""
    text = "coalesce(CAST({row}.{column} AS text), '')"
    pairs = ((text.format(row="OLD", column=column), text.format(row="NEW", column=column)) for column in columns)
    return "(" + " OR ".join(f"{old} <> {new}" for old, new in pairs) + ")"


def of_batches() -> list[tuple[str, str]]:
    """A batch moves by the table of transitions, keeps what it was frozen with, and has a second person look."""
    moves = sorted({(old.value, new.value) for (old, _), new in TRANSITIONS.items()})
    stays = [(state.value, state.value) for state in BatchState]
    known = " OR ".join(f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, new in moves + stays)
    again = " OR ".join(f"(OLD.{column} IS NOT NULL AND {changed((column,))})" for column in ONCE)
    closed = f"OLD.state <> 'open' AND ({changed(BATCH_FACTS)} OR {again})"
    totals = f"OLD.state NOT IN ('open', 'freezing') AND {changed(('control',))}"
    maker = "coalesce(NEW.frozen_by_id, NEW.made_by_id) = NEW.made_by_id"
    alone = f"OLD.state = 'freezing' AND NEW.state = 'frozen' AND {maker}"
    unposted = f"NEW.state = 'posted' AND {DRAFTS}"
    refused = " OR ".join(f"({condition})" for condition in (f"NOT ({known})", closed, totals, alone, unposted))
    return [("UPDATE", refused), ("DELETE", "OLD.state <> 'open'")]


def of_entries() -> list[tuple[str, str]]:
    """An entry is written as a draft and posted once, balanced, in an open month; then it stays."""
    posts = f"OLD.state = 'draft' AND NEW.state = 'posted' AND NOT {changed(ENTRY_FACTS)}"
    fit = f"{BALANCED} AND (SELECT count(*) {POSTINGS}) >= 2 AND NOT {CLOSED}"
    loose = "coalesce(NEW.batch_id, NEW.payout_id, NEW.advance_id) IS NULL"
    return [
        ("INSERT", f"NEW.state <> 'draft' OR {loose}"),
        ("UPDATE", f"NOT ({posts} AND {fit})"),
        ("DELETE", "1 = 1"),
    ]


def of_advance_balances() -> list[tuple[str, str]]:
    """A sum is what its entries add up to, nothing else."""
    said = " OR ".join(
        f"NEW.{name}_fen <> (SELECT coalesce(sum(e.{name}_delta_fen), 0)"
        " FROM advance_entries e WHERE e.advance_id = NEW.advance_id)"
        for name in SUMS
    )
    return [("INSERT", said), ("UPDATE", said), ("DELETE", "1 = 1")]


def of_payouts() -> list[tuple[str, str]]:
    """What is paid stays, unless the bank gave the money back; what was called off stays for good."""
    back = f"NEW.state = 'failed' AND NOT {changed(PAYOUT_FACTS)}"
    return [("UPDATE", f"OLD.state = 'cancelled' OR (OLD.state = 'paid' AND NOT ({back}))"), ("DELETE", "1 = 1")]


def of_attempts() -> list[tuple[str, str]]:
    """What the bank was told stays; it settles it once, and may give back what it paid."""
    settled = "OLD.state <> 'ordered' AND NOT (OLD.state = 'paid' AND NEW.state = 'returned')"
    return [("UPDATE", f"({settled}) OR {changed(ATTEMPT_FACTS)}"), ("DELETE", "1 = 1")]


MONEY: dict[str, tuple[list[tuple[str, str]], str]] = {
    LedgerEntryRow.__tablename__: (of_entries(), "the books take only balanced entries in an open month, once"),
    LedgerPostingRow.__tablename__: (
        [("INSERT", POSTED_ENTRY), ("UPDATE", "1 = 1"), ("DELETE", "1 = 1")],
        "the entry is posted",
    ),
    AdvanceBalanceRow.__tablename__: (of_advance_balances(), "the balance is not what its entries add up to"),
    PayoutRow.__tablename__: (of_payouts(), "the payout is settled"),
    PayoutAttemptRow.__tablename__: (of_attempts(), "what the bank was told stays"),
}
"""(operation, condition) and the message, by table."""
