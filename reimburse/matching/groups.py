"""A group: invoices and payments by position, and how good it is to have it."""

from collections.abc import Sequence
from dataclasses import dataclass

from reimburse.matching.links import Links

COUNT_BIT = 40
AMOUNT_BIT = 64


@dataclass(frozen=True, slots=True)
class Group:
    """Invoices and payments whose sums agree; every one of the first is linked with every one of the second.

    Attributes:
        amount: the sum of the absolute invoice amounts in fen.
        gap: the sum of the days between each invoice and each payment.
        spread: the days from first to last, of its invoices and of its payments; settles only which of several
            equally good answers is proposed.

    """

    invoices: tuple[int, ...]
    payments: tuple[int, ...]
    amount: int
    gap: int
    spread: int = 0

    @property
    def weight(self) -> int:
        """What a solver adds up: first the amount, then one for the group, then fewer days."""
        return (self.amount << AMOUNT_BIT) + (1 << COUNT_BIT) - self.gap


def group_of(links: Links, invoices: tuple[int, ...], payments: tuple[int, ...]) -> Group:
    """The group of these rows."""
    amount = sum(abs(links.totals[invoice]) for invoice in invoices)
    gap = sum(links.gap(invoice, payment) for invoice in invoices for payment in payments)
    return Group(invoices, payments, amount, gap, _spread(links.issued, invoices) + _spread(links.paid, payments))


def _spread(days: Sequence[int], rows: Sequence[int]) -> int:
    return max(days[row] for row in rows) - min(days[row] for row in rows)
