"""A file's bytes as tables of text cells, whatever the file's name says it is."""

from dataclasses import dataclass
from typing import NamedTuple

MOST_ROWS = 300_000
MOST_COLUMNS = 300
MOST_CELL = 4000


class Row(NamedTuple):
    """One row: its number, counted from 1 in the file or sheet, and its cells, blanks at their ends trimmed."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table; ``part`` names the sheet where there are several. ``is_text``: split at separators."""

    part: str | None
    rows: tuple[Row, ...]
    is_text: bool = False


def cell(text: str) -> str:
    r"""A cell's text as meant: padding, tabs and what keeps a spreadsheet from rounding taken off.

    >>> cell("123456\t"), cell('="00123"'), cell("\u3000余额  ")
    ('123456', '00123', '余额')
    """
    plain = text.strip(" \t\r\n\u3000\u00a0\ufeff\u200b")
    if plain.startswith('="') and plain.endswith('"') and len(plain) > 2:
        plain = plain[2:-1].strip()
    return plain[:MOST_CELL]
