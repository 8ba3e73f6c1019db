"""Cells of a table: runs that touch are one cell, unless they are two numbers side by side."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from parsers import normalise
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import in_lines, joined

TOUCH = 0.35
WIDE_BLANK = re.compile(r" {2,}")
WHOLE_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?%?")


@dataclass(frozen=True, slots=True)
class Cell:
    """Runs of one line that belong together."""

    runs: tuple[Run, ...]

    @property
    def x0(self) -> float:
        """Left side."""
        return self.runs[0].x0

    @property
    def x1(self) -> float:
        """Right side."""
        return self.runs[-1].x1

    @property
    def y0(self) -> float:
        """Top."""
        return min(run.y0 for run in self.runs)

    @property
    def middle(self) -> float:
        """Height at which it stands."""
        return self.runs[0].middle

    @property
    def height(self) -> float:
        """Height of its type."""
        return self.runs[0].height

    @property
    def text(self) -> str:
        """As printed."""
        return joined(self.runs)

    @property
    def plain(self) -> str:
        """For matching."""
        return normalise.compact(self.text)

    def is_level(self, other: "Cell") -> bool:
        """Whether both stand on one line."""
        return abs(self.middle - other.middle) < 0.6 * max(self.height, other.height)


def cells_of(runs: Iterable[Run]) -> list[list[Cell]]:
    """The cells that runs make, line by line from the top, each from the left."""
    return [_joined_cells(line) for line in in_lines(part for run in runs for part in _parts(run))]


def _parts(run: Run) -> list[Run]:
    """A run that holds several columns, set apart by two blanks or more, as several."""
    text = run.text
    if "  " not in text:
        return [run]
    ends = [(match.start(), match.end()) for match in WIDE_BLANK.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(text)]
    parts = (run.part(run.glyphs[start:stop]) for start, stop in zip(starts, stops, strict=True))
    return [part for part in parts if part]


def _joined_cells(line: list[Run]) -> list[Cell]:
    cells: list[list[Run]] = []
    for run in line:
        if cells and _belongs(cells[-1], run):
            cells[-1].append(run)
        else:
            cells.append([run])
    return [Cell(tuple(cell)) for cell in cells]


def _belongs(cell: list[Run], run: Run) -> bool:
    last = cell[-1]
    gap = run.x0 - last.x1
    if gap > TOUCH * min(run.height, last.height):
        return False
    left, right = normalise.compact(joined(cell)), normalise.compact(run.text)
    figures = all(WHOLE_NUMBER.fullmatch(text) and len(text) > 1 for text in (left, right))
    return not (figures and gap > 0.05 * run.height) and not (gap < -0.5 * run.height and figures)
