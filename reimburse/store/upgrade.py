"""Bring the database to the newest form."""

import flask_migrate


def upgrade() -> None:
    """Run the migrations that are missing. Needs an app context."""
    flask_migrate.upgrade()
