"""Cells that may hold two columns, or half of one: where print that touches does not tell.

Small gaps are asked about only in files that draw a cell's text in several pieces: elsewhere a piece is a cell.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from parsers.pdf.cells import Cell, overlap, stand_apart
from parsers.pdf.columns import ALONE, Body, Column
from parsers.pdf.glyphs import Run
from parsers.pdf.gutters import Gutters
from parsers.pdf.sizes import are_of_two_sizes, differ_in_width

BLANK = 0.65
"""The widest blank, in heights of the type."""
FAR = 3.0
"""A gap over which no text goes on."""
ALIGNED = 0.3
UNDER_HEADER = 0.8
IN_MIDDLE = 4.0
"""How near, in points, a cell stands to where cells of its column begin, and to its header's side or middle."""
Placed = tuple[Column, Cell]


def doubtful(body: Body, row: Sequence[Placed], gutters: Gutters) -> Iterator[tuple[Cell, Cell]]:
    """The cells of one line of print that may end elsewhere, each with what it would be then."""
    yield from _beside_each_other(body, row, gutters)
    if not body.is_whole:
        yield from _reaching_over(body, row, gutters)


def _beside_each_other(body: Body, row: Sequence[Placed], gutters: Gutters) -> Iterator[tuple[Cell, Cell]]:
    for (column, cell), (beside, other) in pairwise(row):
        if column.field in ALONE or beside.field in ALONE or column == beside:
            continue
        told = _is_settled(body, beside, cell, other) or _stand_out(cell, other)
        if (told or gutters.holds(row, column, cell, other)) and not _is_mixed(row, beside):
            continue
        if _may_go_on(body, column, beside, cell, other):
            both = Cell(cell.runs + other.runs)
            yield from ((cell, both), (other, both))
        elif _may_begin_later(body, column, beside, cell, other) and (at := _begun(other, beside)):
            yield from ((cell, Cell(cell.runs + other.runs[:at])), (other, Cell(other.runs[at:])))


def _reaching_over(body: Body, row: Sequence[Placed], gutters: Gutters) -> Iterator[tuple[Cell, Cell]]:
    for column, cell in row:
        following = body.after(column)
        if column.field in ALONE or following is None or body.parted(column, following):
            continue
        shorter = _shortened(cell, column, following)
        if shorter and following not in gutters.level_with(cell) and not gutters.is_inside(column, cell):
            yield cell, shorter


def _is_settled(body: Body, beside: Column, cell: Cell, other: Cell) -> bool:
    """Whether the second of two cells is surely one by itself.

    It is what that column holds, or begins where others of its column do, or below its header's side; or it is one text
    of its own that stands below its header's middle or is of another size.
    """
    if beside.sure and beside.sure.fullmatch(other.plain):
        return True
    if any(abs(other.x0 - start) < ALIGNED for start in body.starts) or abs(other.x0 - beside.x0) < UNDER_HEADER:
        return True
    middle = (beside.x0 + beside.x1) / 2
    if not body.is_whole:
        return cell.x1 <= beside.x0 and other.x0 < middle < other.x1 and stand_apart(cell.runs[-1], other.runs[0])
    last, first = cell.runs[-1], other.runs[0]
    in_middle = abs(other.x0 + other.x1 - 2 * middle) < 2 * IN_MIDDLE
    return (in_middle and _may_part(last, first)) or are_of_two_sizes((last,), (first,))


def _stand_out(cell: Cell, other: Cell) -> bool:
    return stand_apart(cell.runs[-1], other.runs[0]) and are_of_two_sizes(cell.runs, other.runs)


def _is_mixed(row: Sequence[Placed], column: Column) -> bool:
    """Whether two texts may stand one over the other in a column: what is drawn there overlaps or is of two sizes."""
    runs = [run for other, cell in row if other == column for run in cell.runs]
    return any(overlap(last, run) for last, run in pairwise(runs)) or differ_in_width(runs)


def _may_go_on(body: Body, column: Column, beside: Column, cell: Cell, other: Cell) -> bool:
    """Whether two cells side by side may be one: they overlap, or only a small gap or a rule parts them."""
    last, first = cell.runs[-1], other.runs[0]
    if not stand_apart(last, first):
        return True
    is_near = first.x0 - last.x1 < BLANK * cell.height
    return is_near and not body.is_whole and not body.parted(column, beside)


def _may_begin_later(body: Body, column: Column, beside: Column, cell: Cell, other: Cell) -> bool:
    """Whether the second of two cells may hold what goes on from the first: no rule parts them, nor a wide gap."""
    is_far = other.x0 - cell.x1 > FAR * cell.height
    return not is_far and not body.is_whole and not body.parted(column, beside)


def _begun(cell: Cell, column: Column) -> int | None:
    """Where the cell may really begin: behind a gap before which it has not reached its header."""
    runs = cell.runs
    seams = (at for at in range(1, len(runs)) if _may_part(runs[at - 1], runs[at]) and runs[at - 1].x1 < column.x0)
    return max(seams, default=None)


def _shortened(cell: Cell, column: Column, following: Column) -> Cell | None:
    """The cell up to the widest gap behind which the next column's text may begin, or up to the next header."""
    runs = cell.runs
    seams = [
        (abs(runs[at].x0 - runs[at - 1].x1), at)
        for at in range(1, len(runs))
        if _may_part(runs[at - 1], runs[at]) and runs[at].x0 > column.x1 and following.takes(Cell(runs[at:]))
    ]
    if seams:
        return Cell(runs[: max(seams)[1]])
    before = [run for run in runs if run.x1 <= following.x0]
    return Cell(tuple(before)) if before and len(before) < len(runs) else None


def _may_part(last: Run, run: Run) -> bool:
    return stand_apart(last, run) or overlap(last, run)
