"""Several invoices against several payments, up to three by three."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

import numpy as np

from reimburse.matching.links import BLANK, Links
from reimburse.matching.rows import MOST_EACH_SIDE, TOLERANCE_FEN
from reimburse.matching.sums import MEETINGS_EACH, Ints, agreeing, level, positions, sums_of

MOST_INVOICES = 62
MOST_PAYMENTS = 80

Pair = tuple[tuple[int, ...], tuple[int, ...]]


def several_with(links: Links, payment: int, most: int) -> tuple[list[Pair], bool]:
    """Groups of two or three invoices with this payment and one or two later ones, and whether these are all.

    A group that falls into two groups is left out: the two are always better. Sizes of which there are more
    than ``most`` are not listed.
    """
    if links.payees[payment] != BLANK and len(links.of_payment(payment)) > MOST_INVOICES:
        return [], False
    shared, complete = _later_payments(links, payment)
    found: list[Pair] = []
    for others in _apart(shared):
        invoices = sorted({invoice for other in others for invoice in shared[other]})
        if len(invoices) > MOST_INVOICES or len(others) > MOST_PAYMENTS:
            complete = False
            continue
        bits = {invoice: 1 << position for position, invoice in enumerate(invoices)}
        masks = np.array([sum(bits[invoice] for invoice in shared[other]) for other in others], np.int64)
        pairs, all_found = _join(links, payment, invoices, others, masks, most)
        found += pairs
        complete &= all_found
    return found, complete


def _later_payments(links: Links, payment: int) -> tuple[dict[int, list[int]], bool]:
    """Payments after this one in order that share two of its invoices or more; and whether these are all."""
    shared: dict[int, list[int]] = {}
    complete = True
    invoices = links.of_payment(payment)
    for invoice in invoices if len(invoices) > 1 else ():
        if links.many_of_invoice(invoice):
            complete = False
            continue
        for other in links.of_invoice(invoice):
            if other > payment:
                shared.setdefault(other, []).append(invoice)
    return {other: both for other, both in shared.items() if len(both) > 1}, complete


def _apart(shared: dict[int, list[int]]) -> list[list[int]]:
    """The payments in sets that share no invoice with each other."""
    sets: list[tuple[set[int], list[int]]] = []
    for other in sorted(shared):
        mine, members = set(shared[other]), [other]
        touching = [part for part in sets if not part[0].isdisjoint(mine)]
        for part in touching:
            mine |= part[0]
            members += part[1]
            sets.remove(part)
        sets.append((mine, members))
    return [sorted(members) for _, members in sets]


def _join(
    links: Links, payment: int, invoices: Sequence[int], others: Sequence[int], masks: Ints, most: int
) -> tuple[list[Pair], bool]:
    totals = np.array([links.totals[invoice] for invoice in invoices], np.int64)
    amounts = np.array([links.amounts[other] for other in others], np.int64)
    bits = np.left_shift(np.int64(1), np.arange(len(invoices), dtype=np.int64))
    found: list[Pair] = []
    for more, size in product(range(1, MOST_EACH_SIDE), range(2, MOST_EACH_SIDE + 1)):
        if more > len(others) or size > len(invoices):
            continue
        hits = agreeing(sums_of(totals, size), links.amounts[payment] + sums_of(amounts, more), most * MEETINGS_EACH)
        if hits is None:
            return found, False
        wanted, shared = sums_of(bits, size), _common(masks, more)
        linked = hits[(wanted[hits[:, 0]] & ~shared[hits[:, 1]]) == 0].tolist()
        if len(linked) > most:
            return found, False
        for left, right in linked:
            chosen = tuple(invoices[position] for position in positions(len(invoices), size, left))
            paid = (payment, *(others[position] for position in positions(len(others), more, right)))
            if not falls_apart(_sorted_amounts(links.totals, chosen), _sorted_amounts(links.amounts, paid)):
                found.append((chosen, paid))
    return found, True


def _common(masks: Ints, size: int) -> Ints:
    """The invoices that all payments of a subset share."""
    if size == 1:
        return masks
    parents, last = level(len(masks), 2)
    return masks[parents] & masks[last]


def _sorted_amounts(amounts: Sequence[int], rows: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(amounts[row] for row in rows))


@lru_cache(maxsize=100_000)
def falls_apart(totals: tuple[int, ...], amounts: tuple[int, ...]) -> bool:
    """Whether the invoices can be paid in two groups out of the same payments.

    >>> falls_apart((100, 200), (200, 100)), falls_apart((100, 400), (200, 300))
    (True, False)
    """
    halves = list(_parts(totals))
    return any(
        abs(one - paid) <= TOLERANCE_FEN and abs(other - rest) <= TOLERANCE_FEN
        for paid, rest in _shares(amounts)
        for one, other in halves
    )


def _parts(totals: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The sums of two parts that are the whole."""
    for bits in range(1, 1 << (len(totals) - 1)):
        one = sum(total for position, total in enumerate(totals) if bits >> position & 1)
        yield one, sum(totals) - one


def _shares(amounts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The sums of two parts of the payments, both with something in them, some perhaps left over."""
    for owners in product((0, 1, 2), repeat=len(amounts)):
        if {1, 2} <= set(owners):
            parts = [0, 0, 0]
            for owner, amount in zip(owners, amounts, strict=True):
                parts[owner] += amount
            yield parts[1], parts[2]
