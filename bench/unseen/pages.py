"""The forms themselves: fully digitalized invoices with each special business, and tax-controlled ones."""

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import zip_longest

from reportlab.pdfgen.canvas import Canvas

from bench.unseen.businesses import CONTROLLED, Business
from bench.unseen.forms import Setting, Sheet, amount, canvas, height_of, item_table, payload, wrapped
from bench.unseen.values import rate_text
from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine
from reimburse.domain.money import ZERO, money_text

TITLES = {
    InvoiceKind.SPECIAL_DIGITAL: "电子发票（增值税专用发票）",
    InvoiceKind.GENERAL_DIGITAL: "电子发票（普通发票）",
    InvoiceKind.GENERAL_ELECTRONIC: "示例增值税电子普通发票",
    InvoiceKind.SPECIAL_ELECTRONIC: "示例增值税电子专用发票",
    InvoiceKind.TOLL: "示例增值税电子普通发票",
    InvoiceKind.BLOCKCHAIN: "深圳电子普通发票",
}
QR_TYPES = {
    InvoiceKind.SPECIAL_DIGITAL: "31",
    InvoiceKind.GENERAL_DIGITAL: "32",
    InvoiceKind.GENERAL_ELECTRONIC: "10",
    InvoiceKind.SPECIAL_ELECTRONIC: "08",
    InvoiceKind.TOLL: "10",
    InvoiceKind.BLOCKCHAIN: "10",
}


def digital(invoice: Invoice, business: Business, how: Setting) -> bytes:
    """A fully digitalized invoice of one or more pages."""
    pdf, buffer = canvas((595.28, 396.85))
    pages = _pages(Sheet(pdf, 396.85, how), invoice, business)
    for index, lines in enumerate(pages):
        sheet = Sheet(pdf, 396.85, how)
        _digital_head(sheet, invoice, business)
        item_table(sheet, business.columns, rows_of(lines, business), 151, 258)
        _block(sheet, business)
        last = index == len(pages) - 1
        if len(pages) > 1:
            _sums(sheet, "小 计", 249 if last else 261, lines)
        if last:
            _sums(sheet, "合        计", 261, invoice.lines)
            _total(sheet, invoice, 279, "价税合计（大写）", "（小写）")
        _remark(sheet, invoice, 33, 297, 309, 326)
        sheet.put(55, 367, "开票人：")
        sheet.put(92, 367, invoice.drawer or "")
        pdf.showPage()
    pdf.save()
    return buffer.getvalue()


def _pages(sheet: Sheet, invoice: Invoice, business: Business) -> list[list[InvoiceLine]]:
    """The lines page by page, as many as the body holds."""
    room = 225 - 163 if business.block else 246 - 163
    pages: list[list[InvoiceLine]] = [[]]
    taken = 0.0
    for line in invoice.lines:
        high = height_of(sheet, business.columns, row_of(line))
        if pages[-1] and taken + high > room:
            pages.append([])
            taken = 0.0
        pages[-1].append(line)
        taken += high
    return pages


def _digital_head(sheet: Sheet, invoice: Invoice, business: Business) -> None:
    title = TITLES[invoice.kind]
    if sheet.setting.font != "embedded":
        title = title.replace("子", "\u2f26")
    sheet.put((595 - sheet.width(title, 20)) / 2, 22, title, 20)
    if sheet.setting.code:
        sheet.code(payload(invoice, invoice.number or "", QR_TYPES[invoice.kind]))
    if business.word:
        sheet.put(100, 40, business.word)
    for y, label, text in (
        (32, "发票号码：", invoice.number),
        (49, "开票日期：", f"{invoice.issue_date:%Y年%m月%d日}"),
    ):
        sheet.put(438, y, label)
        sheet.put(483, y, text or "")
    for x, words, party in ((16, "购买方信息", invoice.buyer), (301, "销售方信息", invoice.seller)):
        sheet.down(x, 93, words, 10)
        sheet.put(x + 15, 93, "名称：")
        for index, line in enumerate(wrapped(sheet, party.name or "", 225, 9)):
            sheet.put(x + 42, 93 + 10 * index, line)
        sheet.put(x + 15, 123, "统一社会信用代码/纳税人识别号：")
        sheet.put(x + 17 + sheet.width("统一社会信用代码/纳税人识别号：", 9), 123, party.tax_id or "", 7.5)


