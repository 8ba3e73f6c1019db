"""A table that no profile knows: its likeliest header and some rows, so that a person can say what the columns are."""

from collections.abc import Sequence
from itertools import pairwise

from parsers.statements.errors import UnknownColumns
from parsers.statements.sheets import Row, Sheet
from parsers.statements.values import amount, day, is_blank, parts_of

LOOKED_AT = 200
SAMPLES = 8
LEAST_COLUMNS = 3


def unknown_columns(sheets: Sequence[Sheet]) -> UnknownColumns | None:
    """The first header that has rows with a day and an amount under it; None where no table holds such rows."""
    for sheet in sheets:
        rows = [row for row in sheet.rows[:LOOKED_AT] if any(row.cells)]
        for header, below in pairwise(rows):
            if _is_header(header) and _is_payment(below):
                samples = [row.cells for row in rows if row.number > header.number][:SAMPLES]
                return UnknownColumns(header.cells, samples, header.number, sheet.part)
    return None


def _is_header(row: Row) -> bool:
    names = [text for text in row.cells if text]
    return len(names) >= LEAST_COLUMNS and not any(_is_day(text) or amount(text) or len(text) > 60 for text in names)


def _is_payment(row: Row) -> bool:
    texts = [text for text in row.cells if not is_blank(text)]
    days = [text for text in texts if _is_day(text)]
    return bool(days) and any(amount(text) for text in texts if text not in days)


def _is_day(text: str) -> bool:
    return day(parts_of(text)[0]) is not None
