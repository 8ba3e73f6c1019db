"""``reimburse db``: housekeeping of the database."""

import os
from pathlib import Path

import click

from reimburse.app import open_app
from reimburse.store.upgrade import upgrade as bring_up_to_date


@click.group()
def db() -> None:
    """Housekeeping of the database."""


@db.command()
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Data folder (default: ./data).")
def upgrade(data: Path | None) -> None:
    """Bring the database to the newest form."""
    app = open_app(data or Path(os.environ.get("REIMBURSE_DATA", "data")), os.environ)
    with app.app_context():
        bring_up_to_date()
    click.echo("数据库已是最新。 / The database is up to date.")
