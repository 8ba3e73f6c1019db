"""The item table: columns from where the header's labels stand, lines from where amounts stand."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from parsers import normalise
from parsers.crosscheck import line_is_consistent
from parsers.pdf import labels
from parsers.pdf.cells import Cell, cells_of, splits_of
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import Page, Spot, around, in_lines, joined
from parsers.testimony import PlacedLine
from parsers.witness import Witness, line_of
from reimburse.domain.invoice import TaxTreatment
from reimburse.domain.money import ZERO
from reimburse.domain.reading import Box

NUMERIC = frozenset({"quantity", "unit_price", "amount_excl_tax", "tax_amount"})
NUMBER = re.compile(r"[¥￥]?-?[¥￥]?[\d,]*\.?\d+")
STARS = re.compile(r"\*+")
RATE = re.compile(r"\d+(?:\.\d+)?%|[免不零普出][一-鿿]{1,5}|\*+|0?\.\d+")
NEW_ITEM = re.compile(r"[*＊].+[*＊]|\(详见|（详见")
EDGE = 2.5
APART = 1.5
ACROSS = 1000.0
UNTAXED = frozenset({TaxTreatment.EXEMPT, TaxTreatment.NOT_TAXED})


@dataclass(frozen=True, slots=True)
class Column:
    """One column by its header: ``field`` of the line, or empty for one that is no field."""

    field: str
    x0: float
    x1: float

    def cost(self, cell: Cell, rules: Sequence[float] = ()) -> float:
        """How far a cell lies from the header, in points: the gap between them, then a little for their middles.

        A rule between them counts more than any distance.
        """
        gap = max(cell.x0 - self.x1, self.x0 - cell.x1, 0.0)
        here, there = sorted(((self.x0 + self.x1) / 2, (cell.x0 + cell.x1) / 2))
        parted = sum(here < rule < there for rule in rules)
        return gap + 0.05 * (there - here) + ACROSS * parted

    def takes(self, cell: Cell) -> bool:
        """Whether text of this shape can stand in the column."""
        if self.field in NUMERIC:
            return bool(NUMBER.fullmatch(cell.plain) or STARS.fullmatch(cell.plain))
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

    def separates(self, last: Run, run: Run) -> bool:
        """Whether neighbours are of different columns.

        A rule says so, a header that only the second reaches, or another line's cell that begins at the same place.
        """
        if any(last.x0 < rule < run.x1 and last.x1 - EDGE < rule < run.x0 + EDGE for rule in self.rules):
            return True
        if run.is_single:  # Drawn one by one, characters begin anywhere.
            return False
        if any(abs(run.x0 - start) < EDGE / 2 for start in self.starts):
            return True
        reached = [column for column in self.columns if column.x0 < run.x1 and run.x0 < column.x1]
        return any(last.x1 < column.x0 for column in reached)

    def column_of(self, run: Run) -> str:
        """The amount column below whose header a run of the 合计 line stands, or empty."""
        cell = Cell((run,))
        sums = [column for column in self.columns if column.field in {"amount_excl_tax", "tax_amount"}]
        return min(sums, key=lambda column: column.cost(cell)).field if sums else ""


def say_lines(witness: Witness, page: Page) -> Body | None:
    """Every line of the item table, and the table itself for the totals."""
    body = table_of(page)
    if body:
        witness.lines.extend(_lines(body, page.number))
    return body


def table_of(page: Page) -> Body | None:
    """The item table of a page, or None where no header is found."""
    header = _header(page)
    if not header:
        return None
    columns = tuple(Column(labels.COLUMNS.get(spot.text, ""), spot.x0, spot.x1) for spot in header)
    top = max(spot.y1 for spot in header)
    sums = [spot for spot in (*page.find(labels.TOTALS), *page.find(labels.SUBTOTALS)) if _leads(spot, columns, top)]
    ends = [spot.y0 for spot in (*sums, *page.find(labels.IN_WORDS), *page.find(labels.BLOCK)) if spot.y0 > top]
    bottom = min(ends, default=page.height)
    runs = page.within(0, top - 1, page.width, bottom - 0.5)
    totals = [spot for spot in sums if spot.text.startswith("合")]
    line = page.right_of(totals[-1], page.width, rise=0.9) if totals else []
    return Body(columns, tuple(runs), tuple(line), top, bottom, _rules(page, top, bottom), _starts(runs))


def _rules(page: Page, top: float, bottom: float) -> tuple[float, ...]:
    """The upright lines that run along most of the body."""
    length = 0.5 * (bottom - top)
    return tuple((x0 + x1) / 2 for x0, y0, x1, y1 in page.rules if min(y1, bottom) - max(y0, top) > length)


def _starts(runs: Iterable[Run]) -> tuple[float, ...]:
    """The left sides of runs with a gap before them; the first of a line begins the table, not a column."""
    pairs = (pair for line in in_lines(runs) for pair in pairwise(line))
    return tuple(run.x0 for last, run in pairs if run.x0 - last.x1 > APART * run.height)


def body_reach(page: Page) -> Box | None:
    """The part of the page that the items may stand in, or None without a table."""
    body = table_of(page)
    return (0.0, body.top, page.width, body.bottom) if body else None


def assign(columns: Sequence[Column], cells: Sequence[Cell], rules: Sequence[float] = ()) -> list[Column]:
    """The column of each cell of one line: in the columns' order, a figure alone in its own, nearest altogether."""
    best: dict[int, tuple[float, tuple[int, ...]]] = {-1: (0.0, ())}
    for cell in cells:
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for index, column in enumerate(columns):
            if not column.takes(cell):
                continue
            alone = column.field in NUMERIC or column.field == "tax_rate"
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


