"""Where the items end: special businesses print blocks of their own below them."""

from collections.abc import Iterable, Sequence

from parsers.pdf.cells import Cell
from parsers.pdf.columns import ALONE, Column

Placed = tuple[Column, Cell]
MOST_APART = 2.4
"""How far below another line of print, in heights of the type, a text may go on."""


def items_of(columns: Sequence[Column], rows: Iterable[Sequence[Placed]]) -> list[Sequence[Placed]]:
    """The lines of print that are items: those above the first that no item has.

    Below the first amount a line without an amount only goes on with texts; where text stands below the header of a
    figure, another table begins.
    """
    kept: list[Sequence[Placed]] = []
    figures = [column for column in columns if column.field in ALONE]
    amount_seen = False
    for row in rows:
        has_amount = any(column.field == "amount_excl_tax" for column, _ in row)
        if amount_seen and not has_amount and any(_is_foreign(figures, column, cell) for column, cell in row):
            break
        amount_seen = amount_seen or has_amount
        kept.append(row)
    return kept


def _is_foreign(figures: Sequence[Column], column: Column, cell: Cell) -> bool:
    """Whether a cell that is no figure stands below the header of figures."""
    middle = (cell.x0 + cell.x1) / 2
    return column.field not in ALONE and any(each.x0 <= middle <= each.x1 or _holds(cell, each) for each in figures)


def _holds(cell: Cell, column: Column) -> bool:
    return cell.x0 < (column.x0 + column.x1) / 2 < cell.x1 and cell.x0 > column.x0 - 4 * cell.height


def going_on(cells: Sequence[Cell], amount: Cell) -> list[Cell]:
    """The lines of one text that follow each other from the amount's line, without a gap that no text has."""
    above = sorted((cell for cell in cells if cell.middle < amount.middle), key=lambda cell: -cell.middle)
    below = sorted((cell for cell in cells if cell.middle >= amount.middle), key=lambda cell: cell.middle)
    return [*reversed(_chain(above, amount)), *_chain(below, amount)]


def _chain(cells: Iterable[Cell], amount: Cell) -> list[Cell]:
    kept: list[Cell] = []
    last = amount.middle
    for cell in cells:
        if abs(cell.middle - last) > MOST_APART * max(cell.height, amount.height):
            break
        kept.append(cell)
        last = cell.middle
    return kept
