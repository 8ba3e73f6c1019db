"""Subsets of a few amounts with a given sum: all of them, in arrays, great ones as two halves that meet."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reimburse.matching.rows import MOST_AGAINST_ONE, TOLERANCE_FEN

Ints = NDArray[np.int64]
MOST_AMOUNTS = 62
"""Of more amounts only two are added up."""
DIRECT_SIZE = 3
ALL = 150_000
"""As many subsets of a size as 23 amounts can have."""
MEETINGS_EACH = 50


@lru_cache(maxsize=256)
def level(count: int, size: int) -> tuple[Ints, Ints]:
    """The subsets of this size of ``count`` positions: each as a subset one smaller and a greater position.

    >>> parents, last = level(3, 2)
    >>> parents.tolist(), last.tolist()
    ([0, 0, 1], [1, 2, 2])
    """
    if size == 1:
        return np.zeros(count, np.int64), np.arange(count, dtype=np.int64)
    _, ends = level(count, size - 1)
    followers = count - 1 - ends
    parents = np.repeat(np.arange(len(ends), dtype=np.int64), followers)
    starts = np.cumsum(followers) - followers
    return parents, ends[parents] + 1 + np.arange(len(parents), dtype=np.int64) - starts[parents]


def sums_of(amounts: Ints, size: int) -> Ints:
    """The sums of all subsets of this size, in the order of ``level``."""
    sums = amounts
    for smaller in range(2, size + 1):
        parents, last = level(len(amounts), smaller)
        sums = sums[parents] + amounts[last]
    return sums


def positions(count: int, size: int, subset: int) -> tuple[int, ...]:
    """The positions in a subset of ``level``."""
    found: list[int] = []
    for smaller in range(size, 0, -1):
        parents, last = level(count, smaller)
        found.append(int(last[subset]))
        subset = int(parents[subset])
    return tuple(reversed(found))


def subsets_with_sum(amounts: Sequence[int], target: int, most: int = ALL) -> tuple[list[tuple[int, ...]], bool]:
    """The positions of every two to six amounts with a sum within 0.01 of the target, and whether these are all.

    A size of which there are more than ``most`` is left out, and so are greater ones.

    >>> subsets_with_sum([100, 250, 150, 400], 500)
    ([(0, 3), (0, 1, 2)], True)
    """
    usable = _usable(amounts, target)
    if not _within_reach([amounts[position] for position in usable], target):
        return [], True
    array = np.array([amounts[position] for position in usable], np.int64)
    found: list[tuple[int, ...]] = []
    for size in range(2, min(MOST_AGAINST_ONE, len(usable)) + 1):
        if _too_great(array, size, target):
            break
        subsets = None if len(usable) > MOST_AMOUNTS and size > 2 else _of_size(array, size, target, most)
        if subsets is None:
            return found, False
        found += [tuple(usable[position] for position in subset) for subset in subsets]
    return found, True


def _of_size(amounts: Ints, size: int, target: int, most: int) -> list[tuple[int, ...]] | None:
    """The subsets of this size: small ones directly, others as a lower half that meets a higher half."""
    count = len(amounts)
    if size <= DIRECT_SIZE:
        hits = np.flatnonzero(np.abs(sums_of(amounts, size) - target) <= TOLERANCE_FEN)
        return [positions(count, size, subset) for subset in hits.tolist()] if len(hits) <= most else None
    low, high = size // 2, size - size // 2
    halves = agreeing(target - sums_of(amounts, low), sums_of(amounts, high), most * MEETINGS_EACH)
    if halves is None:
        return None
    _, ends = level(count, low)
    in_order = ends[halves[:, 0]] < _starts(count, high)[halves[:, 1]]
    met = halves[in_order].tolist()
    if len(met) > most:
        return None
    return [positions(count, low, left) + positions(count, high, right) for left, right in met]


@lru_cache(maxsize=256)
def _starts(count: int, size: int) -> Ints:
    """The first position of each subset of ``level``."""
    parents, last = level(count, size)
    return last if size == 1 else _starts(count, size - 1)[parents]


def agreeing(left: Ints, right: Ints, most: int) -> NDArray[np.int64] | None:
    """Index pairs of sums within 0.01 of each other; None where there are more than so many.

    >>> agreeing(np.array([10, 50]), np.array([49, 9, 52]), 10).tolist()
    [[0, 1], [1, 0]]
    """
    order = np.argsort(right, kind="stable")
    ranked = right[order]
    low = np.searchsorted(ranked, left - TOLERANCE_FEN, "left")
    counts = np.searchsorted(ranked, left + TOLERANCE_FEN, "right") - low
    total = int(counts.sum())
    if total > most:
        return None
    lefts = np.repeat(np.arange(len(left), dtype=np.int64), counts)
    offsets = np.arange(total, dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.stack([lefts, order[np.repeat(low, counts) + offsets]], axis=1)


def _usable(amounts: Sequence[int], target: int) -> list[int]:
    """Positions of amounts that may be part of the sum: where none is negative, those no greater than it."""
    if not amounts:
        return []
    if min(amounts) >= 0:
        return [position for position, amount in enumerate(amounts) if amount <= target + TOLERANCE_FEN]
    if max(amounts) <= 0:
        return [position for position, amount in enumerate(amounts) if amount >= target - TOLERANCE_FEN]
    return list(range(len(amounts)))


def _within_reach(amounts: Sequence[int], target: int) -> bool:
    """Whether up to six of the amounts may come to the target at all."""
    if len(amounts) < 2:
        return False
    greatest = sorted(amounts, reverse=True)
    most = sum(amount for amount in greatest[:MOST_AGAINST_ONE] if amount > 0)
    least = sum(amount for amount in greatest[-MOST_AGAINST_ONE:] if amount < 0)
    return least - TOLERANCE_FEN <= target <= most + TOLERANCE_FEN


def _too_great(amounts: Ints, size: int, target: int) -> bool:
    """Whether so many amounts, all of one sign, are always more than the target."""
    if amounts.min() < 0 < amounts.max():
        return False
    return int(np.sort(np.abs(amounts))[:size].sum()) > abs(target) + TOLERANCE_FEN
