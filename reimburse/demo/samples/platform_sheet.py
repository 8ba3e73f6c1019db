"""The A4 page of a travel platform: unit price before quantity, a block of travellers, letter-spaced labels."""

from reimburse.demo.samples.printed import chinese_date, issued, money, number, qr_payload, rate, tax
from reimburse.demo.samples.seal import seal
from reimburse.demo.samples.sheet import (
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
from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine

WIDTH, HEIGHT = 210.0, 297.0
SIDE_YS = (34, 37.8, 41.6, 45.4, 49.2)
HEADS = (
    (27, "项目名称"),
    (72.6, "单\u00a0\u00a0价"),
    (104.9, "数\u00a0\u00a0量"),
    (138.2, "金\u00a0\u00a0额"),
    (159.5, "税率/征收率"),
    (196.6, "税\u00a0\u00a0额"),
)
TRAVELLER_XS = (15.3, 42.5, 77.8, 107.5, 145.3, 172.3, 193.3)
TRAVELLER_HEADS = ("出行人", "有效身份证件号", "出行日期", "出发地", "到达地", "等级", "交通工具类型")


def platform_sheet(invoice: Invoice, travellers: tuple[tuple[str, ...], ...] = ()) -> Sheet:
    """The sheet of a 数电票 for passenger transport."""
    return Sheet(
        WIDTH,
        HEIGHT,
        (*_frame(), *_labels(invoice)),
        (*_heads(invoice), *_lines(invoice), *_totals(invoice), *_travellers(travellers), *_remark(invoice)),
    )


def _label(x: float, y: float, text: str, align: Align = Align.LEFT) -> Text:
    return Text(x, y, text, ink=Ink.MAROON, align=align)


def _frame() -> tuple[Mark, ...]:
    walls = ((10, 30, 52), (105, 30, 52), (110.5, 30, 52), (52, 101, 109), (10, 109, 129))
    return (
        *box(4.5, 30, 207.5, 129),
        *(Stroke(x, top, x, bottom) for x, top, bottom in walls),
        *(Stroke(4.5, y, 207.5, y) for y in (52, 78.6, 101, 109)),
    )


def _labels(invoice: Invoice) -> tuple[Mark, ...]:
    title = "专用" if invoice.kind is InvoiceKind.SPECIAL_DIGITAL else "普通"
    name = "增值税专用发票" if title == "专用" else "普通发票"
    return (
        Text(105, 15, f"电子发票（{name}）", 20, Ink.MAROON, align=Align.CENTRE),
        Stroke(68, 18.5, 142, 18.5),
        Stroke(68, 19.5, 142, 19.5),
        *seal(105, 15.5),
        Text(33.2, 17, "旅客运输服务"),
        *down(6.2, SIDE_YS, "购买方信息", Ink.MAROON),
        *down(106.4, SIDE_YS, "销售方信息", Ink.MAROON),
        *(_label(x, 55, text) for x, text in HEADS),
        _label(19.6, 77.5, "合\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0计"),
        *(_label(x, 81.5, text, Align.CENTRE) for x, text in zip(TRAVELLER_XS, TRAVELLER_HEADS, strict=True)),
        Stroke(4.5, 83, 207.5, 83, width=0.15),
        _label(12.8, 105.7, "价\u00a0税\u00a0合\u00a0计（大写）"),
        _label(140, 105.7, "（小写）"),
        *circled_cross(55, 104.6, 1.6),
        *down(6, (116.5, 122.5), "备注", Ink.MAROON),
    )


def _heads(invoice: Invoice) -> tuple[Mark, ...]:
    marks: list[Mark] = [
        Code(6.5, 6, 20, qr_payload(invoice, "")),
        Text(155.3, 15.2, f"发票号码: {invoice.number}"),
        Text(155.3, 21.4, f"开票日期: {chinese_date(issued(invoice))}"),
    ]
    for party, x, id_x in ((invoice.buyer, 11, 60.2), (invoice.seller, 111.3, 160.6)):
        marks.append(Text(x, 35.7, f"名称：{party.name or ''}"))
        marks.append(Text(x, 46.5, "统一社会信用代码/纳税人识别号：", ink=Ink.MAROON))
        marks.append(Text(id_x, 46.5, party.tax_id or "", 10, face=Face.CODE))
    return tuple(marks)


def _lines(invoice: Invoice) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for row, line in enumerate(invoice.lines):
        marks += _line(line, 59.7 + 4.3 * row)
    return tuple(marks)


def _line(line: InvoiceLine, y: float) -> list[Mark]:
    cells = (
        Text(4.8, y, line.item_name or ""),
        Text(81.5, y, number(line.unit_price), align=Align.RIGHT),
        Text(109.7, y, number(line.quantity), align=Align.RIGHT),
        Text(147, y, money(line.amount_excl_tax), align=Align.RIGHT),
        Text(168, y, rate(line), align=Align.CENTRE),
        Text(206, y, tax(line), align=Align.RIGHT),
    )
    return [cell for cell in cells if cell.text]


def _totals(invoice: Invoice) -> tuple[Mark, ...]:
    return (
        Text(147, 77.5, f"¥{money(invoice.amount_excl_tax)}", align=Align.RIGHT),
        Text(206, 77.5, f"¥{money(invoice.tax_amount)}", align=Align.RIGHT),
        Text(58, 105.7, invoice.total_in_words or ""),
        Text(154.8, 105.9, "¥", 11),
        Text(157.1, 105.9, money(invoice.total_incl_tax), 10),
        Text(19.5, 136.2, f"开票人：\u00a0{invoice.drawer or ''}"),
    )


def _travellers(travellers: tuple[tuple[str, ...], ...]) -> tuple[Mark, ...]:
    return tuple(
        Text(x, 87 + 4.3 * row, cell, 8, align=Align.CENTRE)
        for row, traveller in enumerate(travellers)
        for x, cell in zip(TRAVELLER_XS, traveller, strict=True)
    )


def _remark(invoice: Invoice) -> tuple[Mark, ...]:
    rows = wrapped(invoice.remark or "", 9, 190)
    return tuple(Text(11.3, 113 + 4 * row, text) for row, text in enumerate(rows) if text)
