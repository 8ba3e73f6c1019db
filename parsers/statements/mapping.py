"""A layout made by hand: a person says what the columns of a table hold, and that is kept as a profile."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from parsers.statements.profile import Columns, Kind, Mark, Minus, Plus, Profile
from parsers.statements.profile_files import profile_of
from reimburse.domain.statement import Direction

FIELDS: tuple[str, ...] = Columns.__struct_encode_fields__
"""The fields that a column can be mapped to, as they are called in a profile."""
Mapped = Mapping[str, Sequence[str]]
"""Columns of the file by field, as in ``[columns]`` of a profile: ``day``, ``amount`` or ``in`` and ``out``, ..."""


def profile_from_mapping(
    name: str,
    title: str,
    columns: Mapped,
    *,
    header: Sequence[str] = (),
    kind: Kind = Kind.BANK,
    plus: Plus = Plus.IN,
    words: Mapping[Direction, Sequence[str]] | None = None,
    currency: str = "CNY",
) -> Profile:
    """The profile of a table whose columns a person mapped; ``BadProfile`` says what is missing.

    ``words``: what the direction column says for each direction, where there is one. All columns of ``header`` that are
    not empty belong to the layout; the key is the columns that day and amounts stand in.
    """
    used = {field: list(names) for field, names in columns.items() if names}
    needed = [field for field in ("day", "amount", "in", "out", "direction") if field in used]
    data: dict[str, Any] = {
        "title": {"zh": title, "en": title},
        "mark": Mark.OWN.value,
        "kind": kind.value,
        "key": [used[field] if len(used[field]) > 1 else used[field][0] for field in needed],
        "header": [text for text in header if text][:100],
        "currency": currency,
        "plus": plus.value,
        "minus": Minus.AUTO.value,
        "columns": used,
    }
    if words:
        data["direction"] = {direction.value: list(texts) for direction, texts in words.items()}
    return profile_of(name, _toml(data))


def profile_text(profile: Profile) -> str:
    """The profile as the TOML of its file, which ``profile_of`` reads back."""
    return _toml({key: value for key, value in msgspec.to_builtins(profile).items() if key != "name"})


def _toml(data: Mapping[str, Any]) -> str:
    plain = [f"{key} = {_value(value)}" for key, value in data.items() if not isinstance(value, dict)]
    tables = [
        "\n".join([f"\n[{key}]", *(f"{_key(name)} = {_value(item)}" for name, item in value.items())])
        for key, value in data.items()
        if isinstance(value, dict)
    ]
    return "\n".join([*plain, *tables, ""])


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {_value(item)}' for key, item in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
