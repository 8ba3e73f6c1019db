"""Groups that have no row in common with others, directly or through others, are solved apart."""

from collections import defaultdict
from collections.abc import Sequence

from reimburse.matching.groups import Group


def components(groups: Sequence[Group], invoice_count: int) -> list[list[Group]]:
    """The groups of each connected component, in the order in which they were found."""
    parents: dict[int, int] = {}

    def root(row: int) -> int:
        top = row
        while parents.setdefault(top, top) != top:
            top = parents[top]
        while parents[row] != top:
            parents[row], row = top, parents[row]
        return top

    for group in groups:
        first = root(group.invoices[0])
        for row in [*group.invoices[1:], *(invoice_count + payment for payment in group.payments)]:
            parents[root(row)] = first
    found: dict[int, list[Group]] = defaultdict(list)
    for group in groups:
        found[root(group.invoices[0])].append(group)
    return list(found.values())


def row_count(groups: Sequence[Group]) -> int:
    """The rows that the groups have."""
    invoices = {row for group in groups for row in group.invoices}
    payments = {row for group in groups for row in group.payments}
    return len(invoices) + len(payments)
