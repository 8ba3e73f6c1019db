"""Bring the database to the newest form."""

import flask_migrate
from sqlalchemy import Connection, func, insert, select

from reimburse.store import guards
from reimburse.store.archive import AdoptionRow
from reimburse.store.db import db
from reimburse.store.kept_tables import OWNERS


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
            _note_older_rows(connection)
            guards.create(connection)


def _note_older_rows(connection: Connection) -> None:
    """Note which rows are older than the archive: no event states them yet."""
    known = set(connection.scalars(select(AdoptionRow.family)))
    for family, owner in OWNERS.items():
        if family not in known:
            newest = connection.scalar(select(func.max(owner.__table__.c.id))) or 0
            connection.execute(insert(AdoptionRow).values(family=family, until_id=newest, done_id=0))


def _refuse_dangling(connection: Connection) -> None:
    """SQLite rebuilds a table with foreign keys off: see that none was left pointing nowhere."""
    if connection.dialect.name == "sqlite" and (row := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise RuntimeError(f"the migration left a row of {row[0]} pointing nowhere")
