"""The best choice of groups where very many ways lead to the same rows used: all ways at once, row after row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reimburse.matching.groups import Group
from reimburse.matching.packing import Packing, heads_of, options_of, sides_of
from reimburse.matching.sums import Ints

MOST_ROWS = 25
"""A table has a cell for each set of rows."""
NEVER = -1

Option = tuple[int, int, int]
"""A group as the bits of its rows, its worth and its position."""


@dataclass(frozen=True, slots=True)
class States:
    """Sets of rows used, the most that leads to each, and bits for the followed groups that all ways there share."""

    used: Ints
    worth: Ints
    shared: Ints


def layered_packing(groups: Sequence[Group]) -> Packing | None:
    """The best choice among the groups of one component, or None where rows or amounts are too many for a table."""
    sides = sides_of(groups)
    heads = heads_of(sides)
    rows = len(heads) + len({row for _, others in sides for row in others})
    worths = _worths(groups, len(heads))
    if rows > MOST_ROWS or not worths:
        return None
    options = [
        [(mask, worths[position], position) for mask, _, position in ways] for ways in options_of(groups, sides, heads)
    ]
    chosen = _best(options, rows)
    shared = _shared_by_all(options, rows, chosen)
    return Packing(
        tuple(sorted(chosen)), frozenset(position for bit, position in enumerate(chosen) if shared >> bit & 1)
    )


def _best(options: Sequence[Sequence[Option]], rows: int) -> list[int]:
    """The groups of one best choice: forward to its worth, then back along a way that has it."""
    layers = list(_layers(options, rows, {}))
    end = int(np.argmax(layers[-1].worth))
    used, worth = int(layers[-1].used[end]), int(layers[-1].worth[end])
    chosen: list[int] = []
    for head in range(len(options) - 1, -1, -1):
        used, worth, group = _before(layers[head], options[head], 1 << head, used, worth)
        chosen += group
    return chosen


def _shared_by_all(options: Sequence[Sequence[Option]], rows: int, chosen: Sequence[int]) -> int:
    """Bits for those of the chosen groups that every best choice has."""
    end = START
    for states in _layers(options, rows, {position: 1 << bit for bit, position in enumerate(chosen)}):
        end = states
    best = end.shared[end.worth == end.worth.max()]
    return int(np.bitwise_and.reduce(best))


START = States(np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64))


def _layers(options: Sequence[Sequence[Option]], rows: int, followed: dict[int, int]) -> Iterator[States]:
    """The states before the first row of the shorter side, and after each of them is served."""
    states = START
    yield states
    for head, ways in enumerate(options):
        states = _served(states, ways, head, rows, followed)
        yield states


def _served(states: States, ways: Sequence[Option], head: int, rows: int, followed: dict[int, int]) -> States:
    """The states after this row has got a group in each way, or none; it does not matter any more which."""
    table = _Table(head, rows)
    for bit in (0, 1):
        same = np.flatnonzero(states.used >> head & 1 == bit)
        table.take(states.used[same], states.worth[same], states.shared[same])
    if len(states.used) >= len(ways):
        for mask, worth, position in ways:
            free = np.flatnonzero((states.used & mask) == 0)
            bit = followed.get(position, 0)
            table.take(states.used[free] | mask, states.worth[free] + worth, states.shared[free] | bit)
        return table.states()
    masks = np.array([mask for mask, _, _ in ways], np.int64)
    worths = np.array([worth for _, worth, _ in ways], np.int64)
    bits = np.array([followed.get(position, 0) for _, _, position in ways], np.int64)
    for used, so_far, shared in zip(states.used.tolist(), states.worth.tolist(), states.shared.tolist(), strict=True):
        free = np.flatnonzero((masks & used) == 0)
        table.take(masks[free] | used, worths[free] + so_far, bits[free] | shared)
    return table.states()


class _Table:
    """A cell for each set of the rows that come after a head."""

    def __init__(self, head: int, rows: int) -> None:
        self.shift = head + 1
        self.worth = np.full(1 << (rows - self.shift), NEVER, np.int64)
        self.shared = np.zeros(1 << (rows - self.shift), np.int64)

    def take(self, used: Ints, worth: Ints, shared: Ints) -> None:
        """Keeps the most for each set; the sets given differ from each other in rows after the head."""
        cells = used >> self.shift
        before = self.worth[cells]
        better = worth > before
        if better.any():
            self.worth[cells[better]] = worth[better]
            self.shared[cells[better]] = shared[better]
        equal = worth == before
        if equal.any():
            self.shared[cells[equal]] &= shared[equal]

    def states(self) -> States:
        """The sets that were reached."""
        cells = np.flatnonzero(self.worth != NEVER)
        return States(cells << self.shift, self.worth[cells], self.shared[cells])


def _before(states: States, ways: Sequence[Option], own: int, used: int, worth: int) -> tuple[int, int, list[int]]:
    """A state from which this row was served so that these rows are used, and the group that it got, if any."""
    for mask, gain, position in [(0, 0, NEVER), *ways]:
        fits = ((states.used & mask) == 0) & ((states.used | mask) & ~own == used) & (states.worth + gain == worth)
        found = np.flatnonzero(fits)
        if len(found):
            return int(states.used[found[0]]), worth - gain, [position] if mask else []
    raise AssertionError(used)


def _worths(groups: Sequence[Group], most_groups: int) -> list[int]:
    """Weights packed as closely as these groups allow; nothing where sums of them do not fit into 64 bits."""
    by_group = max(group.gap for group in groups) * most_groups + 1
    by_fen = by_group * (most_groups + 1)
    if sum(sorted((group.amount for group in groups), reverse=True)[:most_groups]) * by_fen >= 2**62:
        return []
    return [group.amount * by_fen + by_group - group.gap for group in groups]
