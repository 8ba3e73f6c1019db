"""Readings as a table that a person can read: file, kind, number, seller, total, state."""

import os
import unicodedata
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from reimburse.domain.invoice_json import Json

KINDS = {
    "special_paper": "专票(纸)",
    "general_paper": "普票(纸)",
    "special_electronic": "电子专票",
    "general_electronic": "电子普票",
    "general_roll": "卷票",
    "toll": "通行费",
    "special_digital": "数电专票",
    "general_digital": "数电普票",
    "rail_ticket": "铁路客票",
    "air_itinerary": "航空行程单",
    "motor_vehicle": "机动车",
    "fiscal": "财政票据",
    "taxi": "出租车",
    "blockchain": "区块链",
    "fixed_amount": "定额",
    "other": "其他",
}
DOCUMENTS = {
    "hotel_folio": "酒店账单 folio",
    "trip_itinerary": "行程单 itinerary",
    "bank_statement": "银行对账单 statement",
    "bank_receipt": "银行回单 receipt",
    "payment_slip": "付款凭证 payment slip",
    "sales_list": "销货清单 sales list",
    "other": "其他单据 other",
}
STATES = {
    "parsed": ("已读 parsed", "green"),
    "incomplete": ("待补 incomplete", "yellow"),
    "not_an_invoice": ("非发票 no invoice", "dim"),
    "rejected": ("未读 rejected", "red"),
}


WIDE = 110
"""Columns of the terminal from which on each field has a column of its own."""
NAMED = 3
"""Missing fields that are named; the others are counted."""


def table_of(readings: Sequence[Json], width: int = WIDE) -> Table:
    """One row a reading; the folder that all files have in common is the table's title.

    On a narrow terminal seller and state stand below the file, and the number below the kind.
    """
    folder = _common_folder([reading["file"] for reading in readings])
    table = Table(
        title=_plain(folder) if folder else None,
        title_justify="left",
        header_style="bold",
        row_styles=("", "on grey7"),
        pad_edge=False,
    )
    rows = [_cells(reading, len(folder)) for reading in readings]
    (_fill_wide if width >= WIDE else _fill_narrow)(table, rows)
    return table


def _fill_wide(table: Table, rows: Sequence[Sequence[Text]]) -> None:
    table.add_column("文件 file", overflow="fold", ratio=4)
    table.add_column("种类 kind", no_wrap=True)
    table.add_column("号码 number", no_wrap=True)
    table.add_column("销售方 seller", overflow="fold", ratio=4)
    table.add_column("价税合计 total", justify="right", no_wrap=True)
    table.add_column("状态 state", overflow="fold", ratio=5)
    for cells in rows:
        table.add_row(*cells)


def _fill_narrow(table: Table, rows: Sequence[Sequence[Text]]) -> None:
    table.add_column("文件 file\n销售方 seller\n状态 state", overflow="fold", ratio=1)
    table.add_column("种类 kind\n号码 number", no_wrap=True)
    table.add_column("价税合计\ntotal", justify="right", no_wrap=True)
    for file, kind, number, seller, total, state in rows:
        below = [text for text in (file, seller, state) if text]
        table.add_row(Text("\n").join(below), Text("\n").join([kind, number]), total)


def _common_folder(files: Sequence[str]) -> str:
    """What all paths begin with, up to and with a slash; nothing for a single file."""
    common = os.path.commonprefix(files) if len(files) > 1 else ""  # noqa: RUF071 - cut back to a slash below.
    return common[: common.rfind("/") + 1]


def _cells(reading: Json, cut: int) -> tuple[Text, Text, Text, Text, Text, Text]:
    invoice = reading["invoice"] or {}
    name = reading["file"][cut:] + (f" #{reading['page']}" if reading["page"] > 1 else "")
    return (
        _plain(name),
        _plain(KINDS.get(invoice.get("kind", ""), "")),
        _plain(invoice.get("number")),
        _plain((invoice.get("seller") or {}).get("name")),
        _plain(invoice.get("total_incl_tax")),
        _state(reading),
    )


def _state(reading: Json) -> Text:
    word, style = STATES[reading["status"]]
    state = Text(word, style)
    if reading["document"]:
        state.append(f": {DOCUMENTS[reading['document']]}")
    elif reading["error"]:
        state.append(f": {reading['error']['code']}. {_plain(reading['error']['message'].split(' / ')[-1])}")
    if reading["conflicts"]:
        fields = ", ".join(conflict["field"] for conflict in reading["conflicts"])
        state.append(f"; 矛盾 conflict: {_plain(fields)}", "bold red")
    if reading["missing"]:
        first, rest = reading["missing"][:NAMED], len(reading["missing"]) - NAMED
        state.append(f"; 缺 missing: {', '.join(first)}" + (f" +{rest}" if rest > 0 else ""))
    return state


def _plain(text: str | None) -> Text:
    """Text without what could steer a terminal."""
    return Text("".join(char if unicodedata.category(char)[0] != "C" else "\ufffd" for char in text or ""))
