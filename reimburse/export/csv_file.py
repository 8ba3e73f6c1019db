"""CSV for spreadsheet programs: UTF-8 with BOM, CRLF, made a few hundred rows at a time."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice

from reimburse.domain.money import money_text
from reimburse.export.cells import neutral
from reimburse.export.rows import Cell, Column, Kind, Row

ROWS_A_CHUNK = 500


def csv_chunks(columns: tuple[Column[Row], ...], rows: Iterable[Row]) -> Iterator[bytes]:
    """The table as bytes, heading first."""
    yield "\ufeff".encode() + _encoded([[column.heading for column in columns]])
    remaining = iter(rows)
    while chunk := list(islice(remaining, ROWS_A_CHUNK)):
        yield _encoded([[_text(column.kind, column.value(row)) for column in columns] for row in chunk])


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
