"""Draw a sample that anybody can draw again: from names, their weights and a seed, in whatever order they come."""

import hashlib
import heapq
import math
from collections.abc import Iterable

PARTS = 1 << 64


def chance(seed: str, name: str) -> float:
    """A number between 0 and 1 that seed and name fix: the first 64 bits of SHA-256 over "seed:name".

    >>> round(chance("2026-11", "BX2026-000001"), 6)
    0.542403
    """
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return (int.from_bytes(digest[:8], "big") + 1) / (PARTS + 1)


def drawn(population: Iterable[tuple[str, int]], size: int, seed: str) -> list[str]:
    """``size`` names at the most, those with the smallest -ln(chance)/weight; weight 0 or less is never drawn.

    A name of weight 3 is as likely to come first as three names of weight 1 together (Efraimidis and Spirakis).

    >>> drawn([("a", 1), ("b", 1), ("c", 0)], 5, "seed")
    ['b', 'a']
    """
    keyed = ((-math.log(chance(seed, name)) / weight, name) for name, weight in population if weight > 0)
    return [name for _, name in heapq.nsmallest(size, keyed)]
