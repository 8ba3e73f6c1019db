"""A policy as its subject files (TOML) and as one record to the byte: what the reader reads, it writes."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from rules.parameters import Description, descriptions
from rules.policy import Override, Policy
from rules.policy_files import BadPolicy, read_texts

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
FILES: Mapping[str, tuple[str, ...]] = {
    "policy.toml": ("version", "effective_from", "parameters", "override"),
    "categories.toml": ("categories",),
    "titles.toml": ("titles",),
    "tax_rates.toml": ("tax_rates",),
    "deduction.toml": ("not_deductible",),
    "vague_items.toml": ("vague_items",),
    "required_fields.toml": ("required_fields",),
    "caps.toml": ("caps", "city_tiers"),
    "workdays.toml": ("workdays",),
}
"""Which parts of a policy stand in which file."""


def texts_of(policy: Policy) -> dict[str, str]:
    """The files of a policy that has this one version."""
    texts = {"policy.toml": _head(policy)}
    for file, subjects in FILES.items():
        if file != "policy.toml":
            texts[file] = "\n".join(filter(None, (_subject(name, getattr(policy, name)) for name in subjects)))
    return texts


def policy_of(texts: Mapping[str, str]) -> Policy:
    """The only version that these files state; ``BadPolicy`` names file and key."""
    versions = read_texts(texts)
    if len(versions) > 1:
        raise BadPolicy("policy.toml", "version", f"{len(versions)} stand here; allowed: one [[version]]")
    return versions[0]


def record(policy: Policy) -> tuple[str, str]:
    """The digest (SHA-256) and the JSON text of a whole policy; equal policies give equal bytes."""
    text = msgspec.json.encode(policy, order="deterministic").decode()
    return hashlib.sha256(text.encode()).hexdigest(), text


def recorded(text: str) -> Policy:
    """The policy that a record holds."""
    return msgspec.json.decode(text, type=Policy)


def digest_of(texts: Mapping[str, str]) -> str:
    """SHA-256 over the files, as they are written."""
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()


def _head(policy: Policy) -> str:
    lines = ["[[version]]", f"version = {_value(policy.version)}", f"effective_from = {policy.effective_from}"]
    lines += ["", "[version.parameters]"]
    for name, words in descriptions():
        lines += _parameter(name, getattr(policy.parameters, name), words)
    for override in policy.override:
        lines += ["", "[[version.override]]", *_fields(_stated(override))]
    return "\n".join(lines) + "\n"


def _parameter(name: str, value: object, words: Description) -> list[str]:
    stated = f"# {name}" if value is None else f"{name} = {_value(value)}"
    return [f"# {words.zh} {words.en} ({words.unit})", stated]


def _subject(name: str, data: Any) -> str:
    if isinstance(data, tuple):
        return "\n".join("\n".join([f"[[{name}]]", *_fields(_stated(item)), ""]) for item in data)
    if isinstance(data, msgspec.Struct):
        return "\n".join([f"[{name}]", *_fields(_all(data)), ""])
    if any(isinstance(item, msgspec.Struct) for item in data.values()):
        tables = ([f"[{name}.{_key(key)}]", *_fields(_stated(item)), ""] for key, item in data.items())
        return "\n".join("\n".join(table) for table in tables)
    return "\n".join([f"[{name}]", *_fields(data), ""]) if data else ""


def _fields(data: Mapping[str, object]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in data.items() if value is not None]


def _all(struct: msgspec.Struct) -> dict[str, object]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


def _stated(struct: msgspec.Struct) -> dict[str, object]:
    """The fields that are not at their default."""
    names, defaults = struct.__struct_fields__, struct.__struct_defaults__
    default = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    found = {name: getattr(struct, name) for name in names}
    kept = {name: value for name, value in found.items() if name not in default or value != default[name]}
    return {name: value for name, value in kept.items() if not (isinstance(struct, Override) and value == {})}


def _key(key: str) -> str:
    return key if BARE_KEY.fullmatch(key) else _text(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Decimal):
        return _text(f"{value:f}")
    if isinstance(value, date | int):
        return str(value)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(_fields(value))} }}"
    return f"[{', '.join(_value(item) for item in _ordered(value))}]"


def _ordered(items: Any) -> Iterable[object]:
    return sorted(items) if isinstance(items, frozenset) else items


def _text(text: str) -> str:
    """A basic string of TOML, which escapes as JSON does, and DEL too."""
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")
