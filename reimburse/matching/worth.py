"""How much likelier it is that a group belongs together than that it came about by chance."""

from collections import Counter
from itertools import product
from math import comb, log

from reimburse.matching.groups import Group
from reimburse.matching.habits import Habits
from reimburse.matching.links import BLANK, Links
from reimburse.matching.rows import TOLERANCE_FEN

AGREEING_SUMS = 2 * TOLERANCE_FEN + 1
A_ROW_SETTLED = 2.0
"""Natural logarithms from here on: a row without its counterpart is one in seven or fewer."""
NUMBER_NAMED = 12.0
NOBODY_NAMED = -3.0
A_CENT_OFF = -4.0
SEVERAL = log(0.1)
CLUSTER_DAYS = 10
"""Invoices settled together, or instalments of one, mostly lie so near each other."""
NEAR_MISS_FEN = 5
"""An invoice and a payment so near, and not the same, are each other's with a slip, not parts of a sum."""


class Worths:
    """What each group is worth; one worth nothing, or less, a person would take for chance."""

    def __init__(self, links: Links, habits: Habits) -> None:
        self.links, self.habits = links, habits
        self._totals, self._amounts = Counter(links.totals), Counter(links.amounts)

    def of(self, group: Group) -> float:
        """The logarithm of the odds, and what the rows settled are worth."""
        links = self.links
        rows = len(group.invoices) + len(group.payments)
        worth = A_ROW_SETTLED * rows + self._lag(group) - log(self._coincidences(group))
        if sum(links.totals[row] for row in group.invoices) != sum(links.amounts[row] for row in group.payments):
            worth += A_CENT_OFF
        if len(group.invoices) > 1:
            worth += SEVERAL + self._nearness([links.issued[row] for row in group.invoices])
        if len(group.payments) > 1:
            worth += SEVERAL + self._nearness([links.paid[row] for row in group.payments])
        return worth + self._named(group)

    def is_two_near_misses(self, group: Group) -> bool:
        """Whether the group only adds up because a payment a few cents off is made good by another."""
        if len(group.invoices) == 1 or len(group.payments) == 1:
            return False
        offs = (
            abs(self.links.totals[invoice] - self.links.amounts[payment])
            for invoice, payment in product(group.invoices, group.payments)
        )
        return any(0 < off <= NEAR_MISS_FEN for off in offs)

    def _lag(self, group: Group) -> float:
        """From the last invoice to the first payment, against any day of the window alike."""
        first_paid = min(self.links.paid[row] for row in group.payments)
        last_issued = max(self.links.issued[row] for row in group.invoices)
        return log(self.habits.chance(first_paid - last_issued) * self._days)

    @property
    def _days(self) -> int:
        return 2 * self.links.terms.window_days + 1

    def _coincidences(self, group: Group) -> float:
        """How many groups of this size among the linked rows would agree by chance."""
        total = sum(abs(self.links.totals[row]) for row in group.invoices)
        alike = AGREEING_SUMS / max(1, total)
        tries = 1
        if len(group.payments) > 1:
            tries *= comb(len(self.links.of_invoice(group.invoices[0])), len(group.payments))
        if len(group.invoices) > 1:
            tries *= comb(len(self.links.of_payment(group.payments[0])), len(group.invoices))
        if len(group.invoices) == len(group.payments) == 1:
            alike = max(alike, self._common(group))
        return alike * tries

    def _common(self, group: Group) -> float:
        """The share of the other rows that have this very amount."""
        invoices = (self._totals[self.links.totals[group.invoices[0]]] - 1) / len(self.links.invoices)
        return max(invoices, (self._amounts[self.links.amounts[group.payments[0]]] - 1) / len(self.links.payments))

    def _nearness(self, days: list[int]) -> float:
        last = max(days)
        steps = sorted(last - day for day in days)[1:]
        return sum(log(self._days / CLUSTER_DAYS) - 2 * log(1 + step / CLUSTER_DAYS) for step in steps)

    def _named(self, group: Group) -> float:
        links = self.links
        if any(set(links.numbers_of_payment.get(row, ())) & set(group.invoices) for row in group.payments):
            return NUMBER_NAMED
        return NOBODY_NAMED if all(links.payees[row] == BLANK for row in group.payments) else 0.0
