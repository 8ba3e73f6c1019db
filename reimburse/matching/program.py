"""The best choice of groups as an integer program, for components that are too dense to be searched."""

from collections.abc import Sequence
from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from reimburse.matching.groups import Group
from reimburse.matching.packing import Packing

Floats = NDArray[np.float64]
NO_LIMIT = 2**31 - 1


def programmed_packing(groups: Sequence[Group], most_nodes: int = NO_LIMIT) -> Packing | None:
    """The best choice, one objective after another, each held fast by a row; None where the solver gave up."""
    program = _Program(groups, most_nodes)
    chosen = program.best()
    return None if chosen is None else program.with_certain(chosen)


class _Program:
    def __init__(self, groups: Sequence[Group], most_nodes: int) -> None:
        self.groups = groups
        self.most_nodes = most_nodes
        self.held = [LinearConstraint(_rows_once(groups), ub=1.0)]
        unit = gcd(*(group.amount for group in groups)) or 1
        self.goals = [
            np.array([-group.amount // unit for group in groups], float),
            -np.ones(len(groups)),
            np.array([group.gap for group in groups], float),
        ]

    def best(self) -> list[int] | None:
        """The positions of the best groups: each goal is met before the next is looked at."""
        chosen: list[int] | None = None
        for goal in self.goals:
            chosen = self._least(goal)
            if chosen is None:
                return None
            reached = float(sum(goal[position] for position in chosen))
            self.held.append(LinearConstraint(goal[np.newaxis, :], ub=reached + 0.5))
        return chosen

    def with_certain(self, chosen: list[int]) -> Packing:
        """Looks for equally good choices that share as little as possible, until nothing more can be left out."""
        certain = set(chosen)
        while certain:
            shared = np.zeros(len(self.groups))
            shared[sorted(certain)] = 1.0
            other = self._least(shared)
            if other is None:
                return Packing(tuple(chosen), frozenset())
            if certain <= set(other):
                break
            certain &= set(other)
        return Packing(tuple(chosen), frozenset(certain))

    def _least(self, goal: Floats) -> list[int] | None:
        answer = milp(
            goal,
            integrality=np.ones(len(goal), np.int64),
            bounds=Bounds(0, 1),
            constraints=self.held,
            options={"mip_rel_gap": 0.0, "node_limit": self.most_nodes},
        )
        if answer.status != 0 or answer.x is None:
            return None
        chosen = [int(position) for position in np.flatnonzero(answer.x > 0.5)]
        return chosen if share_no_row([self.groups[position] for position in chosen]) else None


def share_no_row(groups: Sequence[Group]) -> bool:
    """Whether no row stands in two of the groups."""
    invoices = [row for group in groups for row in group.invoices]
    payments = [row for group in groups for row in group.payments]
    return len(invoices) == len(set(invoices)) and len(payments) == len(set(payments))


def _rows_once(groups: Sequence[Group]) -> csr_array:
    """One line for each row, with a one for each group it stands in."""
    lines: dict[tuple[bool, int], int] = {}
    places = [
        (lines.setdefault(row, len(lines)), position)
        for position, group in enumerate(groups)
        for row in [*((True, row) for row in group.invoices), *((False, row) for row in group.payments)]
    ]
    line, column = zip(*places, strict=True)
    return csr_array((np.ones(len(places)), (line, column)), shape=(len(lines), len(groups)))
