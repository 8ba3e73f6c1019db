"""The choice of groups in one component, and whether it is proved to be the best."""

from collections.abc import Sequence
from dataclasses import dataclass

from reimburse.matching.components import row_count
from reimburse.matching.groups import Group
from reimburse.matching.layers import layered_packing
from reimburse.matching.packing import best_packing
from reimburse.matching.staged import staged_packing

STEPS_IN_LARGE = 40_000


@dataclass(slots=True)
class Effort:
    """Large components that may still be solved at some cost."""

    components: int = 100


@dataclass(frozen=True, slots=True)
class Solved:
    """The groups chosen in a component, by position; those that are in every best choice; whether that is proved."""

    chosen: tuple[int, ...]
    certain: frozenset[int]
    proved: bool


def solve(groups: Sequence[Group], exact_rows: int, effort: Effort) -> Solved:
    """Exact for up to ``exact_rows`` rows, and beyond that where it takes little."""
    if len(groups) == 1:
        return Solved((0,), frozenset((0,)), True)
    if row_count(groups) <= exact_rows:
        packing = best_packing(groups) or layered_packing(groups)
    elif effort.components:
        packing = best_packing(groups, STEPS_IN_LARGE)
        effort.components -= 1
    else:
        packing = None
    if packing is None:
        return Solved(staged_packing(groups), frozenset(), False)
    return Solved(packing.chosen, packing.certain, True)