def _header(page: Page) -> list[Spot]:
    """The labels of the header line: the line with most of them, at least an amount and two more."""
    spots = page.find(labels.COLUMN)
    best: list[Spot] = []
    for anchor in (spot for spot in spots if spot.text == "金额"):
        level = [spot for spot in spots if abs(spot.middle - anchor.middle) < 0.8 * anchor.height]
        if len(level) > max(len(best), 2):
            best = level
    return sorted(best, key=lambda spot: spot.x0)


def _leads(spot: Spot, columns: Sequence[Column], top: float) -> bool:
    return spot.y0 > top and spot.x0 < columns[len(columns) // 2].x0


def _lines(body: Body, page: int) -> list[PlacedLine]:
    placed = [pair for cells in cells_of(body.runs, body.separates) for pair in _placed(body, cells)]
    amounts = sorted(
        (cell for field, cell in placed if field == "amount_excl_tax" and normalise.amount(cell.text)),
        key=lambda cell: cell.middle,
    )
    if not amounts:
        return []
    tops = _tops(amounts, [cell for field, cell in placed if field == "item_name"])
    return [
        _line(_between(placed, top, following), amount, page)
        for amount, top, following in zip(amounts, tops, [*tops[1:], float("inf")], strict=True)
    ]


def _placed(body: Body, cells: list[Cell]) -> list[tuple[str, Cell]]:
    """The cells of one line of print by field; figures that touch are cut where the line's arithmetic asks for it."""
    first = _by_field(body, cells)
    if _adds_up(first):
        return first
    others = (_by_field(body, split) for split in splits_of(cells))
    return next((other for other in others if _adds_up(other)), first)


def _by_field(body: Body, cells: list[Cell]) -> list[tuple[str, Cell]]:
    return [(column.field, cell) for column, cell in zip(assign(body.columns, cells, body.rules), cells, strict=True)]


def _adds_up(placed: Iterable[tuple[str, Cell]]) -> bool:
    texts: dict[str, str | None] = {field: cell.text for field, cell in placed}
    line = line_of(texts)
    return line_is_consistent(line) and (line.quantity is None) == (line.unit_price is None)


def _tops(amounts: list[Cell], names: list[Cell]) -> list[float]:
    """Where each line begins: at its name's first line of print where names tell that, else at its amount."""
    starts = sorted(cell.y0 for cell in names if NEW_ITEM.match(cell.plain))
    if len(starts) == len(amounts):
        tops = [min(start, amount.y0) for start, amount in zip(starts, amounts, strict=True)]
    else:
        tops = [amount.y0 for amount in amounts]
    return [float("-inf"), *(top - 0.3 * amount.height for top, amount in zip(tops[1:], amounts[1:], strict=True))]


def _between(placed: Iterable[tuple[str, Cell]], top: float, following: float) -> dict[str, list[Cell]]:
    held: dict[str, list[Cell]] = {}
    for field, cell in placed:
        if field and top <= cell.middle < following:
            held.setdefault(field, []).append(cell)
    return held


def _line(held: dict[str, list[Cell]], amount: Cell, page: int) -> PlacedLine:
    """A line from its cells: text columns keep all lines of print, figures only what stands level with the amount."""
    cells = {
        field: [cell for cell in found if field not in NUMERIC | {"tax_rate"} or cell.is_level(amount)]
        for field, found in held.items()
    }
    texts: dict[str, str | None] = {field: _text(found) for field, found in cells.items() if found}
    boxes = {
        field: box for field, found in cells.items() if (box := around(run for cell in found for run in cell.runs))
    }
    line = line_of(texts)
    if line.treatment in UNTAXED and "*" in (texts.get("tax_amount") or ""):
        line = replace(line, tax_amount=ZERO)
    return PlacedLine(line, page, boxes)


def _text(cells: list[Cell]) -> str:
    """All that stands in a cell of the table: lines of print follow each other without a blank."""
    return "".join(joined(line) for line in in_lines(run for cell in cells for run in cell.runs))
