"""JSON by a layout: one request body a line, a voucher in each."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

import msgspec

from reimburse.export.layout import Field, Layout
from reimburse.export.layout_rows import Fitted, Value, text_of

ENCODER = msgspec.json.Encoder(decimal_format="number")


def write_json(layout: Layout, groups: Iterable[Fitted], target: BinaryIO) -> None:
    """Fitted groups as JSON Lines. A field's name is its path (``DocType.Code``); what is empty is left out."""
    for group in groups:
        body: dict[str, Any] = {}
        entries: list[dict[str, Any]] = []
        for number, row in enumerate(group.rows):
            entry: dict[str, Any] = {}
            for field, cell in zip(layout.fields, row, strict=True):
                value = _plain(field, cell)
                if value is not None and (not field.head or number == 0):
                    _put(body if field.head else entry, field.name, value)
            entries.append(entry)
        _put(body, layout.list_key, entries)
        target.write(ENCODER.encode(body) + b"\n")


def _plain(field: Field, value: Value) -> Any:
    if isinstance(value, date) or (isinstance(value, Decimal) and field.kind != "money"):
        return text_of(field, value)
    return value if value is not None else field.empty or None


def _put(target: dict[str, Any], path: str, value: Any) -> None:
    """Set a value at its path; a part ``[]`` after a name is the one element of a list."""
    *parts, last = path.split(".")
    for part in parts:
        name = part.removesuffix("[]")
        target = target.setdefault(name, [{}])[0] if name != part else target.setdefault(name, {})
    target[last] = value
