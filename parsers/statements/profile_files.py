"""Reads the folder of layouts: one TOML file a layout, errors that name file, key and what is allowed there."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from parsers.statements.profile import Columns, Kind, Mark, Minus, NatureRule, Plus, Profile, Profiles, Title, Words
from reimburse.domain.statement import Nature

STEM = re.compile(r"\w[\w-]{0,59}")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "mark": tuple(Mark),
    "kind": tuple(Kind),
    "plus": tuple(Plus),
    "minus": tuple(Minus),
    "is": tuple(Nature),
}
TABLES: Mapping[str, Any] = {"columns": Columns, "title": Title, "direction": Words, "nature": NatureRule}


class BadProfile(ValueError):
    """A layout cannot be used: the file, the key and what is allowed there."""

    def __init__(self, file: str, key: str, why: str) -> None:
        super().__init__(f"{file}: {key}: {why}" if key else f"{file}: {why}")
        self.file, self.key, self.why = file, key, why


def load_profiles(*folders: Path) -> Profiles:
    """The layouts of all these folders; a file in a later one takes the place of one of the same name before."""
    profiles = Profiles(())
    for folder in folders:
        profiles = profiles.joined(_read(path) for path in sorted(folder.glob("*.toml")))
    return profiles


def profiles_of(texts: Mapping[str, str]) -> Profiles:
    """The layouts that these texts (TOML by name) state."""
    return Profiles(profile_of(name, text) for name, text in texts.items())


def profile_of(name: str, text: str) -> Profile:
    """One layout from its TOML; ``name`` is the file's without ``.toml``."""
    file = f"{name}.toml"
    if not STEM.fullmatch(name):
        raise BadProfile(file, "", "a name is letters, digits, _ and -, at most 60")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadProfile(file, "", f"not TOML: {error}") from None
    if "name" in data:
        raise BadProfile(file, "name", f"the file's name is the layout's name; allowed: {_allowed(Profile)}")
    profile = _converted(file, {**data, "name": name})
    _consistent(file, profile)
    return profile


def _read(path: Path) -> Profile:
    try:
        return profile_of(path.stem, path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise BadProfile(path.name, "", f"not TOML: {error}") from None


def _converted(file: str, data: dict[str, Any]) -> Profile:
    try:
        return msgspec.convert(data, Profile)
    except msgspec.ValidationError as error:
        why, _, path = str(error).partition(" - at `$")
        key = path.rstrip("`").lstrip(".")
        raise BadProfile(file, key, _explained(why, key)) from None


def _explained(why: str, key: str) -> str:
    """The reason with what is allowed, where the type alone does not say it."""
    last = re.sub(r"\[.*?\]", "", key.rpartition(".")[2])
    if last in CHOICES:
        return f"{why}; allowed: {', '.join(CHOICES[last])}"
    return f"{why}; allowed: {_allowed(TABLES.get(last, Profile))}" if "unknown field" in why else why


def _allowed(kind: Any) -> str:
    return ", ".join(name for name in kind.__struct_encode_fields__ if (kind, name) != (Profile, "name"))


def _consistent(file: str, profile: Profile) -> None:
    columns = profile.columns
    if profile.is_split == bool(columns.amount):
        raise BadProfile(file, "columns", "either amount, or in and out: one of the two is needed")
    if profile.is_split and not (columns.money_in and columns.money_out):
        raise BadProfile(file, "columns", "in and out are both needed")
    by_word = profile.plus in {Plus.NONE, Plus.PRINTED}
    if columns.amount and by_word and not (profile.direction and columns.direction):
        raise BadProfile(file, "plus", f"`{profile.plus}` needs columns.direction and the table [direction]")
    if bool(profile.direction) != bool(columns.direction):
        raise BadProfile(file, "direction", "columns.direction and the table [direction] go together")
    _known_where(file, profile)


def _known_where(file: str, profile: Profile) -> None:
    if not profile.header:
        return
    known = {*profile.header, *_all(profile.columns)}
    for index, rule in enumerate(profile.nature):
        for column in rule.where:
            if column not in known:
                allowed = ", ".join(profile.header)
                raise BadProfile(
                    file, f"nature[{index}].where.{column}", f"no column of the header; allowed: {allowed}"
                )


def _all(columns: Columns) -> Iterable[str]:
    return (name for field in columns.__struct_fields__ for name in getattr(columns, field))
