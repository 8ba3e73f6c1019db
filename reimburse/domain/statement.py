"""A bank, card or wallet statement as it was read: rows, what they add up to, and the rows left out with the reason."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from reimburse.domain.finding import Text
from reimburse.domain.money import ZERO


class Direction(StrEnum):
    """Which way the money went, seen by the owner; what moved none, or between own pockets, is neutral."""

    IN = "in"
    OUT = "out"
    NEUTRAL = "neutral"


class Nature(StrEnum):
    """What a row is, beside its direction: an ordinary payment or receipt, or one of those told apart."""

    PAYMENT = "payment"
    REFUND = "refund"
    REVERSAL = "reversal"
    CLOSED = "closed"
    TRANSFER = "transfer"
    FEE = "fee"


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One row (CONTRACTS: ``statement``). ``row`` counts from 1: lines of a text file, rows of a sheet.

    ``amount`` and ``fee`` are yuan (or ``currency``), never negative.

    ``paid_at`` is aware, in China Standard Time, None where the statement gives a day only; ``id``: the bank's own.
    ``method``: what it was paid with as printed, a wallet's means of payment or a card's last digits. ``reference``:
    a second number, the merchant's or our own. ``nature`` TRANSFER is between own pockets, CLOSED never went through.
    """

    row: int
    id: str | None
    paid_on: date
    paid_at: datetime | None
    direction: Direction
    amount: Decimal
    currency: str
    payee: str | None
    payee_account: str | None
    memo: str | None
    status: str | None
    fee: Decimal | None
    nature: Nature = Nature.PAYMENT
    method: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row of the table that could not be read as a payment; totals and notes of the bank's are no such rows."""

    row: int
    why: Text


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """What the file itself says its rows add up to; it need not be so, and is shown, never a reason to refuse."""

    direction: Direction
    count: int | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What one account's table in a file holds. ``account``: the owner's own number as printed, if any.

    ``part`` names the sheet of a workbook or the member of an archive that it stands in.
    """

    profile: str
    account: str | None
    rows: tuple[StatementRow, ...]
    skipped: tuple[SkippedRow, ...]
    part: str | None = None
    stated: tuple[StatedTotal, ...] = ()

    def total(self, direction: Direction) -> Decimal:
        """The sum of the rows of this direction, in yuan."""
        return sum((row.amount for row in self.rows if row.direction is direction), ZERO)
