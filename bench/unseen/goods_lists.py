"""Tax-controlled invoices that refer to a list of goods on the pages behind them: the list is no second invoice."""

import random
from collections.abc import Sequence
from dataclasses import replace

from reportlab.pdfgen.canvas import Canvas

from bench.unseen.businesses import columns
from bench.unseen.forms import Setting, Sheet, amount, item_table, setting
from bench.unseen.judging import Drawn
from bench.unseen.pages import controlled, row_of
from bench.unseen.people import NOT_CURRENCY
from bench.unseen.values import Taste, invoice
from reimburse.domain.amount_words import to_words
from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine
from reimburse.domain.money import ZERO, money_text

KINDS = (InvoiceKind.GENERAL_ELECTRONIC, InvoiceKind.SPECIAL_ELECTRONIC)
LIST = columns(
    ("序号", "place_in_list", 25),
    ("货物（劳务）名称", "item_name", 52),
    ("规格型号", "specification", 190),
    ("单位", "unit", 246),
    ("数量", "quantity", 276),
    ("单价", "unit_price", 336),
    ("金额", "amount_excl_tax", 400),
    ("税率", "tax_rate", 476),
    ("税额", "tax_amount", 506),
    end=575,
)
TITLES = (
    "销售货物或者提供应税劳务清单",
    "销售货物或者提供应税劳务、服务清单",
    "销售货物或应税劳务、服务清单",
    "销货清单",
    "示例增值税电子普通发票销货清单",
    "示例增值税电子普通发票（清单）",
)
NAMES = ("（详见销货清单）", "(详见销货清单)", "（详见销货清单）", "*餐饮服务*（详见销货清单）", "*其他食品*详见清单")
PAGES = ((595, 842), (610, 394))


def drawn(seed: int) -> Drawn:
    """The invoice of this seed with its list."""
    rng = random.Random(f"list {seed}")
    how = setting(rng)
    listed = invoice(rng, Taste(rng.choice(KINDS), 20))
    told = _summed(rng, listed)
    data = controlled(rng, told, how, then=lambda pdf: _list(rng, pdf, how, listed))
    return Drawn(f"{seed}.pdf", data, told, str(how), unjudged=NOT_CURRENCY)


def _summed(rng: random.Random, listed: Invoice) -> Invoice:
    """The invoice whose only line names the list."""
    net, tax = listed.amount_excl_tax or ZERO, listed.tax_amount or ZERO
    first = listed.lines[0]
    one_rate = len({line.tax_rate for line in listed.lines}) == 1
    line = InvoiceLine(
        item_name=rng.choice(NAMES),
        amount_excl_tax=net,
        tax_rate=first.tax_rate if one_rate else None,
        tax_amount=tax,
        treatment=first.treatment if one_rate else None,
    )
    return replace(listed, lines=(line,), total_in_words=to_words(net + tax))


def _list(rng: random.Random, pdf: Canvas, how: Setting, listed: Invoice) -> None:
    size = rng.choice(PAGES)
    title, room = rng.choice(TITLES), 26 if size[1] > 400 else 12
    pages = [listed.lines[start : start + room] for start in range(0, len(listed.lines), room)]
    for index, lines in enumerate(pages):
        pdf.setPageSize(size)
        sheet = Sheet(pdf, size[1], how)
        sheet.put((600 - sheet.width(title, 15)) / 2, 30, title, 15)
        _heads(rng, sheet, listed, index + 1, len(pages))
        rows = [row_of(line) | {"place_in_list": str(room * index + place)} for place, line in enumerate(lines, 1)]
        end = 130 + 12 * (len(rows) + 2)
        item_table(sheet, LIST, rows, 112, end)
        _sums(sheet, "小计", end + 2, lines)
        if index == len(pages) - 1:
            _sums(sheet, "总计", end + 16, listed.lines)
            sheet.put(30, end + 32, "备注")
            sheet.put(70, end + 32, rng.choice(("", "以下空白", "见合同HT-990")))
        sheet.put(30, end + 52, "销售方（章）：")
        sheet.put(400, end + 52, "填开日期：")
        sheet.put(446, end + 52, f"{listed.issue_date:%Y年%m月%d日}")
        pdf.showPage()


def _heads(rng: random.Random, sheet: Sheet, listed: Invoice, page: int, pages: int) -> None:
    apart = rng.choice(("所属增值税电子普通发票代码：{}", "所属发票代码：{}", "发票代码：{}"))
    number = "发票号码：{}" if apart.startswith("发票") else rng.choice(("号码：{}", "发票号码：{}"))
    sheet.put(30, 56, f"购买方名称：{listed.buyer.name}")
    sheet.put(30, 72, f"销售方名称：{listed.seller.name}")
    sheet.put(30, 90, apart.format(listed.code))
    sheet.put(290, 90, number.format(listed.number))
    sheet.put(480, 90, f"共 {pages} 页 第 {page} 页")


def _sums(sheet: Sheet, label: str, y: float, lines: Sequence[InvoiceLine]) -> None:
    sheet.put(60, y, label)
    amount(sheet, 474, y, money_text(sum((line.amount_excl_tax or ZERO for line in lines), ZERO)))
    amount(sheet, 574, y, money_text(sum((line.tax_amount or ZERO for line in lines), ZERO)))
