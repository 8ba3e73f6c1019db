"""Insert a row unless its key is there already, in one statement on either database."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from reimburse.store.db import Base
from reimburse.store.kept import UNNOTED, inserted


def insert_if_absent(session: Session, row: type[Base], values: dict[str, Any]) -> bool:
    """Whether this call inserted the row. A concurrent insert of the same key is waited for."""
    key = tuple(getattr(row, str(column.key)) for column in inspect(row).primary_key)
    return bool(insert_all_absent(session, row, [values], key))


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
    statement = dialect.insert(row).values(list(values)).on_conflict_do_nothing().returning(*key)
    found = {tuple(one) for one in session.execute(statement, execution_options=UNNOTED)}
    inserted(session, row, found, key)
    return found
