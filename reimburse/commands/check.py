"""``reimburse check``: judges one claim given as JSON, without a database."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reimburse.domain.finding import CheckAnswer, Finding, Severity, Subject, Verdict
from reimburse.domain.finding_json import answer_to_json
from reimburse.domain.invoice_json import Json
from reimburse.settings import data_folder
from rules.changes import Ties, smallest_changes, ties
from rules.claim_json import BadClaim, check_references, decode, facts_of
from rules.engine import check as judge
from rules.facts import Facts
from rules.plain_words import plain
from rules.policy import load
from rules.policy_files import BadPolicy

VERDICTS = {
    Verdict.PASS: ("通过", "green"),
    Verdict.WARN: ("通过，有提示", "yellow"),
    Verdict.APPROVAL: ("须特批", "yellow"),
    Verdict.RETURN: ("退回", "red"),
    Verdict.BLOCK: ("阻断", "bold red"),
}
SEVERITIES = {
    Severity.BLOCK: "阻断",
    Severity.RETURN: "退回",
    Severity.APPROVAL: "特批",
    Severity.WARN: "提示",
    Severity.INFO: "信息",
}
SUBJECTS = {"claim": "报销单", "line": "明细", "invoice": "发票", "attachment": "附件"}


@click.command()
@click.argument("claim", type=click.File("rb"))
@click.option(
    "--policy", "folder", type=click.Path(path_type=Path), help="The policy folder; default: the shipped one."
)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day of the check; default: the day of submission."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def check(claim: BinaryIO, folder: Path | None, as_of: datetime | None, as_json: bool) -> None:
    """检查一张报销单。 Judge one claim given as JSON (CLAIM.json, or - for standard input)."""
    try:
        facts = _facts(claim.read(), folder, as_of.date() if as_of else None)
    except (BadClaim, BadPolicy) as error:
        click.echo(f"{getattr(claim, 'name', '-') if isinstance(error, BadClaim) else folder}: {error}", err=True)
        sys.exit(2)
    answer = judge(facts)
    if as_json:
        click.echo(json.dumps(_as_agreed(answer), ensure_ascii=False))
    else:
        _show(answer, ties(facts))
    sys.exit(1 if answer.verdict in {Verdict.BLOCK, Verdict.RETURN} else 0)


def _facts(data: bytes, folder: Path | None, as_of: date | None) -> Facts:
    """The policy version is that of the day of submission, whatever the day of the check."""
    claim_file = decode(data)
    check_references(claim_file)
    policy = load(folder or data_folder("config") / "policy").on(claim_file.claim.submitted_on)
    return facts_of(claim_file, policy, as_of or claim_file.claim.submitted_on)


def _show(answer: CheckAnswer, tied: Ties) -> None:
    console = Console(highlight=False, soft_wrap=True)
    word, style = VERDICTS[answer.verdict]
    console.print(f"结论：[{style}]{word}[/]（政策 {answer.policy_version}）")
    for finding in answer.findings:
        console.print(_block(finding))
    changes = smallest_changes(answer.findings, tied)
    if changes:
        console.print("需要做的：")
    for change in changes:
        console.print(f"  □ {_place(change.subject)}：{change.remedy.zh}（{'、'.join(change.rules)}）", markup=False)
    for rule, missing in answer.coverage.could_not_run:
        console.print(f"未能检查 {rule}：缺 {', '.join(missing)}", markup=False)


def _block(finding: Finding) -> Table:
    """One finding: its head, then what was found, what was expected, and what to do."""
    table = Table.grid(padding=(0, 2), expand=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    head = f"{finding.title.zh}  {_place(finding.subject)}  {finding.clause}"
    table.add_row(SEVERITIES[finding.severity], finding.rule, escape(head))
    table.add_row("", "说明", escape(finding.message.zh))
    table.add_row("", "现为", escape(plain(finding.found).zh))
    table.add_row("", "应为", escape(plain(finding.expected).zh))
    for remedy in finding.remedies:
        table.add_row("", "改法", escape(remedy.zh))
    return table


def _place(subject: Subject) -> str:
    return f"{SUBJECTS[subject.kind]} {subject.id}"


def _as_agreed(answer: CheckAnswer) -> Json:
    """The answer with the contract's keys: a finding has one title, the Chinese one."""
    told = answer_to_json(answer)
    for finding in told["findings"]:
        del finding["title_en"]
    return told
