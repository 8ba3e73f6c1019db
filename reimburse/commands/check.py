"""``reimburse check``: judges one claim given as JSON, without a database."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console
from rich.table import Table

from reimburse.domain.finding import CheckAnswer, Severity, Verdict
from reimburse.domain.finding_json import answer_to_json
from reimburse.settings import data_folder
from rules.changes import smallest_changes
from rules.claim_json import BadClaim, decode, facts_of
from rules.engine import check as judge
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
        answer = _answer(claim.read(), folder, as_of.date() if as_of else None)
    except (BadClaim, BadPolicy) as error:
        click.echo(f"{getattr(claim, 'name', '-') if isinstance(error, BadClaim) else folder}: {error}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(answer_to_json(answer), ensure_ascii=False))
    else:
        _show(answer)
    sys.exit(1 if answer.verdict in {Verdict.BLOCK, Verdict.RETURN} else 0)


def _answer(data: bytes, folder: Path | None, as_of: date | None) -> CheckAnswer:
    """The policy version is that of the day of submission, whatever the day of the check."""
    claim_file = decode(data)
    policy = load(folder or data_folder("config") / "policy").on(claim_file.claim.submitted_on)
    return judge(facts_of(claim_file, policy, as_of or claim_file.claim.submitted_on))


def _show(answer: CheckAnswer) -> None:
    console = Console(highlight=False)
    word, style = VERDICTS[answer.verdict]
    console.print(f"结论：[{style}]{word}[/]（政策 {answer.policy_version}）", soft_wrap=True)
    if answer.findings:
        console.print(_findings(answer))
    changes = smallest_changes(answer)
    if changes:
        console.print("需要做的：")
        for change in changes:
            place = f"{SUBJECTS[change.subject.kind]} {change.subject.id}"
            console.print(f"  □ {place}：{change.remedy.zh}（{'、'.join(change.rules)}）", markup=False, soft_wrap=True)
    for rule, missing in answer.coverage.could_not_run:
        console.print(f"未能检查 {rule}：缺 {', '.join(missing)}", markup=False, soft_wrap=True)


def _findings(answer: CheckAnswer) -> Table:
    table = Table("规则", "级别", "对象", "说明", "应为", "实为", "依据")
    for finding in answer.findings:
        table.add_row(
            finding.rule,
            SEVERITIES[finding.severity],
            f"{SUBJECTS[finding.subject.kind]} {finding.subject.id}",
            finding.message.zh,
            finding.expected,
            finding.found,
            finding.clause,
        )
    return table
