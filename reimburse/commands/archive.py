"""``reimburse archive``: is everything as it was? Seals, and packages that prove themselves."""

import os
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from reimburse.commands.stored import app_of
from reimburse.domain.archive_words import table_words
from reimburse.domain.finding import Text
from reimburse.export import verifier
from reimburse.services.archive import archive_erased, archive_erasure, archive_package, archive_seals, archive_verify
from reimburse.services.archive.archive_names import Problem
from reimburse.services.archive.archive_package import Scope
from reimburse.services.errors import Refused
from reimburse.store.db import db, reading
from reimburse.store.people import PersonRow

DATA = click.option("--data", type=click.Path(path_type=Path), default=None, help="Data folder (default: ./data).")
EVERY = 200
WORDS = {"chains": "链 chains", "events": "事件 events", "seals": "封存 seals", "files": "文件 files"}


@click.group()
def archive() -> None:
    """档案。 The archive."""


@archive.command()
@click.argument("package", required=False, type=click.Path(exists=True, path_type=Path))
@DATA
def verify(package: Path | None, data: Path | None) -> None:
    """校验整个档案，或一个档案包。 Check every chain, seal, stored row and file; or a package, without a database."""
    if package is not None:
        if package.is_file() and not zipfile.is_zipfile(package):
            words = "不是完整的 ZIP 档案包 / not a package: not a ZIP, or one that was cut short"
            raise click.ClickException(f"{package}: {words}")
        _tell(Problem("member", Text(line, line)) for line in verifier.problems(package))
        return
    app = app_of(data or Path(os.environ.get("REIMBURSE_DATA", "data")))
    with app.app_context():
        try:
            _tell_erasures()
            looked_at = _LookedAt()
            _tell(archive_verify.problems(looked_at), looked_at.end)
        except DatabaseError as broken:
            raise click.ClickException(
                "数据库无法读取，请运行 reimburse db upgrade / The database cannot be read: run reimburse db upgrade. "
                + str(broken.orig).partition("\n")[0]
            ) from None


@archive.command()
@click.argument("claim_no", nargs=-1, required=True)
@click.option("--by", required=True, help="Sign-in name of the finance head who answers for it.")
@click.option("--reason", required=True, help="Why: it stays on record.")
@DATA
def erase(claim_no: tuple[str, ...], by: str, reason: str, data: Path | None) -> None:
    """删除期满报销单的个人信息。 Erase the personal data of claims whose days are over."""
    app = app_of(data or Path(os.environ.get("REIMBURSE_DATA", "data")))
    with app.app_context():
        person = db.session.scalar(select(PersonRow).where(PersonRow.login == by.lower(), PersonRow.active))
        if person is None:
            raise click.UsageError(f"没有账号 {by} / There is no account {by}.")
        for number in claim_no:
            try:
                erasure_id = archive_erasure.erase(person, number, reason)
            except Refused as refused:
                raise click.ClickException(f"{number}: {refused.text.zh} / {refused.text.en}") from None
            gone = archive_erasure.remove_erased(erasure_id)
            click.echo(f"{number}: 已删除个人信息，文件 {gone} 个 / personal data erased, {gone} files")


@archive.command()
@DATA
def seal(data: Path | None) -> None:
    """封存：把所有链头归于一个根。 Bring the heads of all chains that moved under one root."""
    app = app_of(data or Path(os.environ.get("REIMBURSE_DATA", "data")))
    with app.app_context():
        numbers = archive_seals.seal()
        newest = archive_seals.newest()
    if newest is None:
        click.echo("没有可封存的事件。 / There is nothing to seal.")
        return
    made = "、".join(map(str, numbers)) or "–"
    click.echo(f"新封存 / new seals: {made}；最新 / newest: {newest.number} {newest.made_at.isoformat()} {newest.hash}")


@archive.command()
@click.argument("batch_no", required=False)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Batches exported on this day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Batches exported on this day or earlier.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@DATA
def package(
    batch_no: str | None, since: datetime | None, until: datetime | None, output: Path | None, data: Path | None
) -> None:
    """导出批次或期间的档案包。 Write the package of a batch or of a period, which proves itself."""
    if (batch_no is None) == (since is None or until is None):
        raise click.UsageError("请给出批次号，或 --since 和 --until / Name a batch, or both --since and --until.")
    app = app_of(data or Path(os.environ.get("REIMBURSE_DATA", "data")))
    scope = Scope(batch_no, since.date() if since else None, until.date() if until else None)
    with app.app_context(), reading() as session:
        try:
            pieces = archive_package.package(session, scope)
        except Refused as refused:
            raise click.ClickException(f"{refused.text.zh} / {refused.text.en}") from None
        path = output or Path(scope.name)
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
    click.echo(f"{path} ({path.stat().st_size:,} bytes)")


def _tell_erasures() -> None:
    """What was erased by law is said, so that nobody takes it for a gap."""
    with reading() as session:
        for erased in archive_erased.erasures(session):
            rows = "  ".join(f"{table_words(name).en} {number}" for name, number in erased.counted.items())
            words = "个人信息已依法删除 / personal data erased by law"
            click.echo(f"· {erased.claim_no}: {words} {erased.at:%Y-%m-%d} · {erased.by} · {erased.reason} ({rows})")


def _tell(problems: Iterator[Problem], afterwards: Callable[[], None] = lambda: None) -> None:
    """Print each problem as it is found; exit status 1 where there is one."""
    number = 0
    for problem in problems:
        number += 1
        same = problem.text.zh == problem.text.en
        click.echo(f"✗ {problem.text.en}" if same else f"✗ {problem.text.zh} / {problem.text.en}")
    afterwards()
    if number:
        click.echo(f"发现 {number} 处问题。 / Problems found: {number}.")
        sys.exit(1)
    click.echo("档案完好。 / The archive is as it was.")


class _LookedAt:
    """How much was looked at so far: told now and then, and in the end."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()

    def __call__(self, counted: Counter[str]) -> None:
        self.counted = counted
        if sum(counted.values()) % EVERY == 0:
            self.tell()

    def tell(self) -> None:
        """Write the counts over those told before."""
        done = "  ".join(f"{words} {self.counted[name]}" for name, words in WORDS.items())
        click.echo(f"\r{done}", nl=False, err=True)

    def end(self) -> None:
        """Write the last counts, and leave the line."""
        self.tell()
        click.echo(err=True)
