"""The page of a tax-controlled invoice, electronic or paper: check code, machine number, cipher area."""

import hashlib

from reimburse.demo.samples.digital_sheet import price_size
from reimburse.demo.samples.printed import chinese_date, in_fives, issued, money, number, qr_payload, rate, tax
from reimburse.demo.samples.seal import seal
from reimburse.demo.samples.sheet import (
    PT,
    Align,
    Code,
    Face,
    Ink,
    Mark,
    Sheet,
    Stroke,
    Text,
    box,
    circled_cross,
    down,
    wrapped,
)
from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine, Party

TITLES = {
    InvoiceKind.GENERAL_ELECTRONIC: "示例增值税电子普通发票",
    InvoiceKind.SPECIAL_ELECTRONIC: "示例增值税电子专用发票",
    InvoiceKind.SPECIAL_PAPER: "示例增值税专用发票",
}
CIPHER = "0123456789+-*/<>"
PARTY_LABELS = ("名　　　　称:", "纳税人识别号:", "地 址、电 话:", "开户行及账号:")
PARTY_TAGS = ("Name", "TaxID", "AddrTel", "FinancialAccount")
BUYER_YS = (32.8, 38.0, 43.2, 48.4)
SELLER_YS = (106.9, 111.5, 116.3, 121.1)
HEADS = (
    (14.6, "货物或应税劳务、服务名称"),
    (66.8, "规格型号"),
    (88.7, "单位"),
    (103.2, "数　量"),
    (123.6, "单　价"),
    (146.6, "金　额"),
    (170.2, "税率"),
    (187.5, "税　额"),
)
WALLS = (62, 85, 99, 118, 138, 168, 179.5)
ROW = 3.9


def tax_controlled_sheet(invoice: Invoice, qr: str | None = None) -> Sheet:
    """The sheet of an invoice with code, number and, where it is not special paper, a check code."""
    form = (*_frame(), *_labels(invoice))
    values = (
        Code(11, 3.5, 19, qr or qr_payload(invoice), marked=False),
        *_heads(invoice),
        *_party(invoice.buyer, "Buyer", BUYER_YS),
        *_party(invoice.seller, "Seller", SELLER_YS),
        *_cipher(invoice),
        *_lines(invoice),
        *_totals(invoice),
    )
    return Sheet(610 * PT, 394 * PT, form, values)


def cipher_lines(invoice: Invoice) -> tuple[str, ...]:
    """Four lines of meaningless cipher characters that depend on the invoice's number."""
    digest = b"".join(hashlib.sha512(f"{invoice.key}/{half}".encode()).digest() for half in "ab")
    chars = "".join(CIPHER[byte % len(CIPHER)] for byte in digest)
    return tuple(chars[at : at + 28] for at in range(0, 112, 28))


def _label(x: float, y: float, text: str) -> Text:
    return Text(x, y, text, ink=Ink.BROWN)


def _stroke(x0: float, y0: float, x1: float, y1: float) -> Stroke:
    return Stroke(x0, y0, x1, y1, Ink.BROWN)


def _frame() -> tuple[Mark, ...]:
    return (
        *box(8, 28.5, 208.5, 123.5, Ink.BROWN),
        *(_stroke(8, y, 208.5, y) for y in (51, 95.5, 103)),
        *(_stroke(x, top, x, bottom) for x in (15.5, 121) for top, bottom in ((28.5, 51), (103, 123.5))),
        *(_stroke(x, 28.5, x, 51) for x in (128.5,)),
        *(_stroke(x, 103, x, 123.5) for x in (128.5,)),
        *(_stroke(x, 51, x, 95.5) for x in WALLS),
        _stroke(60, 95.5, 60, 103),
        _stroke(69, 17.4, 146.5, 17.4),
        _stroke(69, 18.4, 146.5, 18.4),
    )


