"""``reimburse archive``: is everything as it was? Seals, and packages that prove themselves."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.exc import DatabaseError

from reimburse.app import open_app
from reimburse.services import archive_seals, archive_verify
from reimburse.services.archive_names import Problem
from reimburse.settings import BadSetting

DATA = click.option("--data", type=click.Path(path_type=Path), default=None, help="Data folder (default: ./data).")
EVERY = 200
WORDS = {"chains": "链 chains", "events": "事件 events", "seals": "封存 seals", "files": "文件 files"}


@click.group()
def archive() -> None:
    """档案。 The archive."""


@archive.command()
@DATA
def verify(data: Path | None) -> None:
    """校验整个档案。 Check every chain, seal, stored row and file."""
    app = _app(data or Path(os.environ.get("REIMBURSE_DATA", "data")))
    with app.app_context():
        try:
            _tell(archive_verify.problems(_progress()))
        except DatabaseError as broken:
            raise click.ClickException(
                "数据库无法读取，请运行 reimburse db upgrade / The database cannot be read: run reimburse db upgrade. "
                + str(broken.orig).partition("\n")[0]
            ) from None


@archive.command()
@DATA
def seal(data: Path | None) -> None:
    """封存：把所有链头归于一个根。 Bring the heads of all chains that moved under one root."""
    app = _app(data or Path(os.environ.get("REIMBURSE_DATA", "data")))
    with app.app_context():
        numbers = archive_seals.seal()
        newest = archive_seals.newest()
    if newest is None:
        click.echo("没有可封存的事件。 / There is nothing to seal.")
        return
    made = "、".join(map(str, numbers)) or "–"
    click.echo(f"新封存 / new seals: {made}；最新 / newest: {newest.number} {newest.made_at.isoformat()} {newest.hash}")


def _app(data: Path) -> Flask:
    """The app of a folder that is there already: nothing is made by looking."""
    if not data.is_dir():
        raise click.UsageError(f"数据目录不存在：{data} / There is no data folder {data}: name it with --data.")
    try:
        return open_app(data, os.environ)
    except BadSetting as bad:
        raise click.ClickException(str(bad)) from None


def _tell(problems: Iterator[Problem]) -> None:
    """Print each problem as it is found; exit status 1 where there is one."""
    number = 0
    for problem in problems:
        number += 1
        click.echo(f"✗ {problem.text.zh} / {problem.text.en}")
    if number:
        click.echo(f"发现 {number} 处问题。 / {number} problems found.")
        sys.exit(1)
    click.echo("档案完好。 / The archive is as it was.")


def _progress() -> archive_verify.Progress:
    def tell(counted: Counter[str]) -> None:
        if sum(counted.values()) % EVERY == 0:
            done = "  ".join(f"{words} {counted[name]}" for name, words in WORDS.items())
            click.echo(f"\r{done}", nl=False, err=True)

    return tell
