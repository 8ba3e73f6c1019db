"""Bring the database to the newest form."""

import flask_migrate
from sqlalchemy import Connection, func, insert, select

from reimburse.store import guards
from reimburse.store.archive import AdoptionRow
from reimburse.store.db import db
from reimburse.store.kept_tables import GROUPS, OWNERS


def upgrade(revision: str = "head") -> None:
    """Run the migrations that are missing, and set the guards anew. Needs an app context.

    The guards are down meanwhile: they name columns that a migration may move. Nobody else writes during an upgrade.
    """
    with db.engine.begin() as connection:
        guards.drop(connection)
    flask_migrate.upgrade(revision=revision)
    if revision == "head":
        with db.engine.begin() as connection:
            _refuse_dangling(connection)
            note_older_rows(connection)
            guards.create(connection)


def note_older_rows(connection: Connection) -> None:
    """Note which rows are older than their being kept: no event states them yet."""
    known = set(connection.scalars(select(AdoptionRow.family)))
    for adoption, group in {group.adoption: group for group in GROUPS}.items():
        if adoption not in known:
            until = _rows_of(connection, adoption) if group.keyed else _newest_of(connection, group.family)
            connection.execute(insert(AdoptionRow).values(family=adoption, until_id=until, done_id=0))


def _newest_of(connection: Connection, family: str) -> int:
    return connection.scalar(select(func.max(OWNERS[family].__table__.c.id))) or 0


def _rows_of(connection: Connection, adoption: str) -> int:
    """How many rows wait in the tables whose owners have no id."""
    tables = [kept.table for group in GROUPS if group.adoption == adoption for kept in group.tables]
    return sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def _refuse_dangling(connection: Connection) -> None:
    """SQLite rebuilds a table with foreign keys off: see that none was left pointing nowhere."""
    if connection.dialect.name == "sqlite" and (row := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise RuntimeError(f"the migration left a row of {row[0]} pointing nowhere")
