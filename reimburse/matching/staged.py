"""A good choice of groups where the best cannot be found in time: one to one by assignment, then what is left."""

from collections.abc import Iterable, Sequence

import numpy as np

from reimburse.matching.groups import Group

MOST_CELLS = 1_000_000
"""A table of costs up to this size is solved as it is; a greater one as a sparse graph."""
DAYS_A_FEN = 1_000.0
"""The worth of a fen of amount, in days of gap, when both are one number."""


def staged_choice(groups: Sequence[Group]) -> list[Group]:
    """Groups that share no row: the best pairs, and what fits beside them."""
    pairs = [group for group in groups if len(group.invoices) == len(group.payments) == 1]
    chosen = [pairs[position] for position in assigned(pairs)] if pairs else []
    taken = set(pairs)
    return filled(chosen, [group for group in groups if group not in taken])


def filled(chosen: Sequence[Group], rest: Sequence[Group]) -> list[Group]:
    """The chosen groups and those of the rest whose rows are free: the smallest first, then the best."""
    all_chosen = list(chosen)
    invoices = {row for group in chosen for row in group.invoices}
    payments = {row for group in chosen for row in group.payments}
    for group in sorted(rest, key=lambda group: (len(group.invoices) + len(group.payments), -group.weight)):
        if invoices.isdisjoint(group.invoices) and payments.isdisjoint(group.payments):
            all_chosen.append(group)
            invoices.update(group.invoices)
            payments.update(group.payments)
    return all_chosen


def assigned(pairs: Sequence[Group]) -> list[int]:
    """The positions of the pairs in the best assignment of invoices to payments."""
    invoices = {row: line for line, row in enumerate(sorted({pair.invoices[0] for pair in pairs}))}
    payments = {row: line for line, row in enumerate(sorted({pair.payments[0] for pair in pairs}))}
    cells = {(invoices[pair.invoices[0]], payments[pair.payments[0]]): position for position, pair in enumerate(pairs)}
    worths = {cell: (pairs[position].amount + 1) * DAYS_A_FEN - pairs[position].gap for cell, position in cells.items()}
    solve = _dense if len(invoices) * len(payments) <= MOST_CELLS else _sparse
    matched = solve(worths, len(invoices), len(payments))
    return sorted(cells[cell] for cell in matched if cell in cells)


def _dense(worths: dict[tuple[int, int], float], lines: int, columns: int) -> Iterable[tuple[int, int]]:
    # Not at the top: the processes that match nothing would load a quarter of a second of it.
    from scipy.optimize import linear_sum_assignment

    table = np.zeros((lines, columns))
    for cell, worth in worths.items():
        table[cell] = worth
    line, column = linear_sum_assignment(table, maximize=True)
    return zip(line.tolist(), column.tolist(), strict=True)


def _sparse(worths: dict[tuple[int, int], float], lines: int, columns: int) -> Iterable[tuple[int, int]]:
    """Each invoice also has a column of its own that stands for no payment, so that all can be served."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    most = max(worths.values()) + 1
    places = [(line, column, most - worth) for (line, column), worth in worths.items()]
    places += [(line, columns + line, most) for line in range(lines)]
    line, column, cost = zip(*places, strict=True)
    graph = csr_array((np.array(cost), (line, column)), shape=(lines, columns + lines))
    matched_lines, matched_columns = min_weight_full_bipartite_matching(graph)
    return zip(matched_lines.tolist(), matched_columns.tolist(), strict=True)
