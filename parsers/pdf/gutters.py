"""Where one column of the item table ends and the next begins, told by the table as a whole where no rule is drawn."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from parsers.pdf.blocks import MOST_APART
from parsers.pdf.cells import Cell, joined_cells, stand_apart
from parsers.pdf.columns import EDGE, Body, Column, lies_between
from parsers.pdf.layout import in_lines

NEW_ITEM = re.compile(r"[*＊].+[*＊]|\(详见|（详见")
ALIGNED = 0.3
UNEVEN = 0.6
"""By how much ends of two cells differ, in points, that no blank of one font explains."""
BESIDE = 1.0
Placed = tuple[Column, Cell]


class Gutters:
    """What the lines of one table tell together of the strips between its columns; worked out when asked for."""

    def __init__(self, body: Body, rows: Sequence[Sequence[Placed]]) -> None:
        self._body = body
        self._rows = rows

    def holds(self, row: Sequence[Placed], column: Column, cell: Cell, other: Cell) -> bool:
        """Whether the gap between two cells of a line is one that parts two columns.

        The second begins where it does on another line whose first ends elsewhere; or the first goes on below, cut off
        at the side of its column.
        """
        return stand_apart(cell.runs[-1], other.runs[0]) and (
            self._lines_up(cell, other) or self._is_cut_off(row, column, cell, other)
        )

    def is_inside(self, column: Column, cell: Cell) -> bool:
        """Whether all of a cell stands in its column."""
        edge = self._edge_behind(column)
        return edge is not None and cell.x1 < edge + EDGE

    def level_with(self, cell: Cell) -> set[Column]:
        """The columns in which anything stands beside the cell, of whatever size."""
        return {column for row in self._rows for column, beside in row if beside.is_level(cell)}

    @cached_property
    def cuts(self) -> tuple[float, ...]:
        """The sides of columns at which a cell was put together that has a gap there."""
        seams = [pair for row in self._rows for _, cell in row for pair in pairwise(cell.runs) if stand_apart(*pair)]
        return (
            tuple(edge for edge in self._edges[1:-1] if any(lies_between(last, run, edge) for last, run in seams))
            if seams
            else ()
        )

    @cached_property
    def _edges(self) -> tuple[float, ...]:
        """The sides of the columns where every header stands in the middle of its own; empty where that cannot be.

        From the left side of the table each column reaches as far to the right of its header's middle as to its left;
        that must end at the table's right side, keep every header in its column, and run through no text on any line.
        """
        columns, rules = self._body.columns, self._body.rules
        lines = in_lines(run for row in self._rows for _, cell in row for run in cell.runs)
        left = [rule for rule in rules if rule < columns[0].x0]
        right = [rule for rule in rules if rule > columns[-1].x1]
        edges = [max(left) if left else min(line[0].x0 for line in lines)]
        for column in columns:
            edges.append(column.x0 + column.x1 - edges[-1])
            if not edges[-2] < column.x0 < column.x1 < edges[-1]:
                return ()
        if right and abs(min(right) - edges[-1]) > EDGE:
            return ()
        texts = [text for line in lines for text in joined_cells(line, stand_apart)]
        crossed = any(text.x0 < edge - EDGE and edge + EDGE < text.x1 for text in texts for edge in edges)
        return () if crossed else tuple(edges)

    def _edge_behind(self, column: Column) -> float | None:
        return self._edges[self._body.columns.index(column) + 1] if self._edges else None

    @cached_property
    def _pairs(self) -> tuple[tuple[float, float], ...]:
        """Where a cell ends and the next of its line begins, on every line; before the first of a line nothing ends."""
        return tuple(pair for row in self._rows for pair in _ends_and_starts(row))

    def _lines_up(self, cell: Cell, other: Cell) -> bool:
        return any(abs(start - other.x0) < ALIGNED and abs(end - cell.x1) > UNEVEN for end, start in self._pairs)

    def _is_cut_off(self, row: Sequence[Placed], column: Column, cell: Cell, other: Cell) -> bool:
        """Whether the cell goes on below because its column ends before the other."""
        below = self._below(row, column)
        if below is None or NEW_ITEM.match(below.plain):
            return False
        edge = self._edge_behind(column)
        first = below.runs[0].glyphs[0]
        return (
            edge is not None
            and lies_between(cell.runs[-1], other.runs[0], edge)
            and cell.x1 + first.x1 - first.x0 > edge - BESIDE
        )

    def _below(self, row: Sequence[Placed], column: Column) -> Cell | None:
        """The next line of a text: it begins where the text does, on a line of print that has no amount."""
        begun = next(cell for each, cell in row if each == column)
        for following in self._rows:
            cells = [cell for each, cell in following if each == column]
            if not cells or not 0 < cells[0].middle - begun.middle < MOST_APART * begun.height:
                continue
            if not cells[0].is_level(begun):
                has_amount = any(each.field == "amount_excl_tax" for each, _ in following)
                return cells[0] if not has_amount and abs(cells[0].x0 - begun.x0) < BESIDE else None
        return None


def _ends_and_starts(row: Sequence[Placed]) -> Iterator[tuple[float, float]]:
    yield from ((cell.x1, other.x0) for (_, cell), (_, other) in pairwise(row))
