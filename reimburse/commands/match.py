"""``reimburse match``: matches a table of invoices with a table of payments, without a database."""

import json
import sys
import unicodedata
from collections.abc import Callable, Sequence
from typing import BinaryIO, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reimburse.commands.match_tables import INVOICE_COLUMNS, PAYMENT_COLUMNS, BadTable, read_invoices, read_payments
from reimburse.domain.money import from_fen
from reimburse.matching.answer import Match, Matching, matching_to_json
from reimburse.matching.engine import match as find
from reimburse.matching.evidence import in_words
from reimburse.matching.rows import InvoiceRow, PaymentRow

Row = TypeVar("Row")

LEAST_WIDTH = 150
MOST_LEFT_SHOWN = 200


@click.command()
@click.option("--invoices", required=True, type=click.File("rb"), help=f"CSV: {','.join(INVOICE_COLUMNS)}[,number]")
@click.option("--payments", required=True, type=click.File("rb"), help=f"CSV: {','.join(PAYMENT_COLUMNS)}")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
def match(invoices: BinaryIO, payments: BinaryIO, as_json: bool) -> None:
    """发票与付款对账。 Tell which payments settle which invoices, from two CSV files in UTF-8 or GBK."""
    invoice_rows = _read(invoices, read_invoices)
    payment_rows = _read(payments, read_payments)
    matching = find(invoice_rows, payment_rows)
    if as_json:
        click.echo(json.dumps(matching_to_json(matching), ensure_ascii=False))
    else:
        _show(matching, invoice_rows, payment_rows)


def _read(source: BinaryIO, reader: Callable[[bytes], list[Row]]) -> list[Row]:
    try:
        return reader(source.read())
    except (BadTable, OSError) as problem:
        for line in str(problem).splitlines():
            click.echo(f"{source.name}: {line}", err=True)
        sys.exit(2)


def _show(matching: Matching, invoices: Sequence[InvoiceRow], payments: Sequence[PaymentRow]) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=LEAST_WIDTH)
    certificate = matching.certificate
    proved = "已证明最优" if certificate.optimal else "未证明最优"
    console.print(f"{certificate.groups} 组，匹配金额 {from_fen(certificate.matched_fen):,} 元（{proved}）")
    if matching.groups:
        console.print(_groups(matching.groups, invoices, payments))
    unpaid, uninvoiced = set(matching.unmatched_invoices), set(matching.unmatched_payments)
    console.print(_left_of_invoices([row for row in invoices if row.id in unpaid]))
    console.print(_left_of_payments([row for row in payments if row.id in uninvoiced]))


def _groups(matches: Sequence[Match], invoices: Sequence[InvoiceRow], payments: Sequence[PaymentRow]) -> Table:
    totals = {row.id: f"{_plain(row.id)}  {from_fen(row.total_fen):,}" for row in invoices}
    amounts = {row.id: f"{_plain(row.id)}  {from_fen(row.amount_fen):,}" for row in payments}
    table = Table("发票", "付款", "差额", "依据", "唯一", header_style="bold", show_lines=True)
    for found in matches:
        table.add_row(
            Text("\n".join(totals[row] for row in found.invoices)),
            Text("\n".join(amounts[row] for row in found.payments)),
            f"{from_fen(found.difference_fen)}",
            Text(_plain("；".join(in_words(evidence)[0] for evidence in found.evidence))),
            Text("是", "green") if found.unique else Text("否，请人工确认", "yellow"),
        )
    return table


def _left_of_invoices(rows: Sequence[InvoiceRow]) -> Table | str:
    cells = [(row.id, f"{row.issue_date}", row.seller_name, row.total_fen) for row in rows]
    return _left("没有付款的发票", ("发票", "开票日期", "销售方", "价税合计"), cells)


def _left_of_payments(rows: Sequence[PaymentRow]) -> Table | str:
    cells = [(row.id, f"{row.paid_on}", row.payee, row.amount_fen) for row in rows]
    return _left("没有发票的付款", ("付款", "付款日期", "收款方", "金额"), cells)


def _left(title: str, heading: Sequence[str], rows: Sequence[tuple[str, str, str, int]]) -> Table | str:
    """The rows left on one side with their sum; of very many the first."""
    if not rows:
        return f"{title}：无"
    total = from_fen(sum(row[3] for row in rows))
    table = Table(
        *heading, title=f"{title}：{len(rows)} 笔，合计 {total:,} 元", title_justify="left", title_style="bold"
    )
    table.columns[3].justify = "right"
    for row_id, day, name, fen in rows[:MOST_LEFT_SHOWN]:
        table.add_row(Text(_plain(row_id)), day, Text(_plain(name)), f"{from_fen(fen):,}")
    if len(rows) > MOST_LEFT_SHOWN:
        table.caption = f"另有 {len(rows) - MOST_LEFT_SHOWN} 笔未列出，可用 --json 查看"
    return table


def _plain(text: str) -> str:
    """Text without what could steer a terminal."""
    return "".join(char if unicodedata.category(char)[0] != "C" else "\ufffd" for char in text)
