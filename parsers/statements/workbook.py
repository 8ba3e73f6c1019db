"""Workbooks, XLSX and BIFF ``.xls``, as tables of text; what a sheet declares of its size is not believed."""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from parsers.errors import ParseError, TooLarge
from parsers.safe_zip import Limits, SafeZip, is_zip
from parsers.statements.compound import OLE, check_chains
from parsers.statements.errors import Broken, Locked, OverLimit, Refused
from parsers.statements.sheets import MOST_COLUMNS, MOST_ROWS, Row, Sheet, cell
from parsers.statements.values import CHINA

BIFF = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00")
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
PANIC = "pyo3_runtime"
MOST_SHEETS = 60
MOST_CELLS = 6_000_000
"""Cells of a sheet from its first to its last, empty ones too: what the reader sets memory aside for."""
LIMITS = Limits(members=2000, member_bytes=64 * 1024 * 1024, total_bytes=128 * 1024 * 1024)
PLACE = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>')
"""A cell that holds something: one that closes at once is mere formatting."""
SHEET = re.compile(r"xl/worksheets/.*\.xml", re.IGNORECASE)
EXACT = 2**53
"""From here on a number of a workbook no longer holds its last digits: an id so kept is lost, not read."""
CONTENT_TYPES = "[Content_Types].xml"


def is_workbook(data: bytes) -> bool:
    """Whether these bytes are a workbook of Excel's, old or new, or of OpenDocument; the name is not asked."""
    if not is_zip(data):
        return data.startswith((OLE, *BIFF))
    try:
        names = SafeZip(data, LIMITS).names
    except ParseError:
        return False
    return any(name.startswith("xl/") for name in names) or "mimetype" in names


def read_workbook(data: bytes) -> tuple[Sheet, ...]:
    """Every sheet that holds rows; ``StatementError`` where it is locked, broken or over a limit."""
    if data.startswith(OLE) and ENCRYPTED_PACKAGE in data:
        raise Locked
    check_chains(data)
    if data.startswith(b"PK"):
        _within_limits(data)
    try:
        return tuple(_sheets(data))
    except PasswordError:
        raise Locked from None
    except (CalamineError, OSError, ValueError):
        raise Broken from None
    except BaseException as problem:
        # The library is written in Rust and panics on some broken files; a panic is no Exception.
        if type(problem).__module__ != PANIC:
            raise
        raise Broken from None


def _within_limits(data: bytes) -> None:
    try:
        archive = SafeZip(data, LIMITS)
        for name in archive.names:
            if SHEET.fullmatch(name):
                _bounded(archive.take(name))
    except TooLarge:
        raise OverLimit from None
    except ParseError:
        raise Refused from None


def _bounded(xml: bytes) -> None:
    """Refuses a sheet whose cells are strewn so far apart that the rectangle around them would fill the memory."""
    width = height = 0
    for column, row in PLACE.findall(xml):
        height = max(height, int(row))
        width = max(width, _number(column))
    if width * height > MOST_CELLS:
        raise OverLimit


def _number(letters: bytes) -> int:
    """A column's number by its letters.

    >>> _number(b"A"), _number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheets(data: bytes) -> Iterator[Sheet]:
    book: CalamineWorkbook = python_calamine.load_workbook(io.BytesIO(data))
    names = book.sheet_names
    if len(names) > MOST_SHEETS:
        raise OverLimit
    for index, name in enumerate(names):
        sheet = book.get_sheet_by_index(index)
        if sheet.total_height > MOST_ROWS or sheet.total_height * sheet.total_width > MOST_CELLS:
            raise OverLimit
        rows = sheet.to_python(skip_empty_area=False)
        if rows:
            yield Sheet(
                name if len(names) > 1 else None, tuple(_row(number, row) for number, row in enumerate(rows, 1))
            )


def _row(number: int, values: list[Any]) -> Row:
    return Row(number, tuple(_text(value) for value in values[:MOST_COLUMNS]))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return cell(value)
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float):
        return _shown(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, timedelta):
        return (datetime(2000, 1, 1, tzinfo=CHINA) + value).time().isoformat("seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _shown(value: float) -> str:
    if abs(value) >= EXACT:
        return ""
    return f"{value:.0f}" if value.is_integer() else f"{value!r}"
