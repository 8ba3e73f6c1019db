"""The digests of stored rows: read as they stand in the database, whoever wrote them."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from reimburse.domain.digests import digest
from reimburse.domain.personal import commitment, row_text, split
from reimburse.store.archive import PersonalSaltRow
from reimburse.store.kept_group import Group, Kept, Owner, among, chain_name, owner_of
from reimburse.store.kept_tables import OWNERS

AT_ONCE = 500
Digests = dict[Owner, dict[str, dict[str, str]]]
"""Digests by owner, table and key."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it stands: what it belongs to, its key, what it says of nobody and what it says of people."""

    owner: Owner
    key: str
    public: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, Any] = field(default_factory=dict)


def digests_of(session: Session, group: Group, owners: Collection[Owner], algorithm: str) -> Digests:
    """The digests of all rows of the group by owner; owners whose rows do not count now are left out.

    Salts that are missing are made: in the caller's transaction.
    """
    found: Digests = {owner: {} for owner in live_of(session, group, owners)}
    for owner, name, key, text in texts_of(session, group, list(found), algorithm, make=True):
        found[owner].setdefault(name, {})[key] = digest(algorithm, text.encode())
    for tables in found.values():
        for kept in group.tables:
            tables.setdefault(kept.name, {})
    return found


def texts_of(
    session: Session, group: Group, owners: Collection[Owner], algorithm: str, *, make: bool = False
) -> Iterator[tuple[Owner, str, str, str]]:
    """(owner, table, key, the text that the digest is of) of every row of the group."""
    for kept in group.tables:
        rows = rows_of(session, kept, owners)
        salts = salts_of(session, kept, [row.key for row in rows])
        for row in rows:
            if row.personal and make and row.key not in salts:
                salts[row.key] = _new_salt(session, group, kept, row)
            hidden = _hidden(algorithm, row, salts.get(row.key))
            yield row.owner, kept.name, row.key, row_text(kept.name, row.key, row.public, hidden)


def live_of(session: Session, group: Group, owners: Collection[Owner]) -> list[Owner]:
    """Those of these owners whose rows count now."""
    if group.live is None:
        return list(owners)
    owner: Any = OWNERS[group.family]
    return list(session.scalars(select(owner.id).where(owner.id.in_(owners), group.live)))


def owners_of(session: Session, kept: Kept, via_ids: Collection[int]) -> list[int]:
    """The owners that these ids of the table between lead to."""
    between: Any = kept.owners[0].class_
    return list(session.scalars(select(kept.owners[0]).where(between.id.in_(via_ids))))


def rows_of(session: Session, kept: Kept, owners: Collection[Owner]) -> list[Stored]:
    """The rows of these owners, in the order of their keys."""
    table = kept.table
    named = [column.label(f"kept_owner_{place}") for place, column in enumerate(kept.owners)]
    query = select(*named, *(table.c[name] for name in kept.columns)).select_from(table)
    if kept.via:
        between: Any = kept.owners[0].class_
        query = query.join(between, between.id == table.c[kept.via])
    if kept.counts:
        query = query.where(table.c[kept.counts].is_not(None))
    query = query.where(among(kept, owners)).order_by(*table.primary_key.columns)
    return [_stored(kept, row) for row in session.execute(query)] if owners else []


def key_of(table: Table, values: Any) -> str:
    """The key of a row: the values of its primary key."""
    return "/".join(str(values[column.name]) for column in table.primary_key.columns)


def salts_of(session: Session, kept: Kept, keys: Sequence[str]) -> dict[str, PersonalSaltRow]:
    """The salts of these rows, by key."""
    found: dict[str, PersonalSaltRow] = {}
    if not kept.personal:
        return found
    for start in range(0, len(keys), AT_ONCE):
        some = PersonalSaltRow.row_key.in_(keys[start : start + AT_ONCE])
        query = select(PersonalSaltRow).where(PersonalSaltRow.table_name == kept.name, some)
        found |= {row.row_key: row for row in session.scalars(query)}
    return found


def _stored(kept: Kept, found: Any) -> Stored:
    values = found._mapping
    row = Stored(owner_of(kept, found[: len(kept.owners)]), key_of(kept.table, values))
    for name in kept.columns:
        value = values[name]
        if name in kept.later and not value:
            continue
        if name not in kept.personal:
            row.public[name] = value
        elif isinstance(value, (dict, list)):
            row.public[name], about = split(value)
            row.personal.update({name: about} if about is not None else {})
        elif value and value != kept.blank.get(name):
            row.personal[name] = value
    return row


def _new_salt(session: Session, group: Group, kept: Kept, row: Stored) -> PersonalSaltRow:
    salt = PersonalSaltRow(
        chain=chain_name(group.family, row.owner), table_name=kept.name, row_key=row.key, salt=secrets.token_hex(16)
    )
    session.add(salt)
    return salt


def _hidden(algorithm: str, row: Stored, salt: PersonalSaltRow | None) -> str | None:
    """The salted digest within the row's; once erased, the one that was kept, as long as nothing came back."""
    if salt is not None and salt.erased_at is not None and not row.personal:
        return salt.digest
    return commitment(algorithm, (salt.salt if salt else None) or "", row.personal) if row.personal else None
