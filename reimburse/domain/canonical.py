"""One way to write a value down, so that equal values have equal digests on every machine and database."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

SHORT = (",", ":")


def canonical(value: object) -> str:
    """JSON with sorted keys and no blanks; instants in UTC, days in ISO form, decimals without needless zeros.

    >>> canonical({"b": Decimal("1.50"), "a": date(2026, 11, 23), "c": None})
    '{"a":"2026-11-23","b":"1.5","c":null}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=SHORT, default=_written)


def _written(value: object) -> str:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value.normalize():f}"
    raise TypeError(f"{type(value).__name__} has no canonical form")
