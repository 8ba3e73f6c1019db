"""The page of a 数电票 as the tax bureau's template lays it out: 210 by 140 millimetres."""

from dataclasses import dataclass

from reimburse.demo.samples.printed import chinese_date, issued, money, number, qr_payload, rate, tax
from reimburse.demo.samples.seal import seal, seal_of_single_characters
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
    moved,
    wrapped,
)
from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine

TITLES = {
    InvoiceKind.SPECIAL_DIGITAL: "电子发票（增值税专用发票）",
    InvoiceKind.GENERAL_DIGITAL: "电子发票（普通发票）",
}
SIDE_YS = (35.5, 39.3, 42.8, 46.3, 49.7)
ROW = 3.9
HEADS = (
    (15.65, "项目名称"),
    (41.8, "规格型号"),
    (66.74, "单  位"),
    (92.74, "数  量"),
    (117.2, "单  价"),
    (143.2, "金  额"),
    (157.3, "税率/征收率"),
    (194.0, "税  额"),
)


@dataclass(frozen=True, slots=True)
class Style:
    """What distinguishes one producer's page from another's."""

    title_child: str = "子"
    seal_in_characters: bool = False
    yen_apart: bool = False
    shift: tuple[float, float] = (0.0, 0.0)
    id_drop: float = 0.0
    size: tuple[float, float] = (210.0, 140.0)
    business: str = ""


GP_TEMPLATE = Style()
QUARTZ = Style(
    title_child="\u2f26",
    seal_in_characters=True,
    yen_apart=True,
    shift=(0.9, 1.1),
    id_drop=0.35,
    size=(600 * PT, 400 * PT),
)


def digital_sheet(invoice: Invoice, style: Style = GP_TEMPLATE, qr: str | None = None) -> Sheet:
    """The sheet of a special or general 数电票; ``qr`` replaces the payload that fits the face."""
    form = (*_form_top(invoice, style), *_form_table(), *_form_foot())
    values = (*_heads(invoice), *_parties(invoice, style), *_lines(invoice), *_totals(invoice, style))
    code = Code(6.5, 6, 20, qr or qr_payload(invoice))
    return Sheet(
        *style.size,
        tuple(moved(mark, *style.shift) for mark in form),
        tuple(moved(mark, *style.shift) for mark in (*values, *_remark(invoice), code)),
    )


def _label(x: float, y: float, text: str) -> Text:
    return Text(x, y, text, ink=Ink.MAROON)


def _form_top(invoice: Invoice, style: Style) -> tuple[Mark, ...]:
    title = TITLES[invoice.kind].replace("子", style.title_child, 1)
    stamp = seal_of_single_characters if style.seal_in_characters else seal
    return (
        Text(102, 14.1, title, 20, Ink.MAROON, align=Align.CENTRE),
        Stroke(65.5, 18, 138.7, 18),
        Stroke(65.5, 19, 138.7, 19),
        *stamp(102, 15.2),
        _label(154.5, 14.05, "发票号码："),
        _label(154.5, 20.05, "开票日期："),
        *down(5.71, SIDE_YS, "购买方信息", Ink.MAROON),
        *down(106.2, SIDE_YS, "销售方信息", Ink.MAROON),
        _label(11.3, 36.5, "名称："),
        Text(11.3, 47.1, "统一社会信用代码/纳税人识别号：", 8.4, Ink.MAROON),
        _label(111.8, 36.5, "名称："),
        Text(111.8, 47.1, "统一社会信用代码/纳税人识别号：", 8.4, Ink.MAROON),
        Text(207.2, 34, "下载次数：1", 7, Ink.GREY, upright=False),
        *([Text(30, 16.5, style.business)] if style.business else []),
    )


def _form_table() -> tuple[Mark, ...]:
    walls = ((10.5, 30, 52), (105, 30, 52), (111, 30, 52), (56.5, 96, 104), (10.5, 104, 124))
    floors = (52, 96, 104)
    return (
        *box(4.5, 30, 205.7, 124),
        *(Stroke(x, top, x, bottom) for x, top, bottom in walls),
        *(Stroke(4.5, y, 205.7, y) for y in floors),
        *(_label(x, 56.06, text) for x, text in HEADS),
    )


