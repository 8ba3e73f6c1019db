"""A group: invoices and payments by position, and how good it is to have it."""

from dataclasses import dataclass
from math import comb

from reimburse.matching.links import BLANK, Links
from reimburse.matching.rows import TOLERANCE_FEN

COUNT_BIT = 40
AMOUNT_BIT = 64
AGREEING_SUMS = 2 * TOLERANCE_FEN + 1
MOST_CHANCE = 0.02
"""Groups that agree by chance, among rows as near in days, from which on a group is far-fetched."""


@dataclass(frozen=True, slots=True)
class Group:
    """Invoices and payments whose sums agree; every one of the first is linked with every one of the second.

    Attributes:
        amount: the sum of the absolute invoice amounts in fen.
        gap: the sum of the days between each invoice and each payment.
        far_fetched: it may well have come about by chance; asked only where many rows are linked.

    """

    invoices: tuple[int, ...]
    payments: tuple[int, ...]
    amount: int
    gap: int
    far_fetched: bool = False

    @property
    def weight(self) -> int:
        """What a solver adds up: first the amount, then one for the group, then fewer days."""
        return (self.amount << AMOUNT_BIT) + (1 << COUNT_BIT) - self.gap


def group_of(links: Links, invoices: tuple[int, ...], payments: tuple[int, ...]) -> Group:
    """The group of these rows."""
    amount = sum(abs(links.totals[invoice]) for invoice in invoices)
    gap = sum(links.gap(invoice, payment) for invoice in invoices for payment in payments)
    several = len(invoices) > 1 or len(payments) > 1
    return Group(invoices, payments, amount, gap, several and _far_fetched(links, invoices, payments))


def _far_fetched(links: Links, invoices: tuple[int, ...], payments: tuple[int, ...]) -> bool:
    """Whether a person would take the group for chance: no number ties it, and nothing else does well."""
    if any(set(links.numbers_of_payment.get(payment, ())) & set(invoices) for payment in payments):
        return False
    sellers = {links.invoices[invoice].seller_name for invoice in invoices}
    if len(sellers) > 1 and all(links.payees[payment] == BLANK for payment in payments):
        return True
    return _chance(links, invoices, payments) > MOST_CHANCE


def _chance(links: Links, invoices: tuple[int, ...], payments: tuple[int, ...]) -> float:
    """How many groups of this size, among rows no farther apart in days, would agree by chance."""
    days = max(links.gap(invoice, payment) for invoice in invoices for payment in payments)
    tries = 1
    if len(payments) > 1:
        tries *= comb(links.payments_near(invoices[0], days), len(payments))
    if len(invoices) > 1:
        tries *= comb(links.invoices_near(payments[0], days), len(invoices))
    return tries * AGREEING_SUMS / max(1, sum(abs(links.totals[invoice]) for invoice in invoices))
