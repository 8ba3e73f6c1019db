"""The colour that text is drawn in: seals and stamps are red, watermarks faint."""

from collections.abc import Sequence

LEAST_RED, MOST_OTHER = 180, 90
LEAST_FAINT = 170
LEVELS = 3

Ink = Sequence[float]
"""Red, green and blue from 0 to 255, as they look on white paper; of another length where the colour is not known."""


def is_red(ink: Ink) -> bool:
    """Whether it is the colour of seals; the brown and maroon of printed forms are none.

    >>> is_red((230, 30, 30)), is_red((158, 82, 10)), is_red(())
    (True, False, False)
    """
    return len(ink) == LEVELS and ink[0] >= LEAST_RED and max(ink[1:]) <= MOST_OTHER


def is_faint(ink: Ink) -> bool:
    """Whether it hardly shows on white paper: a watermark, or what nobody is meant to see.

    >>> is_faint((204, 204, 204)), is_faint((102, 102, 102)), is_faint((212, 157, 38))
    (True, False, False)
    """
    return len(ink) == LEVELS and min(ink) >= LEAST_FAINT
