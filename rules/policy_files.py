"""Reads ``config/policy/*.toml``: one file a subject, versions in ``policy.toml``, errors that name file and key."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from reimburse.domain.finding import Severity
from reimburse.domain.invoice import InvoiceKind, TaxTreatment
from rules.parameters import Parameters
from rules.policy import Cap, Category, NotDeductible, Override, Policy, TaxRate, Title, VagueItems, Workdays
from rules.vocabulary import ATTACHMENTS

Data = dict[str, Any]
SUBJECTS = {
    "categories": "categories.toml",
    "titles": "titles.toml",
    "tax_rates": "tax_rates.toml",
    "not_deductible": "deduction.toml",
    "vague_items": "vague_items.toml",
    "required_fields": "required_fields.toml",
    "caps": "caps.toml",
    "city_tiers": "caps.toml",
    "workdays": "workdays.toml",
}
TYPES: Mapping[str, Any] = {
    "categories": dict[str, Category],
    "titles": tuple[Title, ...],
    "tax_rates": tuple[TaxRate, ...],
    "not_deductible": tuple[NotDeductible, ...],
    "vague_items": VagueItems,
    "required_fields": dict[str, tuple[str, ...]],
    "caps": tuple[Cap, ...],
    "city_tiers": dict[str, tuple[str, ...]],
    "workdays": Workdays,
}
CHOICES = {
    "severity": [severity.value for severity in Severity],
    "kinds": [kind.value for kind in InvoiceKind],
    "treatment": [treatment.value for treatment in TaxTreatment],
}


class BadPolicy(ValueError):
    """The policy cannot be used: the file, the key and what is allowed there."""

    def __init__(self, file: str, key: str, why: str) -> None:
        super().__init__(f"{file}: {key}: {why}" if key else f"{file}: {why}")
        self.file, self.key, self.why = file, key, why


FILES = tuple(sorted({"policy.toml", *SUBJECTS.values()}))


def read(folder: Path) -> tuple[Policy, ...]:
    """Every version that the folder states; a later one inherits what it does not change."""
    return read_texts({file: text for file in FILES if (text := _text(folder / file)) is not None})


def read_texts(files: Mapping[str, str]) -> tuple[Policy, ...]:
    """Every version that these files (TOML text by file name) state; all but ``policy.toml`` may be absent."""
    texts = {file: _toml(file, files.get(file)) for file in FILES}
    merged: Data = {subject: texts[file].get(subject) for subject, file in SUBJECTS.items()}
    merged = {subject: data for subject, data in merged.items() if data is not None}
    for file, text in texts.items():
        _known(file, text, {"version"} if file == "policy.toml" else {s for s, f in SUBJECTS.items() if f == file})
    versions = texts["policy.toml"].get("version")
    if not isinstance(versions, list) or not versions:
        raise BadPolicy("policy.toml", "version", "at least one [[version]] with version and effective_from is needed")
    policies = []
    for index, version in enumerate(versions):
        changed = {"override": [], **version}
        merged = _deep(merged, changed)
        policies.append(_policy(merged, index))
    return tuple(policies)


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise BadPolicy(path.name, "", f"not TOML: {error}") from None


def _toml(file: str, text: str | None) -> Data:
    if text is None and file == "policy.toml":
        raise BadPolicy(file, "", "the file is missing")
    try:
        return tomllib.loads(text or "")
    except tomllib.TOMLDecodeError as error:
        raise BadPolicy(file, "", f"not TOML: {error}") from None


def _known(file: str, data: Data, allowed: set[str]) -> None:
    for key in data:
        if key not in allowed:
            raise BadPolicy(file, key, f"unknown key; allowed: {', '.join(sorted(allowed))}")


def _deep(below: Data, above: Data) -> Data:
    """Tables are merged, everything else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _deep(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _policy(merged: Data, index: int) -> Policy:
    version = f"version[{index}]"
    fields = {subject: _subject(subject, merged[subject]) for subject in SUBJECTS if subject in merged}
    fields["parameters"] = _convert("policy.toml", f"{version}.parameters", merged.get("parameters", {}), Parameters)
    fields["override"] = _convert("policy.toml", f"{version}.override", merged["override"], tuple[Override, ...])
    rest = {key: value for key, value in merged.items() if key not in fields}
    head = _convert("policy.toml", version, rest, Policy)
    try:
        policy: Policy = msgspec.structs.replace(head, **fields)
    except msgspec.ValidationError as error:
        raise BadPolicy("policy.toml", f"{version}.override", _explained(str(error))) from None
    _evidence_is_known(policy)
    return policy


def _subject(subject: str, data: object) -> object:
    return _convert(SUBJECTS[subject], subject, data, TYPES[subject])


def _convert(file: str, key: str, data: object, kind: Any) -> Any:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        why, _, path = str(error).partition(" - at `$")
        raise BadPolicy(file, key + path.rstrip("`"), _explained(why, key + path, kind)) from None


def _explained(why: str, key: str = "", kind: Any = None) -> str:
    """The reason with what is allowed, where the type alone does not say it."""
    last = re.sub(r"\[.*?\]|`", "", key.rpartition(".")[2])
    if last in CHOICES:
        return f"{why}; allowed: {', '.join(CHOICES[last])}"
    fields = getattr(kind, "__struct_fields__", None) or getattr(_item(kind), "__struct_fields__", None)
    return f"{why}; allowed: {', '.join(fields)}" if "unknown field" in why and fields else why


def _item(kind: Any) -> Any:
    """The struct inside a tuple or table type."""
    arguments = [item for item in getattr(kind, "__args__", ()) if hasattr(item, "__struct_fields__")]
    return arguments[0] if arguments else None


def _evidence_is_known(policy: Policy) -> None:
    for name, category in policy.categories.items():
        for kind in category.evidence:
            if kind not in ATTACHMENTS:
                allowed = ", ".join(ATTACHMENTS)
                raise BadPolicy("categories.toml", f"categories.{name}.evidence", f"`{kind}`; allowed: {allowed}")
    for kind in policy.parameters.large_spend_evidence:
        if kind not in ATTACHMENTS:
            allowed = ", ".join(ATTACHMENTS)
            raise BadPolicy("policy.toml", "parameters.large_spend_evidence", f"`{kind}`; allowed: {allowed}")
