"""``reimburse statement``: reads bank, card and wallet statements; a table for people or JSON Lines for programs."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import click
from rich.console import Console

from parsers.document import Document
from parsers.sandbox import Sandbox
from parsers.sandbox_process import Limits
from parsers.statements import (
    BadProfile,
    NotAStatement,
    OverLimit,
    PasswordNeeded,
    Profiles,
    StatementError,
    load_profiles,
)
from parsers.statements.sandboxed import read_statement_in
from reimburse.commands.statement_table import show, show_problem
from reimburse.domain.finding import Text
from reimburse.domain.money import ZERO, money_text
from reimburse.domain.statement import Direction, Statement, StatementRow
from reimburse.domain.statement_json import Json, row_to_json, skipped_to_json
from reimburse.settings import data_folder

NOT_READ = 3
LEAST_WIDTH = 160
LIMITS = Limits(wall_s=120, cpu_s=110)
"""Nobody waits in a browser: a year of a busy account may take a while."""

Answer = tuple[Statement, ...] | StatementError


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller said about the files."""

    profile: str | None
    password: str | None = field(repr=False)


@click.command()
@click.argument(
    "paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--profile", help="The layout to use; default: the one whose columns the file has.")
@click.option("--password", help="Opens a wallet's locked archive; asked for where it is missing.")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder with layouts of your own (default: ./data).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: every row, then each file's sums.")
def statement(
    paths: Sequence[Path], *, profile: str | None, password: str | None, data: Path | None, as_json: bool
) -> None:
    """读取银行、信用卡、钱包账单。 Read bank, card and wallet statements: CSV, XLS, XLSX, HTML, XBRL or a ZIP of these.

    Exit status 3 if a file could not be read as a statement; rows left out are listed with the reason.
    """
    profiles = _profiles(data or Path(os.environ.get("REIMBURSE_DATA", "data")), profile)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=LEAST_WIDTH)
    all_read = True
    with Sandbox(LIMITS) as sandbox:
        for path in paths:
            name = os.fsencode(path).decode("utf-8", "replace")
            answer = _answer(sandbox, path, profiles, Asked(profile, password))
            all_read &= not isinstance(answer, StatementError)
            if as_json:
                _write(name, answer)
            elif isinstance(answer, StatementError):
                show_problem(console, name, answer)
            else:
                show(console, name, answer)
    raise SystemExit(0 if all_read else NOT_READ)


def _profiles(data: Path, wanted: str | None) -> Profiles:
    try:
        profiles = load_profiles(data_folder("config") / "statements", data / "statements")
    except BadProfile as problem:
        raise click.UsageError(f"{problem}") from None
    if wanted is not None and wanted not in profiles.names:
        raise click.UsageError(
            f"没有账单样式 {wanted} / There is no layout {wanted}; known are: {', '.join(profiles.names)}"
        )
    return profiles


def _answer(sandbox: Sandbox, path: Path, profiles: Profiles, asked: Asked) -> Answer:
    """The file's statements, or why there are none; a missing password is asked for where there is someone to ask."""
    if not path.is_file():
        return NotAStatement(Text("一个设备或管道", "a device or a pipe"))
    if path.stat().st_size > LIMITS.document_mib << 20:
        return OverLimit()
    document = Document(path.name, path.read_bytes())
    try:
        return read_statement_in(sandbox, document, profiles, profile=asked.profile, password=asked.password)
    except PasswordNeeded as problem:
        if not sys.stdin.isatty():
            return problem
    except StatementError as problem:
        return problem
    password = click.prompt(f"{path.name} 的密码 / password", hide_input=True, err=True)
    return _answer(sandbox, path, profiles, Asked(asked.profile, password))


def _write(name: str, answer: Answer) -> None:
    for line in _lines(name, answer):
        click.echo(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace"))


def _lines(name: str, answer: Answer) -> Iterator[Json]:
    if isinstance(answer, StatementError):
        error = {"code": answer.code, "message": str(answer)}
        yield {"file": name, "rows": 0, "in": None, "out": None, "skipped": [], "error": error}
        return
    for profile, row in _in_file_order(answer):
        yield {"file": name, "profile": profile, **row_to_json(row)}
    yield _summary(name, answer)


def _in_file_order(statements: Sequence[Statement]) -> Iterator[tuple[str, StatementRow]]:
    """The rows as they stand in the file, though those of several accounts may be mixed."""
    for _, group in groupby(statements, key=lambda found: found.part):
        rows = [(found.profile, row) for found in group for row in found.rows]
        yield from sorted(rows, key=lambda pair: pair[1].row)


def _summary(name: str, statements: Sequence[Statement]) -> Json:
    """The file's sums; those of several currencies are added up as they stand, and told apart beside."""
    rows = [row for found in statements for row in found.rows]
    skipped = [skipped_to_json(left) for found in statements for left in found.skipped]
    sums = {way.value: money_text(_sum(rows, way)) for way in (Direction.IN, Direction.OUT)}
    summary = {"file": name, "rows": len(rows), **sums, "skipped": skipped}
    currencies = sorted({row.currency for row in rows})
    if len(currencies) > 1:
        summary["by_currency"] = {
            currency: {
                way: money_text(_sum([row for row in rows if row.currency == currency], Direction(way))) for way in sums
            }
            for currency in currencies
        }
    return summary


def _sum(rows: Sequence[StatementRow], way: Direction) -> Decimal:
    return sum((row.amount for row in rows if row.direction is way), ZERO)
