"""Fields of an invoice's JSON form by their dotted names: read, compared, set."""

import unicodedata
from typing import Any

from reimburse.domain.invoice_json import Json

LINE_FIELDS = (
    "item_name",
    "specification",
    "unit",
    "quantity",
    "unit_price",
    "amount_excl_tax",
    "tax_rate",
    "tax_amount",
)


def value_at(data: Any, name: str) -> Any:
    """The value of a dotted field, None where the path ends early.

    >>> value_at({"buyer": {"name": "甲"}, "lines": [{"unit": "台"}]}, "lines.0.unit")
    '台'
    """
    for part in name.split("."):
        if isinstance(data, list):
            data = data[int(part)] if part.isdigit() and int(part) < len(data) else None
        else:
            data = data.get(part) if data else None
    return data


def is_of_no_line(data: Any, name: str) -> bool:
    """Whether a dotted field is one of a line that the invoice does not have.

    >>> is_of_no_line({"lines": [{"unit": None}]}, "lines.0.unit"), is_of_no_line({"lines": []}, "lines.0.unit")
    (False, True)
    """
    line, _, _ = name.rpartition(".")
    return line.startswith("lines.") and value_at(data, line) is None


def is_missing(value: Any) -> bool:
    """Whether a field says nothing."""
    return value is None or value in ("", [])


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same to a reader: widths of characters and blanks do not count.

    >>> same("示例（北京）公司", "示例(北京) 公司")
    True
    """
    return _plain(one) == _plain(other)


def _plain(value: Any) -> str:
    return "".join(unicodedata.normalize("NFKC", str(value)).split())


def put(data: Json, name: str, value: str) -> None:
    """Set a dotted field. ``lines`` by hand is the name of the item; its figures stay unknown."""
    if name == "lines":
        data["lines"] = [{**dict.fromkeys(LINE_FIELDS), "item_name": value}]
        return
    *parents, last = name.split(".")
    at: Any = data
    for parent in parents:
        if isinstance(at, list):
            at = at[int(parent)]
        else:
            at[parent] = at.get(parent) or {}
            at = at[parent]
    at[last] = value
