"""Which parts of what is stored are about a person, and how a digest covers them so that they can be erased later."""

from collections.abc import Iterable, Mapping
from typing import Any

from reimburse.domain.canonical import canonical
from reimburse.domain.digests import digest

FILE = "file"
NAMES = frozenset({"passenger", "payee", "reviewer", "drawer", "remark", "address_phone", "bank_account", FILE})
"""Keys of readings and invoices that name people, or may; people name their files after themselves."""
VALUES = ("values", "value")
"""What stands beside a ``field`` that names people."""


def split(value: Any) -> tuple[Any, Any]:
    """(what is about nobody, what is about people) of a JSON value; the latter is None where nothing is.

    >>> split({"number": "1", "travel": {"passenger": "A"}, "payee": None})
    ({'number': '1', 'travel': {}}, {'travel': {'passenger': 'A'}})
    >>> split([{"field": "payee", "values": {"qr": "B"}}])
    ([{'field': 'payee'}], {'0': {'values': {'qr': 'B'}}})
    """
    if isinstance(value, Mapping):
        return _split_items(value.items(), about=_of_person(value))
    if isinstance(value, list):
        public, personal = _split_items(((str(place), item) for place, item in enumerate(value)), about=frozenset())
        return list(public.values()), personal
    return value, None


def scrubbed(value: Any) -> Any:
    """The JSON value with everything about people left out; what is about nobody stays to the byte.

    >>> scrubbed({"number": "1", "payee": "B", "seen": {"payee": [{"value": "B"}]}})
    {'number': '1', 'payee': None, 'seen': {'payee': []}}
    """
    if isinstance(value, list):
        return [scrubbed(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    about = _of_person(value)
    return {key: _blank(key, item) if _hides(key, about) else scrubbed(item) for key, item in value.items()}


def commitment(algorithm: str, salt: str, personal: Any) -> str:
    """The salted digest of personal data: without the salt nobody can try names until one fits."""
    return digest(algorithm, f"{salt}\n{canonical(personal)}".encode())


def row_text(table: str, key: str, public: Mapping[str, Any], personal: str | None) -> str:
    """The text that a stored row's digest is of: what is about nobody, and the salted digest of what is about people.

    >>> row_text("checks", "7", {"verdict": "pass"}, None)
    '{"key":"7","personal":null,"public":{"verdict":"pass"},"table":"checks"}'
    """
    return canonical({"table": table, "key": key, "public": public, "personal": personal})


def _of_person(value: Mapping[str, Any]) -> frozenset[str]:
    field = value.get("field")
    return frozenset(VALUES) if isinstance(field, str) and field.rpartition(".")[2] in NAMES else frozenset()


def _hides(key: str, about: frozenset[str]) -> bool:
    return key in about or key.rpartition(".")[2] in NAMES


def _split_items(items: Iterable[tuple[str, Any]], *, about: frozenset[str]) -> tuple[dict[str, Any], Any]:
    public: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    for key, value in items:
        if _hides(key, about):
            personal |= {key: value} if value else {}
            continue
        public[key], inner = split(value)
        personal |= {key: inner} if inner is not None else {}
    return public, personal or None


def _blank(key: str, value: Any) -> Any:
    match value:
        case list():
            return []
        case dict():
            return {}
    return "" if key == FILE else None
