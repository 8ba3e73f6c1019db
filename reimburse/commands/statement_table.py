"""Statements as tables that a person can read, with what they add up to and what was left out."""

import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from parsers.statements import StatementError
from reimburse.domain.money import ZERO
from reimburse.domain.statement import Direction, Nature, Statement, StatementRow

WAYS = {
    Direction.IN: ("收入 in", "green"),
    Direction.OUT: ("支出 out", ""),
    Direction.NEUTRAL: ("不计 neutral", "dim"),
}
NATURES = {
    Nature.PAYMENT: "",
    Nature.REFUND: "退款 refund",
    Nature.REVERSAL: "冲正 reversal",
    Nature.CLOSED: "已关闭 closed",
    Nature.TRANSFER: "自己账户间 transfer",
    Nature.FEE: "手续费 fee",
}
HEADING = ("行 row", "时间 time", "收支", "金额 amount", "对方 payee", "摘要 memo", "状态 status", "类别 kind")


def show(console: Console, name: str, statements: Sequence[Statement]) -> None:
    """One table a statement, then its sums, what the file says of them itself, and the rows left out."""
    for found in statements:
        heading = [name, found.part, found.profile, found.account]
        console.print(Text(" · ".join(plain(text) for text in heading if text), "bold"))
        if found.rows:
            console.print(_table(found.rows))
        for line in (*_sums(found), *_differences(found)):
            console.print(Text(line))
        for left in found.skipped:
            console.print(
                Text(
                    f"未读 skipped  第 {left.row} 行：{plain(left.why.zh)} / row {left.row}: {plain(left.why.en)}",
                    "yellow",
                )
            )


def show_problem(console: Console, name: str, problem: StatementError) -> None:
    """Why a file gave no statement."""
    console.print(Text(f"{plain(name)}: {plain(str(problem))}", "red"))


def _table(rows: Sequence[StatementRow]) -> Table:
    table = Table(*HEADING, header_style="bold", row_styles=("", "on grey7"), pad_edge=False)
    table.columns[3].justify = "right"
    for row in rows:
        word, style = WAYS[row.direction]
        moment = f"{row.paid_at:%Y-%m-%d %H:%M:%S}" if row.paid_at else f"{row.paid_on}"
        amount = f"{row.amount:,}" if row.currency == "CNY" else f"{row.currency} {row.amount:,}"
        told = (Text(plain(text or "")) for text in (row.payee, row.memo, row.status))
        table.add_row(f"{row.row}", moment, Text(word, style), Text(amount, style), *told, NATURES[row.nature])
    return table


def _sums(found: Statement) -> Iterator[str]:
    for currency in sorted({row.currency for row in found.rows}) or ["CNY"]:
        rows = [row for row in found.rows if row.currency == currency]
        told = (f"{word} {count} 笔 {total:,}" for word, (count, total) in _told(rows))
        yield f"{currency}  {'   '.join(told)}"


def _told(rows: Sequence[StatementRow]) -> Iterator[tuple[str, tuple[int, Decimal]]]:
    for way, (word, _) in WAYS.items():
        amounts = [row.amount for row in rows if row.direction is way]
        yield word, (len(amounts), sum(amounts, ZERO))


def _differences(found: Statement) -> Iterator[str]:
    """What the file states of itself where the rows say otherwise: worth a look, no error."""
    for stated in found.stated:
        count = sum(row.direction is stated.direction for row in found.rows)
        total = found.total(stated.direction)
        if stated.count in {None, count} and stated.amount in {None, total}:
            continue
        said = " ".join(filter(None, (_counted(stated.count), f"{stated.amount:,}" if stated.amount else "")))
        word = WAYS[stated.direction][0]
        yield f"注意 note  {word}：文件自述 {said}，明细为 {_counted(count)} {total:,} / the file itself says otherwise"


def _counted(count: int | None) -> str:
    return "" if count is None else f"{count} 笔"


def plain(text: str) -> str:
    """Text without what could steer a terminal."""
    return "".join(char if unicodedata.category(char)[0] != "C" else "\ufffd" for char in text)
