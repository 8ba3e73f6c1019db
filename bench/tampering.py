"""Ways to change an archive behind its back: one field or byte, as somebody can who has the database or the files.

Each way takes a scene (a copy of a data folder, its guards down) and says what the verification has to name.
"""

import json
import random
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Date, DateTime, Numeric, String, Table, UniqueConstraint

from reimburse.domain.archive_words import table_words
from reimburse.store.db import Instant
from reimburse.store.files import path_of
from reimburse.store.kept_group import Kept
from reimburse.store.kept_tables import GROUPS

KEPT: Mapping[str, Kept] = {kept.name: kept for group in GROUPS for kept in group.tables}
LATER = {"0": "7", "1": "8", "2": "9"}


@dataclass(frozen=True, slots=True)
class Scene:
    """The database open, the folder, what chains are called, and chance."""

    base: sqlite3.Connection
    folder: Path
    names: Mapping[str, str]
    drawn: random.Random

    def rows(self, query: str, *given: Any) -> list[sqlite3.Row]:
        """The rows of a query."""
        return self.base.execute(query, given).fetchall()

    def one(self, query: str, *given: Any) -> sqlite3.Row:
        """One of the rows of a query, by chance."""
        return self.drawn.choice(self.rows(query, *given))


Way = Callable[[Scene], Sequence[str]]
"""Changes something; all of these words stand in one line of what the verification says."""


def opened(folder: Path, names: Mapping[str, str], drawn: random.Random) -> Scene:
    """The data folder as an intruder sees it: no guards, no foreign keys."""
    base = sqlite3.connect(folder / "reimburse.sqlite3")
    base.row_factory = sqlite3.Row
    base.executescript("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON;")
    for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f"DROP TRIGGER {name}")
    return Scene(base, folder, names, drawn)


def fields_of(kept: Kept) -> list[str]:
    """The columns of a kept table that say something of a row, beyond which one it is and whose."""
    keys = {column.name for column in kept.table.primary_key.columns}
    owners = {kept.via} if kept.via else {column.key for column in kept.owners}
    return [column for column in kept.columns if column not in keys | owners]


def changed_field(name: str) -> Way:
    """One field of one row of a kept table."""

    def deed(scene: Scene) -> Sequence[str]:
        kept = KEPT[name]
        row = scene.one(f"SELECT * FROM {name}{_counted(kept)}")
        column = scene.drawn.choice(fields_of(kept))
        value = other(row[column], kept.table.c[column].type, scene.drawn)
        _set(scene, kept.table, row, {column: value})
        return [f"{table_words(name).en} {_key(kept.table, row)} of"]

    return deed


def removed_row(name: str) -> Way:
    """One row of a kept table taken out."""

    def deed(scene: Scene) -> Sequence[str]:
        kept = KEPT[name]
        row = scene.one(f"SELECT * FROM {name}{_counted(kept)}")
        condition, values = _where(kept.table, row)
        scene.base.execute(f"DELETE FROM {name} WHERE {condition}", values)
        return [f"{table_words(name).en} {_key(kept.table, row)} of"]

    return deed


def added_row(name: str) -> Way:
    """A row of a kept table put in, like one that is there but for what has to differ."""

    def deed(scene: Scene) -> Sequence[str]:
        kept, taken = KEPT[name], dict(scene.one(f"SELECT * FROM {name}{_counted(KEPT[name])}"))
        for constraint in kept.table.constraints | kept.table.indexes:
            columns = [column.name for column in constraint.columns]
            if getattr(constraint, "unique", False) or isinstance(constraint, UniqueConstraint):
                taken[columns[-1]] = _fresh(taken[columns[-1]])
        last = list(kept.table.primary_key.columns)[-1].name
        taken[last] = _fresh(taken[last])
        marks = ", ".join("?" * len(taken))
        scene.base.execute(f"INSERT INTO {name} ({', '.join(taken)}) VALUES ({marks})", list(taken.values()))
        return [table_words(name).en]

    return deed


def set_field(query: str, table: str, column: str, says: Callable[[Scene, sqlite3.Row], str]) -> Way:
    """One field of a row that a query finds, in a table that has a rule of its own."""

    def deed(scene: Scene) -> Sequence[str]:
        row, of = scene.one(query), _tables()[table]
        _set(scene, of, row, {column: other(row[column], of.c[column].type, scene.drawn)})
        return [says(scene, row)]

    return deed


def stored_file(how: Callable[[Scene, Path], None]) -> Way:
    """A stored file on the disk."""

    def deed(scene: Scene) -> Sequence[str]:
        sha256 = scene.one("SELECT sha256 FROM stored_files WHERE size > 1")["sha256"]
        how(scene, scene.folder / "files" / path_of(sha256))
        return [f"stored file {sha256}"]

    return deed


def flipped(data: bytes, drawn: random.Random) -> bytes:
    """The same bytes but for one bit."""
    at = drawn.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << drawn.randrange(8)]) + data[at + 1 :]


def other(value: Any, of: Any, drawn: random.Random) -> Any:
    """Another value for a column of this type, as little different as can be."""
    match of:
        case JSON():
            return json.dumps(_other_json(json.loads(value), drawn), ensure_ascii=False)
        case Boolean():
            return int(not value)
        case Date() | Instant() | DateTime():
            return (
                f"{int(value[:4]) + 1}{value[4:]}"
                if value
                else "2020-01-01 00:00:00"[: 10 if isinstance(of, Date) else 19]
            )
        case String():
            return other_text(value, drawn) if value else "x"
        case Numeric():
            return (value or 0) + 1
    return (value or 0) + 1


def other_text(text: str, drawn: random.Random) -> str:
    """The same text but for one character."""
    at = drawn.randrange(len(text))
    new = "y" if text[at] == "x" else "x"
    return text[:at] + (LATER.get(text[at], "0") if text[at].isdigit() else new) + text[at + 1 :]


def _other_json(value: Any, drawn: random.Random) -> Any:
    match value:
        case dict() if value:
            key = drawn.choice(sorted(value))
            return {**value, key: _other_json(value[key], drawn)}
        case list() if value:
            at = drawn.randrange(len(value))
            return [*value[:at], _other_json(value[at], drawn), *value[at + 1 :]]
        case dict() | list():
            return {"x": 1} if isinstance(value, dict) else ["x"]
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str() if value:
            return other_text(value, drawn)
    return "x"


def _fresh(value: Any) -> Any:
    return value + 1000 if isinstance(value, int) else f"{value}9"


def _set(scene: Scene, table: Table, row: sqlite3.Row, values: Mapping[str, Any]) -> None:
    condition, given = _where(table, row)
    sets = ", ".join(f"{name} = ?" for name in values)
    scene.base.execute(f"UPDATE {table.name} SET {sets} WHERE {condition}", [*values.values(), *given])


def _where(table: Table, row: sqlite3.Row) -> tuple[str, list[Any]]:
    names = [column.name for column in table.primary_key.columns]
    return " AND ".join(f"{name} = ?" for name in names), [row[name] for name in names]


def _key(table: Table, row: sqlite3.Row) -> str:
    return "/".join(str(row[column.name]) for column in table.primary_key.columns)


def _counted(kept: Kept) -> str:
    return f" WHERE {kept.counts} IS NOT NULL" if kept.counts else ""


def _tables() -> Mapping[str, Table]:
    from reimburse.store.db import Base

    return Base.metadata.tables
