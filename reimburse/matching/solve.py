"""The choice of groups in one component, and whether it is proved to be the best."""

from collections.abc import Sequence
from dataclasses import dataclass

from reimburse.matching.groups import Group
from reimburse.matching.layers import layered_packing
from reimburse.matching.likely import Doubts, likeliest, weighed
from reimburse.matching.packing import best_packing
from reimburse.matching.staged import filled, staged_choice
from reimburse.matching.worth import Worths

STEPS_IN_LARGE = 40_000
MOST_GROUPS_SEARCHED = 4_000


@dataclass(slots=True)
class Effort:
    """Large components that may still be searched through."""

    components: int = 200


@dataclass(frozen=True, slots=True)
class Solved:
    """The groups chosen in a component, those of them that every best choice has, and whether that is proved.

    Where it is not, the certain ones are those that every best choice among the groups looked at has.
    """

    chosen: tuple[Group, ...]
    certain: frozenset[Group]
    proved: bool


def solve_small(groups: Sequence[Group]) -> Solved:
    """The best choice in a component of few rows."""
    if len(groups) == 1:
        return Solved((groups[0],), frozenset(groups), True)
    packing = best_packing(groups) or layered_packing(groups)
    if packing is None:
        return _staged(groups)
    return _named(groups, packing.chosen, packing.certain)


def solve_large(groups: Sequence[Group], effort: Effort, worths: Worths) -> Solved:
    """The likeliest choice: of many rows some always happen to add up, and the greatest amount would be chance.

    It is said to be the best only where it is found to be that, too.
    """
    ones = [weighed(group, worths.of(group)) for group in groups if not worths.is_two_near_misses(group)]
    likely = [one for one in ones if one.worth > 0]
    chosen = likeliest(likely) if likely else []
    taken = [one.group for one in chosen]
    whole = filled(taken, [one.group for one in ones if one.worth <= 0 and one.is_pair])
    best = _searched(groups, effort)
    if best.proved and set(best.chosen) == set(whole):
        return best
    doubtful = Doubts(likely, chosen).doubtful()
    return Solved(tuple(whole), frozenset(taken) - doubtful, False)


def _searched(groups: Sequence[Group], effort: Effort) -> Solved:
    if len(groups) == 1:
        return Solved((groups[0],), frozenset(groups), True)
    if effort.components == 0 or len(groups) > MOST_GROUPS_SEARCHED:
        return _staged(groups)
    packing = best_packing(groups, STEPS_IN_LARGE)
    if packing is None:
        effort.components -= 1
        return _staged(groups)
    return _named(groups, packing.chosen, packing.certain)


def _staged(groups: Sequence[Group]) -> Solved:
    return Solved(tuple(staged_choice(groups)), frozenset(), False)


def _named(groups: Sequence[Group], chosen: Sequence[int], certain: frozenset[int]) -> Solved:
    return Solved(
        tuple(groups[position] for position in chosen), frozenset(groups[position] for position in certain), True
    )
