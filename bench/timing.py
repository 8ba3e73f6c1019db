"""How the benches time: processor time, so that neighbours on the machine count for little, and the best of many."""

import time
from collections.abc import Callable

ROUNDS, REPEATS = 4, 400


def best(work: Callable[[], object]) -> float:
    """The best time of one round in microseconds of processor time."""
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        for _ in range(ROUNDS):
            work()
        times.append((time.process_time() - started) / ROUNDS)
    return min(times) * 1e6
