"""A file's bytes as tables of text cells, whatever the file's name says it is."""

from dataclasses import dataclass
from typing import NamedTuple

MOST_ROWS = 300_000
MOST_COLUMNS = 300
MOST_CELL = 4000
KEPT_AS_TEXT = ("'", "`")
"""Signs put before digits so that a spreadsheet does not round them."""


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

    >>> cell("123456\t"), cell('="00123"'), cell("\u3000余额  "), cell("'0012"), cell("`100")
    ('123456', '00123', '余额', '0012', '100')
    """
    plain = text.strip(" \t\r\n\u3000\u00a0\ufeff\u200b")
    if plain.startswith('="') and plain.endswith('"') and len(plain) > 2:
        plain = plain[2:-1].strip()
    if plain[:1] in KEPT_AS_TEXT and plain[1:2].isdecimal():
        plain = plain[1:]
    return plain[:MOST_CELL]
