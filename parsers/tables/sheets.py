"""A CSV or spreadsheet file as sheets of text cells."""

from itertools import islice

from parsers.document import Document
from parsers.errors import TooLarge, Unsupported
from parsers.safe_zip import is_zip
from parsers.statements import sheets as told
from parsers.statements.delimited import decoded, text_tables
from parsers.statements.errors import StatementError
from parsers.statements.markup import is_html, is_spreadsheet_xml, read_html, read_spreadsheet_xml
from parsers.statements.workbook import is_workbook, read_workbook
from parsers.tables.sheet import Row, Sheet

MOST_ROWS = 50_000
NO_TABLE = "这不是表格文件，请上传 CSV 或 XLSX。 / This is no table: upload CSV or XLSX."
EMPTY = "文件里没有表格。 / There is no table in this file."


def sheets_of(document: Document) -> tuple[Sheet, ...]:
    """The sheets that hold anything; ``ParseError`` where the file is no table."""
    try:
        found = [Sheet(sheet.part or "", _rows(sheet)) for sheet in _read(document.data)]
    except StatementError as problem:
        raise Unsupported(str(problem)) from None
    full = tuple(sheet for sheet in found if sheet.rows)
    if not full:
        raise Unsupported(EMPTY)
    return full


def _read(data: bytes) -> tuple[told.Sheet, ...]:
    if is_workbook(data):
        return read_workbook(data)
    if is_spreadsheet_xml(data):
        return read_spreadsheet_xml(data)
    text = None if is_zip(data) or data.startswith(b"%PDF-") else decoded(data)
    if text is None:
        raise Unsupported(NO_TABLE)
    return read_html(text) if is_html(text) else tuple(islice(text_tables(text), 1))


def _rows(sheet: told.Sheet) -> tuple[Row, ...]:
    """Every row of the file in its place, as wide as it is filled; empty ones at the end are dropped."""
    if sheet.rows and sheet.rows[-1].number > MOST_ROWS:
        raise TooLarge(f"表格最多 {MOST_ROWS:,} 行，请分开导入。 / A table has {MOST_ROWS:,} rows at most: split it.")
    rows: list[Row] = []
    for number, cells in sheet.rows:
        wide = next((place for place in range(len(cells), 0, -1) if cells[place - 1]), 0)
        rows += [()] * (number - 1 - len(rows))
        rows.append(tuple(cells[:wide]))
    while rows and not rows[-1]:
        rows.pop()
    return tuple(rows)
