"""Several invoices against several payments, up to three by three."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from reimburse.matching.links import Links
from reimburse.matching.rows import MOST_EACH_SIDE, TOLERANCE_FEN
from reimburse.matching.sums import Ints, level, positions, sums_of

MOST_INVOICES = 40
MOST_PAYMENTS = 80
MOST_HITS = 100_000

Pair = tuple[tuple[int, ...], tuple[int, ...]]


def several_with(links: Links, payment: int) -> tuple[list[Pair], bool]:
    """Groups of two or three invoices with this payment and one or two later ones, and whether these are all.

    A group that falls into two groups is left out: the two are always better.
    """
    invoices = links.of_payment(payment)
    if len(invoices) < 2:
        return [], True
    if len(invoices) > MOST_INVOICES:
        return [], False
    masks = _later_payments(links, payment, invoices)
    others = sorted(masks)
    if not others:
        return [], True
    if len(others) > MOST_PAYMENTS:
        return [], False
    return _join(links, payment, invoices, others, np.array([masks[other] for other in others], np.int64))


def _later_payments(links: Links, payment: int, invoices: Sequence[int]) -> dict[int, int]:
    """Payments after this one in order that share two of its invoices or more, with the invoices shared as bits."""
    masks: dict[int, int] = {}
    for position, invoice in enumerate(invoices):
        if links.many_of_invoice(invoice):
            continue
        for other in links.of_invoice(invoice):
            if other > payment:
                masks[other] = masks.get(other, 0) | 1 << position
    return {other: mask for other, mask in masks.items() if mask & (mask - 1)}


def _join(
    links: Links, payment: int, invoices: Sequence[int], others: Sequence[int], masks: Ints
) -> tuple[list[Pair], bool]:
    totals = np.array([links.totals[invoice] for invoice in invoices], np.int64)
    amounts = np.array([links.amounts[other] for other in others], np.int64)
    bits = np.left_shift(np.int64(1), np.arange(len(invoices), dtype=np.int64))
    found: list[Pair] = []
    for more, size in product(range(1, MOST_EACH_SIDE), range(2, MOST_EACH_SIDE + 1)):
        if more > len(others) or size > len(invoices):
            continue
        hits = _agreeing(sums_of(totals, size), links.amounts[payment] + sums_of(amounts, more))
        if hits is None:
            return found, False
        wanted, shared = sums_of(bits, size), _common(masks, more)
        for left, right in hits[(wanted[hits[:, 0]] & ~shared[hits[:, 1]]) == 0].tolist():
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


def _agreeing(left: Ints, right: Ints) -> NDArray[np.int64] | None:
    """Index pairs of sums within 0.01 of each other; None where they are too many to list."""
    order = np.argsort(right, kind="stable")
    ranked = right[order]
    low = np.searchsorted(ranked, left - TOLERANCE_FEN, "left")
    counts = np.searchsorted(ranked, left + TOLERANCE_FEN, "right") - low
    total = int(counts.sum())
    if total > MOST_HITS:
        return None
    lefts = np.repeat(np.arange(len(left), dtype=np.int64), counts)
    offsets = np.arange(total, dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.stack([lefts, order[np.repeat(low, counts) + offsets]], axis=1)


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
