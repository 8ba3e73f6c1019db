"""The item table: columns from where the header's labels stand, lines from where amounts stand."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from parsers import normalise
from parsers.crosscheck import line_is_consistent
from parsers.pdf import labels
from parsers.pdf.blocks import going_on, items_of
from parsers.pdf.cells import Cell, cells_of, splits_of
from parsers.pdf.columns import ALONE, Body, Column, assign
from parsers.pdf.glyphs import Run
from parsers.pdf.gutters import NEW_ITEM, Gutters
from parsers.pdf.layout import Page, around, in_lines, joined
from parsers.pdf.seams import doubtful
from parsers.pdf.spots import Spot
from parsers.testimony import PlacedLine
from parsers.witness import Witness, line_of
from reimburse.domain.invoice import TaxTreatment
from reimburse.domain.money import ZERO
from reimburse.domain.reading import Box

APART = 1.5
MISPLACED = 40.0
"""How much further than from the nearest header, in points, no cell stands from its own."""
FIGURES = re.compile(r"[-\d.,]*\d")
MIXED = re.compile(r"[*A-Za-z\d][\u4e00-\u9fff]|[\u4e00-\u9fff][*A-Za-z\d]")
UNTAXED = frozenset({TaxTreatment.EXEMPT, TaxTreatment.NOT_TAXED})


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
    columns = tuple(_column(spot) for spot in header)
    top = max(spot.y1 for spot in header)
    sums = [spot for spot in (*page.find(labels.TOTALS), *page.find(labels.SUBTOTALS)) if _leads(spot, columns, top)]
    ends = [spot.y0 for spot in (*sums, *page.find(labels.IN_WORDS), *page.find(labels.BLOCK)) if spot.y0 > top]
    bottom = min(ends, default=page.height)
    runs = page.within(0, top - 1, page.width, bottom - 0.5)
    totals = [spot for spot in sums if spot.text.startswith("合")]
    line = page.right_of(totals[-1], page.width, rise=0.9) if totals else []
    rules, starts = _rules(page, top, bottom), _starts(runs)
    return Body(columns, tuple(runs), tuple(line), top, bottom, rules, starts, is_whole(page, runs))


def _column(spot: Spot) -> Column:
    label = spot.text
    return Column(labels.COLUMNS.get(label, ""), spot.x0, spot.x1, labels.SHAPES.get(label), labels.SURE.get(label))


def is_whole(page: Page, runs: Iterable[Run]) -> bool:
    """Whether cells are drawn a line at a time: some text object holds both Latin and Chinese characters."""
    return page.is_whole if page.is_whole is not None else any(MIXED.search(run.text) for run in runs)


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
    rows = _rows(body)
    gutters = Gutters(body, rows)
    if not body.is_whole and gutters.cuts:
        rows = _rows(replace(body, edges=gutters.cuts))
        gutters = Gutters(body, rows)
    placed = [(column.field, cell) for row in rows for column, cell in row]
    amounts = sorted(
        (cell for field, cell in placed if field == "amount_excl_tax" and normalise.amount(cell.text)),
        key=lambda cell: cell.middle,
    )
    if not amounts:
        return []
    others = {cell: other for row in rows for cell, other in doubtful(body, row, gutters)}
    tops = _tops(amounts, [cell for field, cell in placed if field == "item_name"])
    return [
        _line(_between(placed, top, following), amount, page, others)
        for amount, top, following in zip(amounts, tops, [*tops[1:], float("inf")], strict=True)
    ]


def _rows(body: Body) -> list[Sequence[tuple[Column, Cell]]]:
    return items_of(body.columns, (_placed(body, cells) for cells in cells_of(body.runs, body.separates)))


def _placed(body: Body, cells: list[Cell]) -> list[tuple[Column, Cell]]:
    """The cells of one line of print by column; what touches is cut where the line's arithmetic asks for it."""
    first = _by_column(body, cells)
    if _adds_up(body.columns, first):
        return first
    others = (_by_column(body, split) for split in splits_of(cells))
    return next((other for other in others if _adds_up(body.columns, other)), first)


def _by_column(body: Body, cells: list[Cell]) -> list[tuple[Column, Cell]]:
    return list(zip(assign(body.columns, cells, body.rules), cells, strict=True))


def _adds_up(columns: Sequence[Column], placed: Sequence[tuple[Column, Cell]]) -> bool:
    if any(_is_misplaced(columns, column, cell) or _is_no_unit(column, cell) for column, cell in placed):
        return False
    texts: dict[str, str | None] = {column.field: cell.text for column, cell in placed}
    line = line_of(texts)
    return line_is_consistent(line) and (line.quantity is None) == (line.unit_price is None)


def _is_misplaced(columns: Sequence[Column], column: Column, cell: Cell) -> bool:
    cost = column.cost(cell)
    return cost > MISPLACED and cost > min(each.cost(cell) for each in columns) + MISPLACED


def _is_no_unit(column: Column, cell: Cell) -> bool:
    """Whether several figures stand where the unit should."""
    return column.field == "unit" and bool(FIGURES.fullmatch(cell.plain))


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


def _line(held: dict[str, list[Cell]], amount: Cell, page: int, others: Mapping[Cell, Cell]) -> PlacedLine:
    """A line from its cells: text columns keep all lines of print, figures only what stands level with the amount."""
    cells = {
        field: [cell for cell in found if cell.is_level(amount)] if field in ALONE else going_on(found, amount)
        for field, found in held.items()
    }
    texts: dict[str, str | None] = {field: _text(found) for field, found in cells.items() if found}
    boxes = {
        field: box for field, found in cells.items() if (box := around(run for cell in found for run in cell.runs))
    }
    line = line_of(texts)
    if line.treatment in UNTAXED and "*" in (texts.get("tax_amount") or ""):
        line = replace(line, tax_amount=ZERO)
    or_else = {
        field: _text([others.get(cell, cell) for cell in found])
        for field, found in cells.items()
        if any(cell in others for cell in found)
    }
    return PlacedLine(line, page, boxes, or_else)


def _text(cells: list[Cell]) -> str:
    """All that stands in a cell of the table: lines of print follow each other without a blank."""
    return "".join(joined(line) for line in in_lines(run for cell in cells for run in cell.runs))
