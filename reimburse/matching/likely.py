"""The likeliest choice of groups where many rows are linked, and those of it that nothing nearly as likely replaces."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from reimburse.matching.groups import Group

MOST_LOOKED_AT = 60_000
"""Groups of a component among which the best choice is computed; of more the worthiest are taken."""
MOST_NODES = 10
FEW = 8
"""Of so many groups all ways are tried: that is sooner done than a programme is set up."""
ODDS = 3.0
"""A choice is in doubt while another is at most so much less likely: one in twenty, as a logarithm."""

Row = tuple[bool, int]


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """A group, what it is worth, and its invoices and payments as rows of one kind."""

    group: Group
    worth: float
    rows: tuple[Row, ...]

    @property
    def is_pair(self) -> bool:
        """Whether it is one against one."""
        return len(self.rows) == 2


def weighed(group: Group, worth: float) -> Weighed:
    """A group with its worth."""
    invoices, payments = [(True, row) for row in group.invoices], [(False, row) for row in group.payments]
    return Weighed(group, worth, (*invoices, *payments))


def likeliest(ones: Sequence[Weighed]) -> list[Weighed]:
    """Groups that share no row and are worth the most together."""
    return _tried(ones, frozenset()) if len(ones) <= FEW else _computed(ones)


def _tried(ones: Sequence[Weighed], used: frozenset[Row]) -> list[Weighed]:
    """All ways, for there are few."""
    for at, one in enumerate(ones):
        if used.isdisjoint(one.rows):
            with_it = [one, *_tried(ones[at + 1 :], used.union(one.rows))]
            without = _tried(ones[at + 1 :], used)
            return max(with_it, without, key=lambda way: sum(one.worth for one in way))
    return []


def _computed(ones: Sequence[Weighed]) -> list[Weighed]:
    # Not at the top: the processes that match nothing would load a quarter of a second of it.
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    looked_at = list(ones)
    if len(looked_at) > MOST_LOOKED_AT:
        looked_at = sorted(looked_at, key=lambda one: -one.worth)[:MOST_LOOKED_AT]
    places: dict[Row, int] = {}
    cells = [(places.setdefault(row, len(places)), at) for at, one in enumerate(looked_at) for row in one.rows]
    lines, columns = zip(*cells, strict=True)
    once = csr_array((np.ones(len(cells)), (lines, columns)), shape=(len(places), len(looked_at)))
    solved = milp(
        -np.array([one.worth for one in looked_at]),
        constraints=LinearConstraint(once, -np.inf, 1),
        integrality=np.ones(len(looked_at), np.int64),
        bounds=Bounds(0, 1),
        options={"node_limit": MOST_NODES, "mip_rel_gap": 1e-3},
    )
    return [] if solved.x is None else [looked_at[at] for at in np.flatnonzero(solved.x > 0.5).tolist()]


class Doubts:
    """Looks for other choices nearly as likely: one group put in, what it displaces taken out, the gap filled."""

    def __init__(self, ones: Sequence[Weighed], chosen: Sequence[Weighed]) -> None:
        self.owner = {row: one for one in chosen for row in one.rows}
        self.by_row: dict[Row, list[Weighed]] = defaultdict(list)
        mine = {one.group for one in chosen}
        self.others = [one for one in ones if one.group not in mine]
        for one in self.others:
            for row in one.rows:
                self.by_row[row].append(one)
        self.most = {row: max(one.worth for one in ones) for row, ones in self.by_row.items()}

    def doubtful(self) -> set[Group]:
        """The chosen groups that another choice, nearly as likely, has not."""
        found: set[Group] = set()
        for one in self.others:
            displaced = {self.owner[row].group: self.owner[row] for row in one.rows if row in self.owner}
            if not displaced.keys() <= found and self._nearly_as_likely(one, list(displaced.values())):
                found |= displaced.keys()
        return found

    def _nearly_as_likely(self, one: Weighed, displaced: Sequence[Weighed]) -> bool:
        lost = sum(other.worth for other in displaced) - one.worth - ODDS
        if lost <= 0:
            return True
        freed = {row for other in displaced for row in other.rows} - set(one.rows)
        if sum(self.most.get(row, 0.0) for row in freed) < lost:
            return False
        return self._refilled(freed, set(one.rows)) >= lost

    def _refilled(self, freed: set[Row], taken: set[Row]) -> float:
        """What the freed rows are worth in other groups, with rows that nothing needs."""
        fits = {
            one
            for row in freed
            for one in self.by_row.get(row, ())
            if all(part in freed or (part not in self.owner and part not in taken) for part in one.rows)
        }
        return _packed(fits)


def _packed(ones: Iterable[Weighed]) -> float:
    """The worth of groups that share no row, the worthiest first."""
    used: set[Row] = set()
    worth = 0.0
    for one in sorted(ones, key=lambda one: -one.worth):
        if used.isdisjoint(one.rows):
            used.update(one.rows)
            worth += one.worth
    return worth
