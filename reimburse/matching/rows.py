"""What is matched: invoices and payments as rows, and the terms of a match."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice, or anything else that asks for money: its total with tax in fen, red-letter ones negative."""

    id: str
    issue_date: date
    seller_name: str
    total_fen: int
    number: str = ""


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """Money that went out in fen; a refund is negative, a fee is a row of its own."""

    id: str
    paid_on: date
    payee: str
    amount_fen: int
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What may be matched.

    Attributes:
        window_days: the most days between each invoice and each payment of a group.
        blank_payee_days: the same where the payee is blank.
        exact_rows: connected components of up to this many rows are always solved exactly.
        aliases: pairs (payee, seller) that a person, or a change of name, has declared the same.
        never: pairs (invoice id, payment id) that a person has declared apart.
        split: groups (invoice ids, payment ids) that a person has taken apart, and that are not drawn again.

    """

    window_days: int = 90
    blank_payee_days: int = 7
    exact_rows: int = 24
    aliases: frozenset[tuple[str, str]] = frozenset()
    never: frozenset[tuple[str, str]] = frozenset()
    split: frozenset[tuple[frozenset[str], frozenset[str]]] = frozenset()


TOLERANCE_FEN = 1
"""The sums of a group differ by at most 0.01."""
MOST_AGAINST_ONE = 6
"""One row stands against up to six of the other side."""
MOST_EACH_SIDE = 3
"""Several rows stand against several, up to three by three."""


def signs_agree(total_fen: int, amount_fen: int) -> bool:
    """A refund goes only with a red-letter invoice."""
    return amount_fen >= 0 or total_fen < 0
