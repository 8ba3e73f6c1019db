"""Type of two sizes: told by how wide ideographs and figures are; a box's height goes with what is drawn in it."""

import re
from collections.abc import Sequence

from parsers.pdf.glyphs import Run

OTHER_SIZE = 1.04
SCRIPTS = re.compile("[一-鿿]"), re.compile("[0-9]")
"""Characters of which each is as wide as the next in one font."""


def differ_in_width(runs: Sequence[Run]) -> bool:
    """Whether some runs are set larger than others; asked of the characters only where the boxes say so."""
    heights = [run.height for run in runs]
    return max(heights) > OTHER_SIZE * min(heights) and any(
        _differ(widths[:1], widths[-1:]) for widths in _widths(runs) if widths
    )


def are_of_two_sizes(some: Sequence[Run], others: Sequence[Run]) -> bool:
    """Whether two texts are set in different sizes, each as a whole: no text changes its size within.

    They must share a script to be compared by, and their heights must say so too.
    """
    shared = [(here, there) for here, there in zip(_widths(some), _widths(others), strict=True) if here and there]
    return (
        bool(shared)
        and _differ([min(run.height for run in some)], [min(run.height for run in others)])
        and all(_differ(here, there) for here, there in shared)
    )


def _widths(runs: Sequence[Run]) -> list[list[float]]:
    glyphs = [glyph for run in runs for glyph in run.glyphs]
    return [sorted(glyph.x1 - glyph.x0 for glyph in glyphs if script.fullmatch(glyph.char)) for script in SCRIPTS]


def _differ(some: Sequence[float], others: Sequence[float]) -> bool:
    """Whether all of one are larger than all of the other, both in ascending order."""
    return some[0] > OTHER_SIZE * others[-1] or others[0] > OTHER_SIZE * some[-1]
