"""Pages of tickets, tolls and lists of goods, for OFD files that are no plain invoice."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bench.unseen import figures
from bench.unseen.ofd_cells import CONTROLLED, STEP, TYPE, Cell, Column, Page, labels, right, wide
from bench.unseen.ofd_cells import paged as rows_of
from bench.unseen.values import rate_text
from reimburse.demo.samples.printed import chinese_date, issued
from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine, Travel
from reimburse.domain.money import ZERO, money_text

LIST_SIZE = (210.0, 297.0)
LIST_IS_MEANT = "(详见销货清单)"
HEADS_AT = 54.6
TOLL = (
    Column("Item", 8.8, 52, "left"),
    Column("PlateNumber", 53, 75, "left"),
    Column("VehicleType", 76, 90, "left"),
    Column("EntranceDate", 91, 113, "left"),
    Column("ExitDate", 114, 137, "left"),
    *CONTROLLED[5:],
)
TOLL_HEADS = ((20, "项目名称"), (58, "车牌号"), (78, "类型"), (92, "通行日期起"), (115, "通行日期止"))


def rail_page(told: Invoice, clock: str | None) -> Page:
    """A railway e-ticket's page; without a time of departure there is none on it."""
    travel = told.travel or Travel()
    day = date.fromisoformat((travel.departs_at or "2026-01-01")[:10])
    leaves = f"{chinese_date(day)}   08:15开" if clock else chinese_date(day)
    page = [
        Cell("电子发票（铁路电子客票）", 56, 13, size=5.64),
        Cell(f"发票号码:{told.number}", 8.5, 23.4),
        Cell(f"开票日期:{chinese_date(issued(told))}", 123.5, 23.4),
        Cell(travel.origin or "", 21.2, 36, size=6.35),
        Cell(travel.vehicle or "", 80.4, 35, size=5.64),
        Cell(travel.destination or "", 123.5, 36, size=6.35),
        Cell(leaves, 8.5, 48, size=4.2),
        Cell("07车03C号", 105.8, 48, size=4.2),
        Cell(travel.seat or "", 141.1, 48, size=4.2),
        Cell("票价:￥", 8.5, 55.8, size=4.2),
        Cell(money_text(told.total_incl_tax or ZERO), 24.3, 55.8, size=4.9),
        Cell("9900001990****001X", 8.5, 64.2, size=4.2),
        Cell(travel.passenger or "", 54, 64.2, size=4.2),
        Cell("电子客票号:99901234567890201099001", 8.5, 71.4),
        Cell("买票请到12306 发货请到95306", 30, 87.7),
    ]
    if told.buyer.name:
        page.append(Cell(f"购买方名称:{told.buyer.name}", 8.5, 77.8))
        page.append(Cell(f"统一社会信用代码:{told.buyer.tax_id}", 88.2, 77.8))
    return page


def toll_page(rng: random.Random, told: Invoice, usual: Page) -> Page:
    """A toll invoice: the usual page with the columns of a passage."""
    kept = [cell for cell in usual if cell.row is None]
    day = f"{told.issue_date:%Y%m%d}"
    texts = {
        "PlateNumber": rng.choice(("示A00001", "示AD00001")),
        "VehicleType": "客车",
        "EntranceDate": day,
        "ExitDate": day,
    }
    rows = [{**texts, **_toll_texts(line)} for line in told.lines]
    return [*kept, *(cell for at, row in enumerate(rows) for cell in _toll_row(row, at))]


def _toll_texts(line: InvoiceLine) -> dict[str, str]:
    nil = figures.is_untaxed(line)
    return {
        "Item": line.item_name or "",
        "Amount": money_text(line.amount_excl_tax or ZERO),
        "TaxScheme": rate_text(line),
        "TaxAmount": "***" if nil else money_text(line.tax_amount or ZERO),
    }


def _toll_row(texts: dict[str, str], at: int) -> Page:
    cells = []
    for column in TOLL:
        text = texts[column.tag]
        slack = (column.x1 - column.x0 - wide(text)) * {"left": 0, "centre": 0.5, "right": 1}[column.align]
        tag = column.tag if column.tag in {"Item", "Amount", "TaxScheme", "TaxAmount"} else ""
        cells.append(Cell(text, column.x0 + slack, 59.4 + STEP * at, tag, TYPE, at))
    return cells


def toll_labels(told: Invoice) -> list[Cell]:
    """The form's labels with a passage's column heads."""
    kept = [
        cell
        for cell in labels(replace(told, kind=InvoiceKind.GENERAL_ELECTRONIC))
        if abs(cell.y - HEADS_AT) > 0.1 or cell.x > 140
    ]
    return [*kept, Cell("通行费", 32, 16, size=4.9), *(Cell(text, x, HEADS_AT) for x, text in TOLL_HEADS)]


def list_pages(told: Invoice, first: Page) -> list[Page]:
    """The first page pointing to a list, and the list."""
    front = [cell for cell in first if cell.row is None]
    net, tax = (money_text(value or ZERO) for value in (told.amount_excl_tax, told.tax_amount))
    front += [Cell(LIST_IS_MEANT, 8.8, 59.4), right(net, 167, 59.4, ""), right(tax, 208, 59.4, "")]
    return [front, *(_list_page(told, rows, at) for at, rows in enumerate(rows_of(told, CONTROLLED, 70, 240), 1))]


def _list_page(told: Invoice, rows: Page, number: int) -> Page:
    shown = [told.lines[at] for at in dict.fromkeys(cell.row for cell in rows) if at is not None]
    net, tax = (
        sum((getattr(line, name) or ZERO for line in shown), ZERO) for name in ("amount_excl_tax", "tax_amount")
    )
    return [
        Cell("销售货物或者提供应税劳务、服务清单", 60, 20, size=4.9),
        Cell(f"购买方名称：{told.buyer.name}", 8, 38),
        Cell(f"销售方名称：{told.seller.name}", 8, 45),
        Cell(f"所属增值税电子普通发票代码：{told.code}", 8, 53),
        Cell(f"号码：{told.number}", 110, 53),
        Cell(f"第 {number} 页", 180, 53),
        *(Cell(text, x, 62) for x, text in _heads()),
        *rows,
        Cell("小计", 9, 250),
        right(money_text(net), 167, 250, ""),
        right(money_text(tax), 208, 250, ""),
        Cell(f"填开日期：{chinese_date(issued(told))}", 140, 275),
    ]


def _heads() -> Sequence[tuple[float, str]]:
    names = ("货物(劳务)名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额")
    return [(column.x0 + 1, name) for column, name in zip(CONTROLLED, names, strict=True)]
