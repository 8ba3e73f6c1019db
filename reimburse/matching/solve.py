"""The choice of groups in one component, and whether it is proved to be the best."""

from collections.abc import Sequence
from dataclasses import dataclass

from reimburse.matching.components import row_count
from reimburse.matching.groups import Group
from reimburse.matching.packing import best_packing
from reimburse.matching.program import programmed_packing
from reimburse.matching.staged import staged_packing

STEPS_IN_LARGE = 60_000
NODES_IN_LARGE = 200
MOST_COLUMNS_IN_LARGE = 1_500


@dataclass(slots=True)
class Effort:
    """Work that may still be spent on integer programs of large components, in columns."""

    columns: int = 20_000


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
    small = row_count(groups) <= exact_rows
    packing = best_packing(groups) if small else best_packing(groups, STEPS_IN_LARGE)
    if packing is None and small:
        packing = programmed_packing(groups)
    elif packing is None and len(groups) <= min(MOST_COLUMNS_IN_LARGE, effort.columns):
        effort.columns -= len(groups)
        packing = programmed_packing(groups, NODES_IN_LARGE)
    if packing is None:
        return Solved(staged_packing(groups), frozenset(), False)
    return Solved(packing.chosen, packing.certain, True)
