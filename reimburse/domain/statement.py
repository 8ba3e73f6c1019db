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


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One row (CONTRACTS: ``statement``). ``row`` counts from 1 in the file.

    ``amount`` and ``fee`` are yuan (or ``currency``), never negative.

    ``paid_at`` is aware, in China Standard Time, None where the statement gives a day only; ``id``: the bank's own.
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


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row of the table that is no payment or could not be read."""

    row: int
    why: Text


@dataclass(frozen=True, slots=True)
class Statement:
    """What one account's table in a file holds. ``account``: the owner's own number as printed, if any."""

    profile: str
    account: str | None
    rows: tuple[StatementRow, ...]
    skipped: tuple[SkippedRow, ...]

    def total(self, direction: Direction) -> Decimal:
        """The sum of the rows of this direction, in yuan."""
        return sum((row.amount for row in self.rows if row.direction is direction), ZERO)
