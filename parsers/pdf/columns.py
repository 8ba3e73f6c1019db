"""Columns of the item table, and which of them each cell stands in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from parsers.pdf.cells import Cell, overlap, stand_apart
from parsers.pdf.glyphs import Run

NUMERIC = frozenset({"quantity", "unit_price", "amount_excl_tax", "tax_amount"})
ALONE = NUMERIC | {"tax_rate"}
"""Columns of which a line has one figure."""
STARS = re.compile(r"\*+")
RATE = re.compile(r"\d+(?:\.\d+)?%|[免不零普出][一-鿿]{1,5}|\*+|0?\.\d+")
EDGE = 2.5
PADDING = 4.0
"""The widest space, in points, between a column's side and the text in it."""
ACROSS = 1000.0
RATE_ENDS = ("税", "%")
SIGNS = frozenset("-¥￥")


@dataclass(frozen=True, slots=True)
class Column:
    """One column by its header: ``field`` of the line, or empty for one that is no field.

    ``shape`` is that of all that such a column holds, ``sure`` of what is surely its own, where the header tells.
    """

    field: str
    x0: float
    x1: float
    shape: re.Pattern[str] | None = None
    sure: re.Pattern[str] | None = None

    def cost(self, cell: Cell, rules: Sequence[float] = ()) -> float:
        """How far a cell lies from the header, in points: the gap between them, then a little for their middles.

        A rule between them counts more than any distance.
        """
        left, right = cell.x0, cell.x1
        gap = max(left - self.x1, self.x0 - right, 0.0)
        here, there = (self.x0 + self.x1) / 2, (left + right) / 2
        cost = gap + 0.05 * abs(there - here)
        if not rules:
            return cost
        here, there = min(here, there), max(here, there)
        return cost + ACROSS * sum(here < rule < there for rule in rules)

    def takes(self, cell: Cell) -> bool:
        """Whether text of this shape can stand in the column."""
        if self.shape:
            return bool(self.shape.fullmatch(cell.plain))
        if self.field in NUMERIC:
            return cell.is_number or bool(STARS.fullmatch(cell.plain))
        if self.field == "unit":
            return not cell.is_number
        return self.field != "tax_rate" or bool(RATE.fullmatch(cell.plain))


@dataclass(frozen=True, slots=True)
class Body:
    """The table of one page: its columns, what stands in it, and the runs of its 合计 line."""

    columns: tuple[Column, ...]
    runs: tuple[Run, ...]
    totals: tuple[Run, ...]
    top: float
    bottom: float
    rules: tuple[float, ...]
    """Where upright lines part the columns."""
    starts: tuple[float, ...]
    """Where cells begin that stand apart from what is left of them."""
    is_whole: bool
    """Whether a line of a cell is drawn at once: then what stands apart by ever so little is another cell."""
    edges: tuple[float, ...] = ()
    """Sides of columns that no rule shows and the table as a whole tells."""

    def separates(self, last: Run, run: Run) -> bool:
        """Whether neighbours are of different columns.

        A rule says so, or stars behind a rate; or the second stands apart, if by little, and so do whole cells here, or
        it begins where another line's cell does, or only it reaches a header.
        """
        if any(last.x0 < rule < run.x1 and last.x1 - EDGE < rule < run.x0 + EDGE for rule in self.rules):
            return True
        if last.text.endswith(RATE_ENDS) and run.text.startswith("*") and stand_apart(last, run):
            return True
        if last.text in SIGNS or not stand_apart(last, run):
            return self.is_whole and (overlap(last, run) or self._goes_over(last, run))
        if self.is_whole or any(abs(run.x0 - start) < EDGE / 2 for start in self.starts):
            return True
        if any(lies_between(last, run, edge) for edge in self.edges):
            return True
        reached = [column for column in self.columns if column.x0 < run.x1 and run.x0 < column.x1]
        return any(last.x1 < column.x0 for column in reached)

    def _goes_over(self, last: Run, run: Run) -> bool:
        """Whether the second stands below the header next to the one that the first stands below."""
        return any(
            one.x0 < last.x1 < (other.x0 + other.x1) / 2 and run.x0 < (other.x0 + other.x1) / 2 < run.x1
            for one, other in pairwise(self.columns)
        )

    def after(self, column: Column) -> Column | None:
        """The next column to the right."""
        place = self.columns.index(column) + 1
        return self.columns[place] if place < len(self.columns) else None

    def parted(self, one: Column, other: Column) -> bool:
        """Whether a rule is drawn between two headers."""
        return any(one.x1 - EDGE < rule < other.x0 + EDGE for rule in self.rules)

    def column_of(self, run: Run) -> str:
        """The amount column below whose header a run of the 合计 line stands, or empty."""
        cell = Cell((run,))
        sums = [column for column in self.columns if column.field in {"amount_excl_tax", "tax_amount"}]
        return min(sums, key=lambda column: column.cost(cell)).field if sums else ""


def lies_between(last: Run, run: Run, edge: float) -> bool:
    """Whether a column's side lies between neighbours, but for the space that text keeps from it."""
    return last.x1 < edge + EDGE and -1.0 < run.x0 - edge < PADDING


def assign(columns: Sequence[Column], cells: Sequence[Cell], rules: Sequence[float] = ()) -> list[Column]:
    """The column of each cell of one line: in the columns' order, a figure alone in its own, nearest altogether."""
    best: dict[int, tuple[float, tuple[int, ...]]] = {-1: (0.0, ())}
    for cell in cells:
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for index, column in enumerate(columns):
            if not column.takes(cell):
                continue
            alone = column.field in ALONE
            before = [way for last, way in best.items() if last < index or (last == index and not alone)]
            if before:
                cost, way = min(before)
                following[index] = (cost + column.cost(cell, rules), (*way, index))
        if not following:
            return [_nearest(columns, each, rules) for each in cells]
        best = following
    return [columns[index] for index in min(best.values())[1]]


def _nearest(columns: Sequence[Column], cell: Cell, rules: Sequence[float]) -> Column:
    fitting = [column for column in columns if column.takes(cell)]
    return min(fitting or columns, key=lambda column: column.cost(cell, rules))
