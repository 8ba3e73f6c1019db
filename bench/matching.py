"""Matching against two simpler ways, in one run: ``python -m bench.matching [--quick]``.

(a) Greedy: payments in date order, each takes the nearest-dated free invoice of equal amount, found by bisection.
(b) Assignment: the cheapest one-to-one assignment of equal amounts by scipy, where a payee that is not the seller's
costs more than any number of days. All get the same planted rows, of which it is known what belongs together. Exit
status 1 where the engine's recall is not better than both, or 10,000 rows take it a minute.
"""

import argparse
import math
import sys
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from bench.planted import Planted, pairs, planted
from reimburse.matching.engine import match
from reimburse.matching.names import likeness

Pairs = set[tuple[str, str]]
WINDOW = 90
STRANGER = 1_000
NOBODY = 1_000_000
MOST_SECONDS = 60


def engine(rows: Planted) -> Pairs:
    matching = match(rows.invoices, rows.payments)
    return pairs({(frozenset(group.invoices), frozenset(group.payments)) for group in matching.groups})


def greedy(rows: Planted) -> Pairs:
    free: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for invoice in sorted(rows.invoices, key=lambda row: (row.issue_date, row.id)):
        free[invoice.total_fen].append((invoice.issue_date.toordinal(), invoice.id))
    found = set()
    for payment in sorted(rows.payments, key=lambda row: (row.paid_on, row.id)):
        shelf, day = free[payment.amount_fen], payment.paid_on.toordinal()
        place = bisect_left(shelf, (day, ""))
        near = [n for n in (place - 1, place) if 0 <= n < len(shelf) and abs(shelf[n][0] - day) <= WINDOW]
        if near:
            nearest = min(near, key=lambda n: abs(shelf[n][0] - day))
            found.add((shelf.pop(nearest)[1], payment.id))
    return found


def assignment(rows: Planted) -> Pairs:
    """Each payment may also stay alone, in a column of its own."""
    cells = [(line, column, cost) for line, column, cost in _costs(rows)]
    cells += [(line, len(rows.invoices) + line, NOBODY) for line in range(len(rows.payments))]
    line, column, cost = zip(*cells, strict=True)
    shape = (len(rows.payments), len(rows.invoices) + len(rows.payments))
    lines, columns = min_weight_full_bipartite_matching(csr_array((np.array(cost, float), (line, column)), shape=shape))
    return {
        (rows.invoices[column].id, rows.payments[line].id)
        for line, column in zip(lines.tolist(), columns.tolist(), strict=True)
        if column < len(rows.invoices)
    }


def _costs(rows: Planted) -> Iterator[tuple[int, int, int]]:
    alike = lru_cache(maxsize=None)(lambda payee, seller: likeness(payee, seller) is not None)
    by_amount: dict[int, list[int]] = defaultdict(list)
    for column, invoice in enumerate(rows.invoices):
        by_amount[invoice.total_fen].append(column)
    for line, payment in enumerate(rows.payments):
        for column in by_amount[payment.amount_fen]:
            days = abs((rows.invoices[column].issue_date - payment.paid_on).days)
            if days <= WINDOW:
                yield (
                    line,
                    column,
                    1 + days + (0 if alike(payment.payee, rows.invoices[column].seller_name) else STRANGER),
                )


WAYS: dict[str, Callable[[Planted], Pairs]] = {"engine": engine, "greedy (a)": greedy, "assignment (b)": assignment}


def timed(way: Callable[[Planted], Pairs], rows: Planted) -> tuple[Pairs, float]:
    start = time.perf_counter()
    found = way(rows)
    return found, time.perf_counter() - start


def compare(count: int, sellers: int, seed: int) -> bool:
    """Prints precision, recall and time of each way; whether the engine is better and in time."""
    rows = planted(count, seed, sellers)
    truth = pairs(rows.truth)
    print(f"\n{count:,} invoices, {len(rows.payments):,} payments, {sellers:,} sellers, seed {seed}")
    print(f"{'':16}{'precision':>10}{'recall':>9}{'seconds':>10}{'times (a)':>11}{'recall x':>10}")
    measured = {name: timed(way, rows) for name, way in WAYS.items()}
    base_found, base_seconds = measured["greedy (a)"]
    base_recall = len(base_found & truth) / len(truth)
    for name, (found, seconds) in measured.items():
        recall = len(found & truth) / len(truth)
        precision = len(found & truth) / max(1, len(found))
        times = f"{seconds / base_seconds:11.1f}{recall / base_recall:10.3f}"
        print(f"{name:16}{precision:10.4f}{recall:9.4f}{seconds:10.3f}{times}")
    hits = {name: len(found & truth) for name, (found, _) in measured.items()}
    others = [hits[name] for name in WAYS if name != "engine"]
    return hits["engine"] > max(others) and measured["engine"][1] < MOST_SECONDS


def grow(counts: list[int]) -> None:
    """The same kind of rows, ten times as many each time; sparse: two and a half rows a seller, no blank payees."""
    print(f"\n{'rows':>9}{'seconds':>10}{'x before':>10}{'n log n x':>11}{'µs / (n log2 n)':>17}")
    before: tuple[int, float] | None = None
    for count in counts:
        _, seconds = timed(engine, planted(count, 7, count * 2 // 5, blanks=0))
        ratio = (
            f"{seconds / before[1]:10.1f}{count * math.log(count) / (before[0] * math.log(before[0])):11.1f}"
            if before
            else " " * 21
        )
        print(f"{count:9,}{seconds:10.2f}{ratio}{seconds * 1e6 / (count * math.log2(count)):17.3f}")
        before = count, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out 100,000 rows")
    quick = parser.parse_args().quick
    engine(planted(200, 0))
    good = [compare(1_000, 200, seed) for seed in (1, 2, 3)] + [compare(10_000, 2_000, 4)]
    grow([1_000, 10_000] if quick else [1_000, 10_000, 100_000])
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