def _form_foot() -> tuple[Mark, ...]:
    return (
        _label(20.48, 94.9, "合        计"),
        _label(16.65, 101.15, "价税合计（大写）"),
        _label(143.5, 101.15, "（小写）"),
        *circled_cross(60, 100, 1.6),
        _label(5.71, 111.9, "备"),
        _label(5.71, 118, "注"),
        _label(19.5, 132.4, "开票人："),
    )


def _heads(invoice: Invoice) -> tuple[Mark, ...]:
    return (
        Text(170, 14.05, invoice.number or "", tag="InvoiceNo"),
        Text(170, 20.05, chinese_date(issued(invoice)), tag="IssueDate"),
    )


def _parties(invoice: Invoice, style: Style) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for party, side, x, id_x in ((invoice.buyer, "Buyer", 20.3, 57.6), (invoice.seller, "Seller", 120.3, 158.1)):
        size = 9.0 if len(party.name or "") <= 25 else 7.0
        if party.name:
            marks.append(Text(x, 36.5, party.name, size, tag=f"{side}/{side}Name"))
        if party.tax_id:
            y = 47.1 + style.id_drop
            marks.append(Text(id_x, y, party.tax_id, 12, face=Face.CODE, tag=f"{side}/{side}TaxID"))
    return tuple(marks)


def _lines(invoice: Invoice) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    y = 59.75
    for line in invoice.lines:
        names = wrapped(line.item_name or "", 9, 35)
        specifications = wrapped(line.specification or "", 9, 26)
        marks += _line(line, y)
        marks += [Text(4.59, y + ROW * row, part, tag="Item") for row, part in enumerate(names)]
        marks += [
            Text(41.8, y + ROW * row, part, tag="Specification") for row, part in enumerate(specifications) if part
        ]
        y += ROW * max(len(names), len(specifications))
    return tuple(marks)


def _line(line: InvoiceLine, y: float) -> list[Mark]:
    price = number(line.unit_price)
    cells = (
        Text(72, y, line.unit or "", align=Align.CENTRE, tag="MeasurementDimension"),
        Text(103.2, y, number(line.quantity), align=Align.RIGHT, tag="Quantity"),
        Text(128, y, price, price_size(price, 23), align=Align.RIGHT, tag="Price"),
        Text(153.8, y, money(line.amount_excl_tax), align=Align.RIGHT, tag="Amount"),
        Text(166.5, y, rate(line), align=Align.CENTRE, tag="TaxScheme"),
        Text(205.2, y, tax(line), align=Align.RIGHT, tag="TaxAmount"),
    )
    return [cell for cell in cells if cell.text]


def price_size(price: str, width: float) -> float:
    """The size in points at which a unit price fits its column: many decimals are set smaller.

    >>> price_size("120.00", 23), price_size("7547.16981132075", 23)
    (9, 7.0)
    """
    return next((size for size in (9, 8.5, 8, 7.5, 7.0, 6.5, 6) if len(price) * size * 0.56 * PT <= width), 5)


def _totals(invoice: Invoice, style: Style) -> tuple[Mark, ...]:
    taxes = (
        "***" if invoice.lines and all(line.treatment for line in invoice.lines) else f"¥{money(invoice.tax_amount)}"
    )
    total = money(invoice.total_incl_tax)
    joined = (Text(157.3, 101.3, f"¥ {total}", 11, tag="TaxInclusiveTotalAmount"),)
    apart = (
        Text(155.6, 101.3, "¥", 11, tag="TaxInclusiveTotalAmount"),
        Text(158, 101.3, total, 11, tag="TaxInclusiveTotalAmount"),
    )
    return (
        Text(153.8, 94.9, f"¥{money(invoice.amount_excl_tax)}", align=Align.RIGHT, tag="TaxExclusiveTotalAmount"),
        Text(205.2, 94.9, taxes, align=Align.RIGHT, tag="TaxTotalAmount"),
        Text(63.2, 101.15, invoice.total_in_words or ""),
        *(joined if style.yen_apart else apart),
        Text(32.1, 132.4, invoice.drawer or "", tag="InvoiceClerk"),
    )


def _remark(invoice: Invoice) -> tuple[Mark, ...]:
    rows = (invoice.remark or "").splitlines()
    return tuple(Text(11.3, 107.6 + 3.6 * row, text, tag="Note") for row, text in enumerate(rows))
