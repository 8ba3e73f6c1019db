"""A CSV or spreadsheet file as sheets of text cells."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook

from parsers.document import Document
from parsers.errors import Damaged, TooLarge, Unsupported
from parsers.safe_zip import SafeZip, is_zip

MOST_ROWS = 50_000
MOST_COLUMNS = 200
OLE = b"\xd0\xcf\x11\xe0"
NO_TABLE = (
    "这不是表格文件。请上传 CSV 或 XLSX（.xls 请另存为 .xlsx）。"
    " / This is no table: upload CSV or XLSX (save .xls as .xlsx)."
)
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file; row 1 is its first line."""

    name: str
    rows: tuple[Row, ...]


def sheets_of(document: Document) -> tuple[Sheet, ...]:
    """The sheets that hold anything; ``ParseError`` where the file is no table."""
    if is_zip(document.data):
        found = _workbook(document.data)
    elif document.data.startswith((OLE, b"%PDF-", b"\xff\xd8\xff", b"\x89PNG")) or b"\0" in document.data[:4096]:
        raise Unsupported(NO_TABLE)
    else:
        found = (Sheet("", _rows(_lines(document.data))),)
    full = tuple(sheet for sheet in found if sheet.rows)
    if not full:
        raise Unsupported("文件是空的。 / The file is empty.")
    return full


def _workbook(data: bytes) -> tuple[Sheet, ...]:
    package = SafeZip(data)
    if "xl/workbook.xml" not in package:
        raise Unsupported(NO_TABLE)
    for name in package.names:
        package.take(name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return tuple(Sheet(name, _rows(_cells(book, name))) for name in book.sheet_names)
    except CalamineError:
        raise Damaged from None


def _cells(book: CalamineWorkbook, name: str) -> list[list[str]]:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MOST_ROWS + 1)
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    """A cell as a person would type it: days in ISO form, numbers without exponent."""
    match cell:
        case bool():
            return "是" if cell else "否"
        case float():
            return f"{Decimal(repr(cell)).normalize():f}"
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return str(cell).strip()


def _lines(data: bytes) -> Iterable[list[str]]:
    text = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        raise Damaged from None


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unsupported(NO_TABLE)


def _rows(lines: Iterable[list[str]]) -> tuple[Row, ...]:
    """Rows with blanks trimmed, as wide as they are filled; empty ones at the end are dropped."""
    rows: list[Row] = []
    for line in lines:
        cells = [cell.strip() for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        if len(rows) >= MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise TooLarge(f"表格最多 {MOST_ROWS:,} 行、{MOST_COLUMNS} 列。 / A table has {MOST_ROWS:,} rows at most.")
        rows.append(tuple(cells))
    while rows and not rows[-1]:
        rows.pop()
    return tuple(rows)
