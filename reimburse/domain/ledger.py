"""Accounting entries (凭证): balanced or refused; what is posted is reversed, never edited."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reimburse.domain.money import ZERO, cents


class Side(StrEnum):
    """The side of an account: 借方, 贷方."""

    DEBIT = "debit"
    CREDIT = "credit"


class Purpose(StrEnum):
    """What a posting stands for; accounts and auxiliaries are set by it (``config/vouchers/accounts.toml``)."""

    EXPENSE = "expense"
    ADJUSTMENT = "adjustment"
    INPUT_VAT = "input_vat"
    EMPLOYEE = "employee"
    COMPANY_CARD = "company_card"
    COMPANY_TRANSFER = "company_transfer"
    ADVANCE = "advance"
    BANK = "bank"


class ReversalStyle(StrEnum):
    """How an entry is reversed: the same sides with negative amounts (红字冲销), or the sides swapped."""

    NEGATIVE = "negative"
    SWAPPED = "swapped"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the ledger (会计科目): its code with dots between levels, and its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Auxiliaries:
    """What else a posting is kept by (辅助核算); empty where nothing is known."""

    legal_entity: str = ""
    department: str = ""
    cost_center: str = ""
    project: str = ""
    person_no: str = ""
    person: str = ""
    supplier_tax_id: str = ""
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of an entry. ``amount`` in yuan with two places, negative in a red entry, never zero.

    It books the expense line ``line`` of ``claim_no`` and rests on ``invoice`` (its key); 0 and "" for none of them.
    """

    side: Side
    account: Account
    amount: Decimal
    digest: str
    purpose: Purpose
    auxiliaries: Auxiliaries = Auxiliaries()
    claim_no: str = ""
    line: int = 0
    invoice: str = ""


class Unbalanced(ValueError):
    """The entry does not balance, is empty, or states an amount that is no amount in fen."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """An entry of the ledger, balanced or refused.

    ``number`` counts from 1 over a batch; ``source`` is the claim or batch it books; ``reverses`` names what it undoes.

    >>> cash = Account("1002", "银行存款")
    >>> paid = Posting(Side.DEBIT, cash, Decimal("1.00"), "", Purpose.BANK)
    >>> LedgerEntry(1, "记", date(2026, 11, 23), "C1", 0, (paid,))
    Traceback (most recent call last):
    ...
    reimburse.domain.ledger.Unbalanced: entry 1 of C1: debits 1.00, credits 0.00
    """

    number: int
    word: str
    made_on: date
    source: str
    attachments: int
    postings: tuple[Posting, ...]
    reverses: str = ""

    def __post_init__(self) -> None:
        which = f"entry {self.number} of {self.source}"
        for posting in self.postings:
            if posting.amount == 0 or posting.amount != cents(posting.amount):
                raise Unbalanced(f"{which}: no amount to post: {posting.amount}")
        if not self.postings:
            raise Unbalanced(f"{which}: nothing to post")
        if self.debits != self.credits:
            raise Unbalanced(f"{which}: debits {self.debits}, credits {self.credits}")

    @property
    def debits(self) -> Decimal:
        """The sum of the debits."""
        return total_of(self.postings, Side.DEBIT)

    @property
    def credits(self) -> Decimal:
        """The sum of the credits."""
        return total_of(self.postings, Side.CREDIT)


def total_of(postings: Iterable[Posting], side: Side, purpose: Purpose | None = None) -> Decimal:
    """The sum of the postings on one side, of one purpose where it is given."""
    found = (item.amount for item in postings if item.side is side and purpose in (None, item.purpose))
    return sum(found, ZERO)


def reversal_of(entry: LedgerEntry, number: int, made_on: date, style: ReversalStyle) -> LedgerEntry:
    """The entry that undoes this one (冲销); both together leave every account and auxiliary where it was."""
    name = f"{entry.source}/{entry.number}"
    postings = tuple(_undone(posting, style) for posting in entry.postings)
    return replace(entry, number=number, made_on=made_on, postings=postings, reverses=name)


def _undone(posting: Posting, style: ReversalStyle) -> Posting:
    digest = f"冲销 {posting.digest}".rstrip()
    if style is ReversalStyle.NEGATIVE:
        return replace(posting, amount=-posting.amount, digest=digest)
    swapped = Side.CREDIT if posting.side is Side.DEBIT else Side.DEBIT
    return replace(posting, side=swapped, digest=digest)
