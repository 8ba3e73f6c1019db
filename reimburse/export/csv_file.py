"""CSV for spreadsheet programs: UTF-8 with BOM, CRLF, made a few rows at a time."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from reimburse.domain.money import money_text
from reimburse.export.cells import neutral
from reimburse.export.rows import Cell, Column, Kind, Row


def csv_heading(columns: tuple[Column[Row], ...]) -> bytes:
    """The beginning of a file: the BOM and the headings."""
    return "\ufeff".encode() + _encoded([[column.heading for column in columns]])


def csv_rows(columns: tuple[Column[Row], ...], rows: Iterable[Row]) -> bytes:
    """Rows as they follow in the file."""
    return _encoded([[_text(column.kind, column.value(row)) for column in columns] for row in rows])


def _encoded(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()


def _text(kind: Kind, value: Cell) -> str:
    if value is None:
        return ""
    if kind is Kind.MONEY and isinstance(value, Decimal):
        return money_text(value)
    return value.isoformat() if isinstance(value, date) else neutral(str(value))
