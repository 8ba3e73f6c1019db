"""Groups that have no row in common with others, directly or through others, are solved apart."""

from collections import defaultdict
from collections.abc import Sequence

from reimburse.matching.groups import Group


def components(groups: Sequence[Group]) -> list[list[Group]]:
    """The groups of each connected component, in the order in which they were found."""
    parents: dict[tuple[bool, int], tuple[bool, int]] = {}

    def root(row: tuple[bool, int]) -> tuple[bool, int]:
        top = row
        while parents.setdefault(top, top) != top:
            top = parents[top]
        while parents[row] != top:
            parents[row], row = top, parents[row]
        return top

    for group in groups:
        first = root((True, group.invoices[0]))
        for row in [*((True, row) for row in group.invoices[1:]), *((False, row) for row in group.payments)]:
            parents[root(row)] = first
    found: dict[tuple[bool, int], list[Group]] = defaultdict(list)
    for group in groups:
        found[root((True, group.invoices[0]))].append(group)
    return list(found.values())
