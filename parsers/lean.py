"""Which way a line of type runs: watermarks run aslant, and pdfplumber calls what leans a little upright."""

from collections.abc import Sequence

MOST_LEAN = 0.05


def is_upright(matrix: Sequence[float]) -> bool:
    """Whether type under this matrix (a, b, c, d, e, f) runs from left to right.

    >>> is_upright((1, 0, 0, 1, 30, 40)), is_upright((0.87, 0.5, -0.5, 0.87, 0, 0)), is_upright((-1, 0, 0, -1, 0, 0))
    (True, False, False)
    """
    across, up = matrix[:2]
    return across > 0 and abs(up) <= MOST_LEAN * across
