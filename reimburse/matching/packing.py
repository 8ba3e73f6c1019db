"""The best choice of groups that share no row: exact, by looking at each way to serve one row after another."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reimburse.matching.groups import Group

MOST_STEPS = 150_000
MOST_HEADS = 200
"""Rows served one inside the other; Python nests no deeper than about a thousand calls."""


@dataclass(frozen=True, slots=True)
class Packing:
    """Groups chosen, by position, and those of them that every equally good choice has."""

    chosen: tuple[int, ...]
    certain: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Best:
    weight: int
    chosen: tuple[int, ...]
    certain: frozenset[int]
    spread: int


NOTHING = _Best(0, (), frozenset(), 0)
Side = tuple[tuple[int, ...], tuple[int, ...]]


class TooManySteps(Exception):
    """The search was given up."""


def best_packing(groups: Sequence[Group], most_steps: int = MOST_STEPS) -> Packing | None:
    """The best choice among the groups of one component, or None where the search would be too long."""
    try:
        best = _Search(groups, most_steps).from_mask(-1)
    except TooManySteps:
        return None
    return Packing(tuple(sorted(best.chosen)), best.certain)


class _Search:
    """Serves the rows of the shorter side in order; what was found for a set of free rows is kept."""

    def __init__(self, groups: Sequence[Group], most_steps: int) -> None:
        self.steps_left = most_steps
        self.kept: dict[int, _Best] = {}
        sides = sides_of(groups)
        heads = heads_of(sides)
        if len(heads) > MOST_HEADS:
            raise TooManySteps
        self.options = options_of(groups, sides, heads)
        self.spreads = [group.spread for group in groups]
        self.later_masks, self.later_weights = self._later()

    def _later(self) -> tuple[list[int], list[int]]:
        """From each head on: all rows that matter, and a weight that cannot be passed."""
        masks, weights = [0], [0]
        for options in reversed(self.options):
            mask = masks[-1]
            for option_mask, _, _ in options:
                mask |= option_mask
            masks.append(mask)
            weights.append(weights[-1] + max((weight for _, weight, _ in options), default=0))
        return masks[::-1], weights[::-1]

    def from_mask(self, free: int, head: int = 0) -> _Best:
        """The best choice for heads from this one on, with these rows free."""
        free &= self.later_masks[head]
        while head < len(self.options) and not free >> head & 1:
            head += 1
            free &= self.later_masks[head]
        if not free:
            return NOTHING
        if free not in self.kept:
            self.kept[free] = self._serve(free, head)
        return self.kept[free]

    def _serve(self, free: int, head: int) -> _Best:
        """Every group that the head can have, and none."""
        best = self.from_mask(free & ~(1 << head), head + 1)
        for mask, weight, group in self.options[head]:
            if weight + self.later_weights[head + 1] < best.weight:
                break
            self.steps_left -= 1
            if self.steps_left < 0:
                raise TooManySteps
            if mask & ~free:
                continue
            rest = self.from_mask(free & ~mask, head + 1)
            way = _Best(
                weight + rest.weight,
                (group, *rest.chosen),
                rest.certain | {group},
                self.spreads[group] + rest.spread,
            )
            best = way if way.weight > best.weight else _either(best, way) if way.weight == best.weight else best
        return best


def _either(best: _Best, way: _Best) -> _Best:
    """Of two equally good ways the one whose rows lie nearer together; certain is what both have."""
    return replace(way if way.spread < best.spread else best, certain=best.certain & way.certain)


def sides_of(groups: Sequence[Group]) -> list[Side]:
    """The rows of each group on the side that has fewer rows, and those on the other."""
    invoices = {row for group in groups for row in group.invoices}
    payments = {row for group in groups for row in group.payments}
    if len(invoices) <= len(payments):
        return [(group.invoices, group.payments) for group in groups]
    return [(group.payments, group.invoices) for group in groups]


def heads_of(sides: Sequence[Side]) -> dict[int, int]:
    """The rows of the shorter side in the order of serving: near ones together, so that little is kept."""
    across: dict[int, set[int]] = defaultdict(set)
    back: dict[int, set[int]] = defaultdict(set)
    for served, others in sides:
        for row in served:
            across[row].update(others)
        for row in others:
            back[row].update(served)
    order: dict[int, int] = {}
    for start in sorted(across, key=lambda row: (len(across[row]), row)):
        waiting = [start]
        for row in waiting:
            if row not in order:
                order[row] = len(order)
                waiting += sorted({near for other in across[row] for near in back[other]} - order.keys())
    return order


def options_of(
    groups: Sequence[Group], sides: Sequence[Side], heads: dict[int, int]
) -> list[list[tuple[int, int, int]]]:
    """For each head the groups of which it is the first row: rows as bits, weight, position; the best first."""
    bits: dict[int, int] = {}
    options: list[list[tuple[int, int, int]]] = [[] for _ in heads]
    for position, (served, others) in enumerate(sides):
        mask = sum(1 << heads[row] for row in served)
        mask |= sum(1 << bits.setdefault(row, len(heads) + len(bits)) for row in others)
        options[min(heads[row] for row in served)].append((mask, groups[position].weight, position))
    for ways in options:
        ways.sort(key=lambda way: (-way[1], way[2]))
    return options
