"""How alembic finds the database and the tables: both come from the running app."""

import sqlite3

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from reimburse.store import rows
from reimburse.store.db import Base, db

context.config.attributes["tables"] = rows.__all__


def run() -> None:
    """Run the missing migrations on the app's own connection, each in its transaction."""
    with db.engine.connect() as connection:
        _let_tables_be_rebuilt(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


def _let_tables_be_rebuilt(connection: Connection) -> None:
    """SQLite drops and remakes a table to change it; with foreign keys on, that would take rows of others along."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute("PRAGMA foreign_keys=OFF")
        connection.detach()


if current_app:
    run()
