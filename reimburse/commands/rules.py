"""``reimburse rules``: the rule table."""

import json
import sys
import tomllib
from datetime import date
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from reimburse.settings import data_folder
from rules.policy import Policy, load
from rules.policy_files import BadPolicy
from rules.table import markdown, rows

CASES = Path(__file__).resolve().parents[2] / "tests" / "rules" / "cases"


@click.command()
@click.option(
    "--policy", "folder", type=click.Path(path_type=Path), help="The policy folder; default: the shipped one."
)
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the table as the README embeds it.")
def rules(folder: Path | None, as_json: bool, as_markdown: bool) -> None:
    """规则表。 List every rule with its clause, severity and parameters."""
    try:
        policy = load(folder or data_folder("config") / "policy").on(date.max)
    except BadPolicy as error:
        click.echo(f"{folder}: {error}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(rows(policy, tests_counted()), ensure_ascii=False))
    elif as_markdown:
        click.echo(markdown(policy, tests_counted() or {}), nl=False)
    else:
        Console(highlight=False).print(_table(policy))


NARROW = {"代码": 5, "规则": 14, "参数": 16}
"""Columns, in characters, that stay readable in a narrow window."""


def tests_counted() -> dict[str, int] | None:
    """The number of cases in each rule's table; None away from a checkout, where the tables are not at hand."""
    tables = [tomllib.loads(path.read_text("utf-8")) for path in sorted(CASES.glob("*.toml"))]
    return {table["rule"]: len(table["case"]) for table in tables} or None


def _table(policy: Policy) -> Table:
    heads = ("代码", "规则", "依据", "级别", "状态", "用例", "参数")
    table = Table(*(Column(head, overflow="fold", min_width=NARROW.get(head)) for head in heads), box=SIMPLE_HEAD)
    for row in rows(policy, tests_counted()):
        parameters = "\n".join(f"{item['name']}={item['value']}" for item in row["parameters"])
        table.add_row(
            row["code"],
            row["title"],
            row["clause"],
            row["severity"],
            row["ends_as"],
            str(row["tests"] or ""),
            parameters,
        )
    return table
