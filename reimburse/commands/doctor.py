"""``reimburse doctor``: what is missing and how to mend it."""

import os
import sys
from pathlib import Path

import click

from reimburse.app import open_app
from reimburse.services.operation.diagnosis import diagnose
from reimburse.settings import BadSetting, load


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Data folder (default: ./data).")
def doctor(data: Path | None) -> None:
    """Say what is missing and how to mend it; exit status 1 where something needed is not well."""
    folder = data or Path(os.environ.get("REIMBURSE_DATA", "data"))
    try:
        _refuse_nothing(folder)
        app = open_app(folder, os.environ)
    except BadSetting as bad:
        raise click.ClickException(str(bad)) from None
    with app.app_context():
        parts = diagnose()
    for part in parts:
        mark = "✓" if part.well else ("✗" if part.needed else "·")
        click.echo(f"{mark} {part.name.zh} / {part.name.en}: {part.found}")
        if part.remedy and not part.well:
            click.echo(f"    {part.remedy.zh} / {part.remedy.en}")
    sys.exit(0 if all(part.well or not part.needed for part in parts) else 1)


def _refuse_nothing(folder: Path) -> None:
    """A folder in which nothing was installed is left as it is."""
    if not load(folder, os.environ).database_url and not (folder / "secret_key").is_file():
        zh, en = (
            f"{folder} 里还没有安装：先运行 reimburse up",
            f"nothing is installed in {folder}: run reimburse up first",
        )
        raise click.ClickException(f"{zh} / {en}")
