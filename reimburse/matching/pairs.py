"""One against one: the payments that agree with an invoice in amount, found by amount and not by looking at all."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from reimburse.matching.links import BLANK, Links, Shelf
from reimburse.matching.rows import TOLERANCE_FEN, signs_agree

MOST_EQUAL = 24
"""Of more equal payments in the window of one invoice, the nearest are looked at, and those of its own rank."""
NEAREST = 6

Key = tuple[str, int]


class EqualAmounts:
    """Payments by payee and amount, invoices by seller and total, each in the order of their days."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.payments = _by_key(links.payees, links.amounts, links.paid)
        sellers = [row.seller_name for row in links.invoices]
        self.invoices = _by_key(sellers, links.totals, links.issued)
        self.ranks = {row: rank for shelf in self.invoices.values() for rank, row in enumerate(shelf.rows)}

    def of(self, invoice: int) -> tuple[list[int], bool]:
        """The payments that may clear this invoice alone, and whether these are all of them."""
        links, found, complete = self.links, set(links_by_number(self.links, invoice)), True
        for shelf, low, high in self._slices(invoice):
            if high - low > MOST_EQUAL:
                complete = False
                found |= self._some(invoice, shelf, low, high)
            else:
                found.update(shelf.rows[low:high])
        return sorted(payment for payment in found if not links.apart(invoice, payment)), complete

    def _slices(self, invoice: int) -> Iterator[tuple[Shelf, int, int]]:
        links, total, day = self.links, self.links.totals[invoice], self.links.issued[invoice]
        windows = [(name, links.terms.window_days) for name in links.payees_of.get(self._seller(invoice), ())]
        windows.append((BLANK, links.blank_days))
        for name, window in windows:
            for amount in range(total - TOLERANCE_FEN, total + TOLERANCE_FEN + 1):
                shelf = self.payments.get((name, amount))
                if shelf and signs_agree(total, amount):
                    yield shelf, *shelf.within(day, window)

    def _some(self, invoice: int, shelf: Shelf, low: int, high: int) -> set[int]:
        """Payments near in days, and near in the order in which equal invoices and equal payments stand."""
        fellows = self.invoices[self._seller(invoice), self.links.totals[invoice]]
        by_rank = self.ranks[invoice] * len(shelf.rows) // len(fellows.rows)
        by_day = bisect_left(shelf.days, self.links.issued[invoice])
        found: set[int] = set()
        for middle in (by_rank, by_day):
            start = max(low, min(middle - NEAREST, high - 2 * NEAREST))
            found.update(shelf.rows[start : start + 2 * NEAREST])
        return found

    def _seller(self, invoice: int) -> str:
        return self.links.invoices[invoice].seller_name


def links_by_number(links: Links, invoice: int) -> list[int]:
    """The payments of this amount whose memo names the invoice."""
    total = links.totals[invoice]
    named = links.numbers_of_invoice.get(invoice, ())
    return [payment for payment in named if abs(links.amounts[payment] - total) <= TOLERANCE_FEN]


def _by_key(names: Sequence[str], amounts: Sequence[int], days: Sequence[int]) -> dict[Key, Shelf]:
    shelves: dict[Key, Shelf] = defaultdict(Shelf)
    for row in sorted(range(len(names)), key=lambda row: (days[row], row)):
        shelf = shelves[names[row], amounts[row]]
        shelf.days.append(days[row])
        shelf.rows.append(row)
    return dict(shelves)