def controlled(
    rng: random.Random,
    invoice: Invoice,
    how: Setting,
    business: Business = CONTROLLED,
    then: Callable[[Canvas], None] | None = None,
) -> bytes:
    """A tax-controlled invoice with its cipher area; ``then`` draws what follows it in the file."""
    pdf, buffer = canvas((610, 394))
    sheet = Sheet(pdf, 394, how)
    title = TITLES[invoice.kind]
    sheet.put((610 - sheet.width(title, 20)) / 2, 22, title, 20)
    if how.code:
        sheet.code(payload(invoice, invoice.number or "", QR_TYPES[invoice.kind]))
    sheet.put(90, 50, business.word, 13)
    check = invoice.check_code or ""
    for y, label, text in (
        (22, "发票代码:", invoice.code),
        (37, "发票号码:", invoice.number),
        (51, "开票日期:", f"{invoice.issue_date:%Y年%m月%d日}"),
        (65, "校 验 码:", " ".join(check[at : at + 5] for at in range(0, 20, 5))),
    ):
        sheet.put(432, y, label)
        sheet.put(475, y, text or "")
    sheet.put(24, 69, "机器编号:")
    sheet.put(69, 69, invoice.machine_number or "")
    for top, word, party in ((86, "购买方", invoice.buyer), (295, "销售方", invoice.seller)):
        _old_party(sheet, top, word, party)
    sheet.down(352, 88, "密码区", 18)
    for index in range(4):
        sheet.put(369, 86 + 14.5 * index, "".join(rng.choice("0123456789+-*/<>") for _ in range(28)), 9)
    item_table(sheet, business.columns, rows_of(invoice.lines, business), 148, 255)
    _sums(sheet, "合        计", 258, invoice.lines, (471, 590))
    _total(sheet, invoice, 276, "价税合计（大写）", "（小写）", 465)
    _remark(sheet, invoice, 366, 295, 301, 332)
    people = (
        (31, "收 款 人:", invoice.payee),
        (197, "复 核:", invoice.reviewer),
        (318, "开 票 人:", invoice.drawer),
        (442, "销 售 方:（章）", None),
    )
    for x, label, name in people:
        sheet.put(x, 354, label)
        sheet.put(x + sheet.width(label, 9) + 4, 354, name or "")
    pdf.showPage()
    if then:
        then(pdf)
    pdf.save()
    return buffer.getvalue()


def _old_party(sheet: Sheet, top: float, word: str, party: object) -> None:
    sheet.down(29, top + 6, word, 15)
    labels = (
        ("名    称:", "name"),
        ("纳税人识别号:", "tax_id"),
        ("地 址、电 话:", "address_phone"),
        ("开户行及账号:", "bank_account"),
    )
    for index, (label, name) in enumerate(labels):
        sheet.put(48, top + 14 * index, label)
        sheet.put(112, top + 14 * index, getattr(party, name) or "")


def rows_of(lines: Sequence[InvoiceLine], business: Business) -> list[dict[str, str]]:
    """What each line shows, by column."""
    others = [*business.cells[: len(lines)], *business.cells[-1:] * len(lines)]
    return [row_of(line) | dict(other) for line, other in zip_longest(lines, others[: len(lines)], fillvalue={})]


def row_of(line: InvoiceLine) -> dict[str, str]:
    """What a line shows, by field."""
    texts = {
        "item_name": line.item_name,
        "specification": line.specification,
        "unit": line.unit,
        "quantity": _plain(line.quantity),
        "unit_price": _plain(line.unit_price),
        "amount_excl_tax": money_text(line.amount_excl_tax or ZERO),
        "tax_rate": rate_text(line),
        "tax_amount": "***" if line.treatment else money_text(line.tax_amount or ZERO),
        "place": "示例省样州市湖东区样例街道三样大道990-9号",
        "project": "云桥演示园区二期机电安装工程",
        "title_no": "示(2020)样州市不动产权第0099001号",
    }
    return {name: text or "" for name, text in texts.items()}


def _plain(number: Decimal | None) -> str:
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _block(sheet: Sheet, business: Business) -> None:
    for index, row in enumerate(business.block):
        for column, text in enumerate(row):
            sheet.put(30 + column * 550 / len(row), 226 + 11 * index, text, 8)


def _sums(
    sheet: Sheet, label: str, y: float, lines: Sequence[InvoiceLine], sides: tuple[float, float] = (434, 583)
) -> None:
    sheet.put(58, y, label)
    net = sum((line.amount_excl_tax or ZERO for line in lines), ZERO)
    amount(sheet, sides[0], y, money_text(net))
    if all(line.treatment for line in lines):
        sheet.right(sides[1], y, "***")
    else:
        amount(sheet, sides[1], y, money_text(sum((line.tax_amount or ZERO for line in lines), ZERO)))


def _total(sheet: Sheet, invoice: Invoice, y: float, words: str, figures: str, x: float = 407) -> None:
    sheet.put(47, y, words)
    sheet.put(182, y, invoice.total_in_words or "")
    sheet.put(x, y, figures)
    amount(sheet, x + 38, y, money_text(invoice.total_incl_tax or ZERO), from_left=True)


def _remark(sheet: Sheet, invoice: Invoice, x: float, y: float, top: float, bottom: float) -> None:
    lines = (invoice.remark or "").split("\n")
    step = min(10.5, 52 / max(len(lines), 1))
    for index, line in enumerate(lines):
        size = 9.0
        while size > 4.5 and sheet.width(line, size) > 590 - x:
            size -= 0.25
        sheet.put(x, y + step * index, line, min(size, step - 0.5))
    left = x - 17 if x > 300 else 16
    sheet.put(left, top, "备")
    sheet.put(left, bottom, "注")
