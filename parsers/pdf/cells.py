"""Cells of a table: runs that touch are one cell, unless they are two numbers side by side."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from parsers import normalise
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import in_lines, joined

TOUCH = 0.35
SEAM = 0.02
OVERLAP = 0.3
NUMBER = re.compile(r"[¥￥]?-?[¥￥]?[\d,]*\.?\d+")
WIDE_BLANK = re.compile(r" {3,}")
WHOLE_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?%?")


class Cell:
    """Runs of one line that belong together, never changed; two of the same runs are equal.

    ``text`` is as printed, ``plain`` for matching; ``is_number`` says that it is one figure, as quantities and amounts
    are. ``middle`` and ``height`` are those of its first run.
    """

    __slots__ = ("height", "is_number", "middle", "plain", "runs", "text", "x0", "x1")

    def __init__(self, runs: tuple[Run, ...]) -> None:
        self.runs = runs
        first = runs[0]
        self.x0, self.x1 = first.x0, runs[-1].x1
        self.middle, self.height = first.middle, first.height
        self.text = joined(runs)
        self.plain = normalise.compact(self.text)
        self.is_number = bool(NUMBER.fullmatch(self.plain))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cell) and self.runs == other.runs

    def __hash__(self) -> int:
        return hash(self.runs)

    @property
    def y0(self) -> float:
        """Top."""
        return min(run.y0 for run in self.runs)

    def is_level(self, other: "Cell") -> bool:
        """Whether both stand on one line."""
        return abs(self.middle - other.middle) < 0.6 * max(self.height, other.height)


Separated = Callable[[Run, Run], bool]


def cells_of(runs: Iterable[Run], separated: Separated) -> list[list[Cell]]:
    """The cells that runs make, line by line from the top, each from the left.

    ``separated`` says of two neighbours that they are of different columns even where they touch.
    """
    return [joined_cells(line, separated) for line in in_lines(part for run in runs for part in _parts(run))]


def _parts(run: Run) -> list[Run]:
    """A run that holds several columns, set apart by three blanks or more, as several."""
    text = run.text
    if "   " not in text:
        return [run]
    ends = [(match.start(), match.end()) for match in WIDE_BLANK.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(text)]
    parts = (run.part(run.glyphs[start:stop]) for start, stop in zip(starts, stops, strict=True))
    return [part for part in parts if part]


def joined_cells(line: Iterable[Run], separated: Separated = lambda _last, _run: False) -> list[Cell]:
    """Runs of one line, from the left, put together where they touch."""
    cells: list[list[Run]] = []
    for run in line:
        if cells and _touches(cells[-1][-1], run) and not separated(cells[-1][-1], run):
            cells[-1].append(run)
        else:
            cells.append([run])
    return sorted((Cell(tuple(cell)) for cell in cells), key=lambda cell: cell.x0 + cell.x1)


def _touches(last: Run, run: Run) -> bool:
    """Whether a run goes on where another ends; what overlaps it is another column's."""
    height = min(run.height, last.height)
    return -OVERLAP * height < run.x0 - last.x1 < TOUCH * height


def stand_apart(last: Run, run: Run) -> bool:
    """Whether there is a gap between neighbours, however small: what was drawn on goes on without any."""
    return run.x0 - last.x1 > SEAM * min(run.height, last.height)


def overlap(last: Run, run: Run) -> bool:
    """Whether a run begins before the one to its left ends: no text goes on so."""
    return last.x1 - run.x0 > SEAM * min(run.height, last.height)


def splits_of(line: list[Cell]) -> Iterator[list[Cell]]:
    """The line with its numbers apart; then with one cell cut in two where both parts are numbers, or the second is.

    Figures of two columns may touch, and figures of one number may be drawn one by one: only arithmetic can tell.
    """
    yield [part for cell in line for part in _numbers_apart(cell)]
    cuts = [
        (index, Cell(cell.runs[:seam]), Cell(cell.runs[seam:]))
        for index, cell in enumerate(line)
        for seam in range(1, len(cell.runs))
    ]
    figures = [cut for cut in cuts if WHOLE_NUMBER.fullmatch(cut[2].plain)]
    for index, left, right in sorted(figures, key=lambda cut: not WHOLE_NUMBER.fullmatch(cut[1].plain)):
        yield [*line[:index], left, right, *line[index + 1 :]]


def _numbers_apart(cell: Cell) -> list[Cell]:
    """The cell, or the numbers that stand in it with gaps between them."""
    groups: list[list[Run]] = [[cell.runs[0]]]
    for last, run in pairwise(cell.runs):
        groups[-1:] = [groups[-1], [run]] if stand_apart(last, run) else [[*groups[-1], run]]
    parts = [Cell(tuple(group)) for group in groups]
    return parts if all(WHOLE_NUMBER.fullmatch(part.plain) for part in parts) else [cell]
