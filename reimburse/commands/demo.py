"""``reimburse demo``: fictional invoices as files, to try uploads with."""

from pathlib import Path

import click

from reimburse.demo.seed import write_files


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="demo-files")
def demo(folder: Path) -> None:
    """Write fictional invoices of every format, right and wrong ones, into FOLDER (default: demo-files)."""
    try:
        count = write_files(folder)
    except OSError as refused:
        raise click.ClickException(f"{folder}: {refused.strerror}") from None
    click.echo(f"{folder}: {count} 个示例文件，内容见 truth.jsonl。 / {count} files, described in truth.jsonl.")