def _labels(invoice: Invoice) -> tuple[Mark, ...]:
    corner = ((10.5, "发票代码:"), (15.6, "发票号码:"), (20.6, "开票日期:"))
    check = ((25.7, "校 验 码:"),) if invoice.check_code else ()
    foot = ((10.9, "收 款 人:"), (69.5, "复 核:"), (112.2, "开 票 人:"), (155.9, "销 售 方:（章）"))
    return (
        Text(107.7, 13.6, TITLES[invoice.kind], 20, Ink.BROWN, align=Align.CENTRE),
        *seal(107.7, 15),
        *(_label(152.5, y, text) for y, text in (*corner, *check)),
        _label(8.6, 26.8, "机器编号:"),
        *down(10.1, (34.5, 40, 45.8), "购买方", Ink.BROWN),
        *down(123.2, (35, 40.5, 46.3), "密码区", Ink.BROWN),
        *down(10.1, (108.6, 114.1, 119.4), "销售方", Ink.BROWN),
        *down(123.2, (109.4, 118.7), "备注", Ink.BROWN),
        *(_label(17, y, text) for ys in (BUYER_YS, SELLER_YS) for y, text in zip(ys, PARTY_LABELS, strict=True)),
        *(_label(x, 54.6, text) for x, text in HEADS),
        _label(25.8, 93.5, "合"),
        _label(38.5, 93.5, "计"),
        _label(21.5, 99.9, "价税合计（大写）"),
        _label(164, 99.9, "（小写）"),
        *circled_cross(63, 98.7, 1.6),
        *(_label(x, 127.1, text) for x, text in foot),
    )


def _heads(invoice: Invoice) -> tuple[Mark, ...]:
    return (
        Text(167.5, 10.5, invoice.code or "", tag="InvoiceCode"),
        Text(167.5, 15.6, invoice.number or "", tag="InvoiceNo"),
        Text(167.5, 20.6, chinese_date(issued(invoice)), tag="IssueDate"),
        Text(167.5, 25.7, in_fives(invoice.check_code), tag="InvoiceCheckCode"),
        Text(24.5, 26.8, invoice.machine_number or "", tag="MachineNo"),
    )


def _party(party: Party, side: str, ys: tuple[float, ...]) -> tuple[Mark, ...]:
    values = (party.name, party.tax_id, party.address_phone, party.bank_account)
    return tuple(
        Text(38.9, y, value, 9 if len(value) < 30 else 8, tag=f"{side}/{side}{tag}")
        for y, value, tag in zip(ys, values, PARTY_TAGS, strict=True)
        if value
    )


def _cipher(invoice: Invoice) -> tuple[Mark, ...]:
    return tuple(
        Text(130.1, 33.9 + 5 * row, text, 12, face=Face.CODE, tag="TaxControlCode")
        for row, text in enumerate(cipher_lines(invoice))
    )


def _lines(invoice: Invoice) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    y = 59.4
    for line in invoice.lines:
        names = wrapped(line.item_name or "", 9, 52)
        marks += _line(line, y)
        marks += [Text(8.8, y + ROW * row, part, tag="GoodsInfos/GoodsInfo/Item") for row, part in enumerate(names)]
        y += ROW * len(names)
    return tuple(marks)


def _line(line: InvoiceLine, y: float) -> list[Mark]:
    price = number(line.unit_price)
    cells = (
        Text(62.6, y, line.specification or "", align=Align.LEFT, tag="Specification"),
        Text(91.9, y, line.unit or "", align=Align.CENTRE, tag="MeasurementDimension"),
        Text(116.7, y, number(line.quantity), align=Align.RIGHT, tag="Quantity"),
        Text(137.6, y, price, price_size(price, 19), align=Align.RIGHT, tag="Price"),
        Text(166.1, y, money(line.amount_excl_tax), align=Align.RIGHT, tag="Amount"),
        Text(174, y, rate(line), align=Align.CENTRE, tag="TaxScheme"),
        Text(207.7, y, tax(line), align=Align.RIGHT, tag="TaxAmount"),
    )
    return [
        Text(cell.x, cell.y, cell.text, cell.size, align=cell.align, tag=f"GoodsInfos/GoodsInfo/{cell.tag}")
        for cell in cells
        if cell.text
    ]


def _totals(invoice: Invoice) -> tuple[Mark, ...]:
    remark = (invoice.remark or "").splitlines()
    return (
        Text(166.1, 93.6, f"￥{money(invoice.amount_excl_tax)}", align=Align.RIGHT, tag="TaxExclusiveTotalAmount"),
        Text(207.7, 93.6, f"￥{money(invoice.tax_amount)}", align=Align.RIGHT, tag="TaxTotalAmount"),
        Text(66, 99.9, invoice.total_in_words or ""),
        Text(176.6, 99.9, "￥", tag="TaxInclusiveTotalAmount"),
        Text(179.9, 99.9, money(invoice.total_incl_tax), tag="TaxInclusiveTotalAmount"),
        Text(26, 127.1, invoice.payee or "", tag="Payee"),
        Text(80.5, 127.1, invoice.reviewer or "", tag="Checker"),
        Text(127.5, 127.1, invoice.drawer or "", tag="InvoiceClerk"),
        *(Text(130, 107.5 + 4 * row, text, tag="Note") for row, text in enumerate(remark)),
        *seal(180, 118, ("演示章", "仅供测试")),
    )
