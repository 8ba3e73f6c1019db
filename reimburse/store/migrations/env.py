"""How alembic finds the database and the tables: both come from the running app."""

from alembic import context
from flask import current_app

from reimburse.store import rows
from reimburse.store.db import Base, db

context.config.attributes["tables"] = rows.__all__


def run() -> None:
    """Run the missing migrations on the app's own connection, each in its transaction."""
    with db.engine.connect() as connection:
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


if current_app:
    run()
