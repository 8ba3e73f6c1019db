"""How the archive is told of a table: whose rows they are, what their digest covers, what of it is about a person."""

import functools
import operator
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, String, Table, cast, func, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from reimburse.store.db import Base
from reimburse.store.events import STATED

Owner = int | tuple[Any, ...]
"""What rows belong to: its id, or its key."""
ESCAPES = (("%", "%25"), (":", "%3A"))
"""What a part of a key may not hold within the name of a chain."""
Column = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A table whose rows are stated by digest.

    ``owner`` is the column with the id of what they belong to, or the columns of its key; where it stands in another
    table, ``via`` names the own column that leads there by id. ``out`` are columns that may change without trace;
    ``personal`` those about people, in whole or (JSON) in part; ``blank`` what an erased text column holds instead of
    nothing. ``later`` are columns that came with a later release: they count where they hold something, so that the
    digests of older rows stay what they were. ``counts``: only rows where this column holds something. ``watch``:
    relationships that change the group without a row of it being touched.
    """

    row: type[Base]
    owner: Column | tuple[Column, ...]
    out: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()
    blank: Mapping[str, str] = field(default_factory=dict)
    via: str | None = None
    counts: str | None = None
    watch: tuple[str, ...] = ()
    later: frozenset[str] = frozenset()

    @property
    def table(self) -> Table:
        """The table itself."""
        table = self.row.__table__
        assert isinstance(table, Table)
        return table

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def owners(self) -> tuple[Column, ...]:
        """The columns that name what a row belongs to."""
        return self.owner if isinstance(self.owner, tuple) else (self.owner,)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the digest covers."""
        return tuple(column.name for column in self.table.columns if column.name not in self.out)


@dataclass(frozen=True, slots=True)
class Group:
    """Tables that are stated together whenever a row of them changes.

    ``family`` is what the chain is named after: ``family:id``. ``kind`` names the event that states them where nothing
    else happened on the chain. ``live``: the owners whose rows count now; the rows of others may change freely.
    ``sticky``: an owner that counted once counts for ever. ``since`` marks groups that came to be kept later
    than the rest: their older rows are taken in as they are found.
    """

    family: str
    tables: tuple[Kept, ...]
    kind: str = STATED
    live: ColumnElement[bool] | None = None
    sticky: bool = True
    since: str = ""

    @property
    def adoption(self) -> str:
        """What the taking in of older rows is called."""
        return f"{self.family}{self.since}"

    @property
    def keyed(self) -> bool:
        """Whether what owns the rows is known by a key instead of an id."""
        return isinstance(self.tables[0].owner, tuple)


def names(*columns: str) -> frozenset[str]:
    """These columns."""
    return frozenset(columns)


def steps(row: type[Base], owner: Column) -> Kept:
    """Steps count once they are decided."""
    return Kept(row, owner, names("reminded_on", "escalated_at"), names("reason"), counts="decided_at")


def chain_name(family: str, owner: Owner) -> str:
    """The chain of an owner: ``claim:7``, ``key::26990000000000000001``."""
    parts = owner if isinstance(owner, tuple) else (owner,)
    return ":".join((family, *(_escaped(str(part)) for part in parts)))


def chain_names(family: str, kept: Kept) -> ColumnElement[str]:
    """The same as the database computes it, over the rows of a table."""
    if not isinstance(kept.owner, tuple):
        return literal(f"{family}:") + cast(kept.owner, String)
    parts: list[ColumnElement[str]] = []
    for column in kept.owner:
        text: ColumnElement[str] = cast(column, String)
        for old, new in ESCAPES:
            text = func.replace(text, old, new)
        parts.append(literal(":") + text)
    return functools.reduce(operator.add, parts, literal(family))


def key_in(family: str, chain: str, keys: Mapping[str, tuple[type, ...]]) -> Owner | None:
    """What the chain is named after; None where it is neither an id nor a key of its family."""
    rest = chain.partition(":")[2]
    if family not in keys:
        return int(rest) if rest.isdecimal() else None
    parts, types = rest.split(":"), keys[family]
    if len(parts) != len(types):
        return None
    return tuple(kind(_plain(part)) for kind, part in zip(types, parts, strict=True))


def among(kept: Kept, owners: Collection[Owner]) -> ColumnElement[bool]:
    """That a row of this table belongs to one of these owners."""
    return tuple_(*kept.owner).in_(owners) if isinstance(kept.owner, tuple) else kept.owner.in_(owners)


def owner_of(kept: Kept, values: Sequence[Any]) -> Owner:
    """The owner whose columns hold these values."""
    return tuple(values) if isinstance(kept.owner, tuple) else int(values[0])


def _escaped(text: str) -> str:
    for old, new in ESCAPES:
        text = text.replace(old, new)
    return text


def _plain(text: str) -> str:
    for old, new in reversed(ESCAPES):
        text = text.replace(new, old)
    return text
