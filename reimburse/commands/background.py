"""``reimburse worker`` and ``reimburse scheduler``: the background parts alone."""

import os
import sys
from pathlib import Path

import click

data_option = click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="Data folder (default: ./data)."
)


@click.command()
@data_option
def worker(data: Path | None) -> None:
    """Take jobs from the queue and run them."""
    _become("workers.run", data)


@click.command()
@data_option
def scheduler(data: Path | None) -> None:
    """Hand work to the queue, and ask for the daily work."""
    _become("workers.schedule", data)


def _become(module: str, data: Path | None) -> None:
    if data:
        os.environ["REIMBURSE_DATA"] = str(data.resolve())
    os.execv(sys.executable, [sys.executable, "-m", module])  # noqa: S606
