"""``reimburse parse``: reads files, folders, archives and mails; a table for people or JSON Lines for programs."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from reimburse.commands.files import files_of, read_files
from reimburse.commands.reading_table import table_of
from reimburse.domain.invoice_json import Json

NOT_READ = 3
MOST_JOBS = 64
LEAST_WIDTH = 150


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each invoice found.")
@click.option(
    "--jobs", type=click.IntRange(1, MOST_JOBS), help="Files read at the same time. Default: one a processor."
)
def parse(paths: Sequence[Path], *, as_json: bool, jobs: int | None) -> None:
    """Read invoices from files, folders, ZIP archives and saved mails.

    Exit status 3 if a file could not be read as an invoice.
    """
    files = list(files_of(paths))
    if not files:
        click.echo("没有文件。 / There are no files.", err=True)
    shows_bar = bool(files) and not (as_json and sys.stdout.isatty())
    documents = _with_progress(read_files(files, jobs or min(4, os.cpu_count() or 1)), len(files), shown=shows_bar)
    all_read = _write_lines(documents) if as_json else _write_table(documents)
    raise SystemExit(0 if all_read else NOT_READ)


def _with_progress(read: Iterator[list[list[Json]]], count: int, *, shown: bool) -> Iterator[list[Json]]:
    """The readings of one document after another; the bar on standard error counts files."""
    columns = (TextColumn("读取 reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as progress:
        task = progress.add_task("", total=count)
        for documents in read:
            yield from documents
            progress.advance(task)


def _write_lines(documents: Iterator[list[Json]]) -> bool:
    all_read = True
    for readings in documents:
        for reading in readings:
            click.echo(json.dumps(reading, ensure_ascii=False).encode("utf-8", "replace"))
        all_read &= _is_read(readings)
    return all_read


def _write_table(documents: Iterator[list[Json]]) -> bool:
    read = list(documents)
    console = Console()
    if not console.is_terminal:
        console = Console(width=LEAST_WIDTH)
    console.print(table_of([reading for readings in read for reading in readings], console.width))
    return all(_is_read(readings) for readings in read)


def _is_read(readings: list[Json]) -> bool:
    return any(reading["invoice"] for reading in readings)
