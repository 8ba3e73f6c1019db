"""Insert a row unless its key is there already, in one statement on either database."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from reimburse.store.db import Base


def insert_if_absent(session: Session, row: type[Base], values: dict[str, Any]) -> bool:
    """Whether this call inserted the row. A concurrent insert of the same key is waited for."""
    if session.get_bind().dialect.name == "postgresql":
        inserted = session.execute(postgresql.insert(row).values(values).on_conflict_do_nothing().returning(row))
    else:
        inserted = session.execute(sqlite.insert(row).values(values).on_conflict_do_nothing().returning(row))
    return inserted.scalar() is not None
