"""What a statement's row is as a payment, and how it is known again when it comes in another file."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reimburse.domain.finding import Text
from reimburse.domain.statement import Direction, Nature, SkippedRow, StatementRow


class PaymentKind(StrEnum):
    """Refunds, closed and neutral rows are told apart from what was paid."""

    PAYMENT = "payment"
    REFUND = "refund"
    FEE = "fee"
    INCOME = "income"
    TRANSFER = "transfer"
    CLOSED = "closed"
    NEUTRAL = "neutral"


MATCHED_KINDS = frozenset({PaymentKind.PAYMENT, PaymentKind.REFUND, PaymentKind.FEE})
"""Rows that may settle an invoice."""
BY_NATURE = {
    Nature.CLOSED: PaymentKind.CLOSED,
    Nature.TRANSFER: PaymentKind.TRANSFER,
    Nature.REFUND: PaymentKind.REFUND,
    Nature.REVERSAL: PaymentKind.REFUND,
}
BY_DIRECTION = {
    Direction.OUT: PaymentKind.PAYMENT,
    Direction.IN: PaymentKind.INCOME,
    Direction.NEUTRAL: PaymentKind.NEUTRAL,
}


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row, what it is, and the digest under which it comes once."""

    row: StatementRow
    kind: PaymentKind
    identity: str


def kind_of(row: StatementRow) -> PaymentKind:
    """What a row is; one of 0.00 moved nothing."""
    if not row.amount:
        return PaymentKind.NEUTRAL
    if row.nature is Nature.REVERSAL and row.direction is Direction.OUT:
        return PaymentKind.PAYMENT
    if row.nature is Nature.FEE and row.direction is Direction.OUT:
        return PaymentKind.FEE
    return BY_NATURE.get(row.nature) or BY_DIRECTION[row.direction]


def known_rows(rows: Sequence[StatementRow]) -> tuple[list[KnownRow], list[SkippedRow]]:
    """Each row once, and those left out because another row of the table is the same.

    With a number of the bank's own, or a time, an equal row is the same one; with a day only it may be another purchase
    of that day, and they are counted.
    """
    stable = _ids_name_rows(rows)
    counted: Counter[str] = Counter()
    first: dict[str, int] = {}
    known, doubled = [], []
    for row in rows:
        kind = kind_of(row)
        text = _stated(row, kind, named=stable and bool(row.id))
        if (stable and row.id) or row.paid_at:
            if text in first:
                doubled.append(_doubled(row, first[text]))
                continue
            first[text] = row.row
        counted[text] += 1
        known.append(KnownRow(row, kind, _digest([text, str(counted[text])])))
    return known, doubled


def _ids_name_rows(rows: Sequence[StatementRow]) -> bool:
    """Whether the bank's own numbers mean anything outside this file; 1, 2, 3 and so on are its lines."""
    ids = [row.id for row in rows if row.id]
    return sorted(ids, key=lambda text: (len(text), text)) != [str(number + 1) for number in range(len(ids))]


def _stated(row: StatementRow, kind: PaymentKind, *, named: bool) -> str:
    """What makes a row the one it is; what a later file may write otherwise, such as its status, is left out."""
    refund = "refund" if kind is PaymentKind.REFUND else ""
    money = (row.paid_on.isoformat(), f"{row.amount:f}", row.currency, refund)
    if named:
        return _digest([row.id or "", *money, row.payee or ""])
    at = row.paid_at.isoformat() if row.paid_at else ""
    return _digest([*money, at, row.direction, row.payee or "", row.payee_account or "", row.memo or ""])


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _doubled(row: StatementRow, first: int) -> SkippedRow:
    return SkippedRow(row.row, Text(f"与第 {first} 行相同，只计一次", f"the same as row {first}: counted once"))
