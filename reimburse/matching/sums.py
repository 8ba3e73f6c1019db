"""Subsets of a few amounts with a given sum: all of them, by levels of size, in arrays."""

from collections.abc import Sequence
from functools import lru_cache
from math import comb

import numpy as np
from numpy.typing import NDArray

from reimburse.matching.rows import MOST_AGAINST_ONE, TOLERANCE_FEN

Ints = NDArray[np.int64]
ALL_SIZES_UP_TO = 24
"""For so many amounts every size is tried; for more, the sizes of at most ``MOST_SUBSETS`` subsets."""
MOST_SUBSETS = 6_000


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


def subsets_with_sum(amounts: Sequence[int], target: int) -> tuple[list[tuple[int, ...]], bool]:
    """The positions of every two to six amounts with a sum within 0.01 of the target, and whether all sizes were tried.

    >>> subsets_with_sum([100, 250, 150, 400], 500)
    ([(0, 3), (0, 1, 2)], True)
    """
    usable = _usable(amounts, target)
    if not _within_reach([amounts[position] for position in usable], target):
        return [], True
    array = np.array([amounts[position] for position in usable], np.int64)
    found: list[tuple[int, ...]] = []
    sums = array
    for size in range(2, min(MOST_AGAINST_ONE, len(usable)) + 1):
        if len(usable) > ALL_SIZES_UP_TO and comb(len(usable), size) > MOST_SUBSETS:
            return found, _too_small_to_fit(array, size, target)
        parents, last = level(len(usable), size)
        sums = sums[parents] + array[last]
        hits = np.flatnonzero(np.abs(sums - target) <= TOLERANCE_FEN)
        found += [tuple(usable[position] for position in positions(len(usable), size, int(subset))) for subset in hits]
    return found, True


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


def _too_small_to_fit(amounts: Ints, size: int, target: int) -> bool:
    """Whether so many amounts, all of one sign, are always more than the target."""
    if amounts.min() < 0 < amounts.max():
        return False
    return int(np.sort(np.abs(amounts))[:size].sum()) > abs(target) + TOLERANCE_FEN
