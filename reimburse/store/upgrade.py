"""Bring the database to the newest form."""

import flask_migrate
from sqlalchemy import Connection

from reimburse.store import guards
from reimburse.store.db import db


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
            guards.create(connection)


def _refuse_dangling(connection: Connection) -> None:
    """SQLite rebuilds a table with foreign keys off: see that none was left pointing nowhere."""
    if connection.dialect.name == "sqlite" and (row := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise RuntimeError(f"the migration left a row of {row[0]} pointing nowhere")
