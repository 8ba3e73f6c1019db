"""``reimburse policy``: try a draft policy on the claims that are stored."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DatabaseError

from reimburse.commands.stored import app_of
from reimburse.services.policy import policies, simulations
from rules.policy import Policy, load
from rules.policy_diff import differences
from rules.policy_files import BadPolicy
from rules.simulation import Outcome, Tally, judged_again

KINDS = {
    "returns": ("将被退回", "red"),
    "passes": ("将不再退回", "green"),
    "stricter": ("将更严", "yellow"),
    "milder": ("将更松", "cyan"),
    "reasons": ("结论不变，理由不同", ""),
    "approvals": ("审批层级改变", "yellow"),
    "unreadable": ("事实无法读取，未判断", "red"),
    "same": ("不变", ""),
}


@click.group()
def policy() -> None:
    """报销政策。 The expense policy."""


@policy.command()
@click.option(
    "--policy", "folder", type=click.Path(path_type=Path), required=True, help="The draft: its last version judges."
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only claims submitted on this day or later.")
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Data folder (default: ./data).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines: each claim that changes, then the sum.")
def simulate(folder: Path, since: datetime | None, data: Path | None, as_json: bool) -> None:
    """按草案政策重判已存的报销单，列出差异。 Judge the stored claims again under a draft policy; print what changes."""
    try:
        draft = load(folder).on(date.max)
    except BadPolicy as error:
        click.echo(f"{folder}: {error}", err=True)
        sys.exit(2)
    app = app_of(data or Path(os.environ.get("REIMBURSE_DATA", "data")))
    with app.app_context():
        try:
            show = _print_json if as_json else _print_text
            show(draft, _outcomes(draft, since.date() if since else None))
        except DatabaseError as broken:
            raise click.ClickException(
                "数据库无法读取，请运行 reimburse db upgrade / The database cannot be read: run reimburse db upgrade. "
                + str(broken.orig).partition("\n")[0]
            ) from None


def _outcomes(draft: Policy, since: date | None) -> Iterator[Outcome]:
    return (judged_again(case, draft) for _, case in simulations.cases(since))


def _print_json(draft: Policy, outcomes: Iterator[Outcome]) -> None:
    tally = Tally()
    for outcome in outcomes:
        tally.add(outcome)
        if outcome.kind != "same":
            click.echo(msgspec.json.encode(outcome).decode())
    said = msgspec.to_builtins(tally, str_keys=True)
    total = {name: value for name, value in said.items() if name != "shown"}
    total |= {"policy_version": draft.version, "people": len(tally.people)}
    click.echo(json.dumps({"summary": total}, ensure_ascii=False))


def _print_text(draft: Policy, outcomes: Iterator[Outcome]) -> None:
    console, tally = Console(highlight=False, soft_wrap=True), Tally()
    in_force = policies.in_force()
    console.print(f"政策 {in_force.version} → {draft.version}", markup=False)
    for item in differences(in_force, draft):
        console.print(f"  {item.file} {item.key}（{item.name.zh}）: {item.old.zh} → {item.new.zh}", markup=False)
    for outcome in outcomes:
        tally.add(outcome)
        if outcome.kind != "same":
            console.print(_line(outcome), markup=False)
    _sums(console, tally)


def _line(outcome: Outcome) -> str:
    if outcome.kind == "unreadable":
        return f"? {outcome.claim_no}  {KINDS['unreadable'][0]}"
    changes = [*(f"+{code}" for code in outcome.gained), *(f"-{code}" for code in outcome.lost)]
    if outcome.kind == "approvals":
        before, after = ("+".join(steps) or "none" for steps in (outcome.steps_before, outcome.steps_after))
        changes.append(f"approval {before} → {after}")
    who = f"{outcome.employee}（{outcome.department}）"
    return f"{outcome.claim_no}  {outcome.before} → {outcome.after}  {outcome.amount:,.2f}  {who}  {'，'.join(changes)}"


def _sums(console: Console, tally: Tally) -> None:
    table = Table("结果", "报销单", "金额（元）")
    for kind, (words, style) in KINDS.items():
        of_kind = tally.sum_of(kind)
        if of_kind.claims or kind in {"returns", "passes"}:
            table.add_row(words, str(of_kind.claims), f"{of_kind.amount:,.2f}", style=style)
    console.print(table)
    rules = Table("规则与级别", "新增", "减少")
    for code in sorted({*tally.gained, *tally.lost}):
        rules.add_row(code, str(tally.gained.get(code, 0)), str(tally.lost.get(code, 0)))
    if rules.row_count:
        console.print(rules)
    console.print(f"共重判 {tally.judged} 张，涉及 {len(tally.people)} 人。")
