"""dBASE III tables by a layout: fixed widths, text in GBK."""

import struct
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from reimburse.export.cells import neutral
from reimburse.export.layout import Field, Layout
from reimburse.export.layout_rows import Fitted, Value, text_of, values_of

DBASE_III = 0x03
GBK_DRIVER = 0x4D
END_OF_FIELDS, END_OF_FILE = b"\r", b"\x1a"
TYPES = {"text": "C", "number": "N", "money": "N", "date": "D"}


def write_dbf(layout: Layout, groups: Iterable[Fitted], target: BinaryIO, made_at: datetime) -> None:
    """Fitted groups as a table; the number of records is known once all are written."""
    head = 32 + 32 * len(layout.fields) + 1
    size = 1 + sum(_width(field) for field in layout.fields)
    target.write(_heading(made_at, 0, head, size))
    target.writelines(_descriptor(field) for field in layout.fields)
    target.write(END_OF_FIELDS)
    count = 0
    for group in groups:
        for row in values_of(layout, group):
            cells = (_cell(layout, field, value) for field, value in zip(layout.fields, row, strict=True))
            target.write(b" " + b"".join(cells))
            count += 1
    target.write(END_OF_FILE)
    target.seek(0)
    target.write(_heading(made_at, count, head, size))
    target.seek(0, 2)


def _heading(made_at: datetime, count: int, head: int, size: int) -> bytes:
    day = (made_at.year - 1900) % 256, made_at.month, made_at.day
    return struct.pack("<4B I 2H 17x B 2x", DBASE_III, *day, count, head, size, GBK_DRIVER)


def _descriptor(field: Field) -> bytes:
    kind = TYPES[field.kind].encode()
    places = field.places if field.kind == "money" else 0
    return struct.pack("<11s c 4x B B 14x", field.name.encode("ascii"), kind, _width(field), places)


def _width(field: Field) -> int:
    return 8 if field.kind == "date" else field.width


def _cell(layout: Layout, field: Field, value: Value) -> bytes:
    if field.kind == "date":
        return (value.strftime("%Y%m%d") if isinstance(value, date) else "").ljust(8).encode()
    text = text_of(field, value)
    if isinstance(value, Decimal | int):
        return text.rjust(field.width).encode()
    if field.kind in {"number", "money"}:
        return text.rjust(field.width).encode()
    text = neutral(text) if not field.constant else text
    data = text.encode(layout.encoding)[: field.width]
    return data.decode(layout.encoding, "ignore").encode(layout.encoding).ljust(field.width)
