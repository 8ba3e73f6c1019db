"""How many days after an invoice it is paid, as the rows themselves show where nothing is in doubt."""

from collections import Counter
from collections.abc import Iterable
from math import exp

import numpy as np
from numpy.typing import NDArray

from reimburse.matching.groups import Group
from reimburse.matching.links import Links

Floats = NDArray[np.float64]
REACH = 180
"""The longest lag in days that is told apart, before and after."""
BLUR = 4
"""A lag seen speaks for lags up to so many days beside it, the less the farther."""
ASSUMED = 20
"""The weight, in pairs seen, of what is assumed before any is: most is paid within weeks, some beforehand."""


class Habits:
    """The chance of each lag between an invoice and its payment."""

    def __init__(self, lags: Iterable[int]) -> None:
        seen = np.zeros(2 * REACH + 1)
        for lag, many in Counter(lags).items():
            if abs(lag) <= REACH:
                seen[lag + REACH] += many
        kernel = np.array([BLUR - abs(step) for step in range(1 - BLUR, BLUR)], float)
        blurred = np.convolve(seen, kernel / kernel.sum(), mode="same")
        total = blurred + ASSUMED * _assumed()
        self._chances: list[float] = (total / total.sum()).tolist()

    @classmethod
    def of(cls, links: Links, groups: Iterable[Group]) -> "Habits":
        """Learned from pairs of which neither side agrees with any other row alone."""
        ones = [group for group in groups if len(group.invoices) == len(group.payments) == 1]
        invoices = Counter(group.invoices[0] for group in ones)
        payments = Counter(group.payments[0] for group in ones)
        lone = [g for g in ones if invoices[g.invoices[0]] == payments[g.payments[0]] == 1]
        return cls(links.paid[g.payments[0]] - links.issued[g.invoices[0]] for g in lone)

    def chance(self, lag: int) -> float:
        """The chance that a payment comes so many days after its invoice.

        >>> Habits([10] * 90).chance(10) > 20 * Habits([10] * 90).chance(-20)
        True
        """
        return self._chances[max(-REACH, min(REACH, lag)) + REACH]


def _assumed() -> Floats:
    after = np.array([exp(-abs(day) / 20) * (1.0 if day >= 0 else 0.3) for day in range(-REACH, REACH + 1)])
    shares: Floats = after / after.sum()
    return shares
