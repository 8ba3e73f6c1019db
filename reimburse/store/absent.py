"""Insert a row unless its key is there already, in one statement on either database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from reimburse.store.db import Base


def insert_if_absent(session: Session, row: type[Base], values: dict[str, Any]) -> bool:
    """Whether this call inserted the row. A concurrent insert of the same key is waited for."""
    if session.get_bind().dialect.name == "postgresql":
        inserted = session.execute(postgresql.insert(row).values(values).on_conflict_do_nothing().returning(row))
    else:
        inserted = session.execute(sqlite.insert(row).values(values).on_conflict_do_nothing().returning(row))
    return inserted.scalar() is not None


def insert_all_absent(
    session: Session,
    row: type[Base],
    values: Sequence[Mapping[str, Any]],
    key: Sequence[InstrumentedAttribute[Any]],
) -> set[tuple[Any, ...]]:
    """The keys of those that this call inserted; what is there already stays as it is."""
    if not values:
        return set()
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    inserted = session.execute(dialect.insert(row).values(list(values)).on_conflict_do_nothing().returning(*key))
    return {tuple(one) for one in inserted}
