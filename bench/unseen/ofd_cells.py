"""What stands on the pages of an OFD invoice, in millimetres, before a program writes it as text objects.

Places as measured on real forms; ``tag`` is the path of the field in a tag file, ``row`` the line it belongs to.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bench.unseen import figures
from bench.unseen.values import rate_text
from reimburse.demo.samples.digital_sheet import digital_sheet
from reimburse.demo.samples.printed import chinese_date, in_fives, issued
from reimburse.demo.samples.sheet import PT, Align, Text, em_width
from reimburse.demo.samples.tax_controlled_sheet import cipher_lines, tax_controlled_sheet
from reimburse.domain.invoice import Invoice, InvoiceLine, Party
from reimburse.domain.money import ZERO, money_text

TYPE = 3.175
STEP = 4.5


@dataclass(frozen=True, slots=True)
class Cell:
    """A text on the page: left end of its base line, size of its type, the tag it has and the line it is of."""

    text: str
    x: float
    y: float
    tag: str = ""
    size: float = TYPE
    row: int | None = None


Page = list[Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the item table in millimetres."""

    tag: str
    x0: float
    x1: float
    align: str = "right"


DIGITAL = (
    Column("Item", 4.5, 41, "left"),
    Column("Specification", 41.5, 66, "left"),
    Column("MeasurementDimension", 66, 77.5, "centre"),
    Column("Quantity", 77.5, 102.5),
    Column("Price", 103, 127.5),
    Column("Amount", 127.5, 153.5),
    Column("TaxScheme", 154, 179, "centre"),
    Column("TaxAmount", 179.5, 205.5),
)
CONTROLLED = (
    Column("Item", 8.8, 61, "left"),
    Column("Specification", 62.4, 84.5, "left"),
    Column("MeasurementDimension", 85.5, 98.5, "centre"),
    Column("Quantity", 99.5, 117.5),
    Column("Price", 118.5, 137.5),
    Column("Amount", 139, 167),
    Column("TaxScheme", 169, 179, "centre"),
    Column("TaxAmount", 180, 208),
)


def wide(text: str, size: float = TYPE) -> float:
    """How wide the text is at this size in millimetres."""
    return em_width(text, size / PT)


def wrapped(text: str, width: float) -> list[str]:
    """The text in rows no wider than the cell."""
    rows = [""]
    for char in text:
        if wide(rows[-1] + char) > width:
            rows.append("")
        rows[-1] += char
    return rows


def right(text: str, x: float, y: float, tag: str, size: float = TYPE) -> Cell:
    """A text that ends here."""
    return Cell(text, x - wide(text, size), y, tag, size)


def labels(invoice: Invoice) -> list[Cell]:
    """What the form itself prints, the title among it."""
    sheet = (tax_controlled_sheet if invoice.code else digital_sheet)(invoice)
    texts = [mark for mark in sheet.form if isinstance(mark, Text) and mark.upright]
    shift = {Align.LEFT: 0.0, Align.CENTRE: 0.5, Align.RIGHT: 1.0}
    return [
        Cell(text.text, text.x - wide(text.text, text.size * PT) * shift[text.align], text.y, size=text.size * PT)
        for text in texts
    ]


def digital_pages(rng: random.Random, told: Invoice) -> list[Page]:
    """A fully digitalized invoice: as many pages as its lines need, sums on the last."""
    room = 88.0
    rows = [[]] if not told.lines else paged(told, DIGITAL, 59.3, room)
    pages: list[Page] = []
    for number, cells in enumerate(rows, 1):
        page = [*_digital_head(told), *cells]
        if len(rows) > 1:
            shown = {cell.row for cell in cells}
            page += _sums([line for at, line in enumerate(told.lines) if at in shown], 90.4, ("", ""))
            page.append(Cell("小        计", 20.5, 90.4))
        if number == len(rows):
            page += _sums(told.lines, 94.6, ("TaxExclusiveTotalAmount", "TaxTotalAmount"))
            page += _total(rng, told, 63, 100.9, 155.6)
        page += [Cell(text, 11.1, 107.4 + 3.3 * at, "Note") for at, text in enumerate((told.remark or "").split("\n"))]
        page.append(Cell(told.drawer or "", 32, 132.6, "InvoiceClerk"))
        pages.append(page)
    if rng.random() < 0.5:
        pages[-1].append(Cell(told.drawer or "", 32.1, 289.6, "InvoiceClerk"))
    return pages


def paged(told: Invoice, columns: Sequence[Column], top: float, bottom: float) -> list[Page]:
    """The lines in the columns, a new page where one is full."""
    pages: list[Page] = [[]]
    y = top
    for at, line in enumerate(told.lines):
        cells, deep = _row(line, at, columns, y)
        if pages[-1] and y + STEP * (deep - 1) > bottom:
            pages.append([])
            y = top
            cells, deep = _row(line, at, columns, y)
        pages[-1] += cells
        y += STEP * deep
    return pages


def _row(line: InvoiceLine, at: int, columns: Sequence[Column], y: float) -> tuple[Page, int]:
    texts = line_texts(line)
    cells: Page = []
    deep = 1
    for column in columns:
        text, width = texts[column.tag], column.x1 - column.x0
        rows = wrapped(text, width) if column.align == "left" else [text]
        deep = max(deep, len(rows))
        size = TYPE
        while column.align != "left" and size > 1.5 and wide(text, size) > width:
            size -= 0.1
        for number, part in enumerate(rows):
            slack = (width - wide(part, size)) * {"left": 0, "centre": 0.5, "right": 1}[column.align]
            cells.append(Cell(part, column.x0 + slack, y + STEP * number, column.tag, size, at))
    return cells, deep


def line_texts(line: InvoiceLine) -> dict[str, str]:
    """A line as it is printed, by tag."""
    nil = figures.is_untaxed(line)
    return {
        "Item": line.item_name or "",
        "Specification": line.specification or "",
        "MeasurementDimension": line.unit or "",
        "Quantity": figures.plain(line.quantity),
        "Price": "" if line.unit_price is None else f"{line.unit_price:f}",
        "Amount": money_text(line.amount_excl_tax or ZERO),
        "TaxScheme": rate_text(line) if line.treatment != "zero_rated" else "0%",
        "TaxAmount": "***" if nil else money_text(line.tax_amount or ZERO),
    }


def _sums(lines: Sequence[InvoiceLine], y: float, tags: tuple[str, str]) -> Iterator[Cell]:
    net = money_text(sum((line.amount_excl_tax or ZERO for line in lines), ZERO))
    untaxed = all(figures.is_untaxed(line) for line in lines)
    tax = money_text(sum((line.tax_amount or ZERO for line in lines), ZERO))
    yield right(f"¥{net}", 153.5, y, tags[0])
    yield right("***" if untaxed else f"¥{tax}", 205.5, y, tags[1])


def _total(rng: random.Random, told: Invoice, words: float, y: float, figures_at: float) -> Iterator[Cell]:
    yield Cell(rng.choice(("", "", "ⓧ", "⊗")) + (told.total_in_words or ""), words, y)
    yield Cell(
        f"{rng.choice('¥¥￥')}{money_text(told.total_incl_tax or ZERO)}",
        figures_at,
        y,
        "TaxInclusiveTotalAmount",
        3.8806,
    )


def _digital_head(told: Invoice) -> Iterator[Cell]:
    yield Cell(told.number or "", 170, 13.9, "InvoiceNo")
    yield Cell(chinese_date(issued(told)), 170, 20, "IssueDate")
    for side, party, x in (("Buyer", told.buyer, 20.0), ("Seller", told.seller, 120.0)):
        for at, part in enumerate(wrapped(party.name or "", 84)):
            yield Cell(part, x, 36.5 + 3.3 * at, f"{side}/{side}Name")
        yield Cell(party.tax_id or "", x + 37.8, 47.1, f"{side}/{side}TaxID", 4.2333)


def fitting(told: Invoice) -> Invoice:
    """The invoice with as many lines as its one page holds."""
    rows = {cell.row for cell in paged(told, CONTROLLED, 59.4, 87)[0]}
    return figures.summed(told, [line for at, line in enumerate(told.lines) if at in rows])


def controlled_page(rng: random.Random, told: Invoice) -> Page:
    """The one page of a tax-controlled invoice."""
    page = [
        Cell(told.code or "", 167.5, 10.5, "InvoiceCode"),
        Cell(told.number or "", 167.5, 15.6, "InvoiceNo"),
        Cell(chinese_date(issued(told)), 167.5, 20.6, "IssueDate"),
        Cell(rng.choice((in_fives(told.check_code), told.check_code or "")), 167.5, 25.7, "InvoiceCheckCode"),
        Cell(told.machine_number or "", 24.5, 26.8, "MachineNo"),
        *_old_party("Buyer", told.buyer, (32.8, 38.0, 43.2, 48.4)),
        *_old_party("Seller", told.seller, (106.9, 111.5, 116.3, 121.1)),
        *(Cell(text, 130.1, 33.9 + 5 * at, "TaxControlCode", 4.2333) for at, text in enumerate(cipher_lines(told))),
    ]
    page += [cell for cells in paged(told, CONTROLLED, 59.4, 200) for cell in cells]
    page += [replace(cell, y=93.6) for cell in _sums(told.lines, 0, ("TaxExclusiveTotalAmount", "TaxTotalAmount"))]
    page += _total(rng, told, 66, 99.9, 176.6)
    page += _remark(told.remark or "")
    people = ((26.0, told.payee, "Payee"), (80.5, told.reviewer, "Checker"), (127.5, told.drawer, "InvoiceClerk"))
    return page + [Cell(name or "", x, 127.1, tag) for x, name, tag in people]


def _remark(remark: str) -> Iterator[Cell]:
    rows = [part for text in remark.split("\n") for part in wrapped(text, 76)]
    size = TYPE if len(rows) < 6 else TYPE * 5 / len(rows)
    return (Cell(text, 130, 106 + 1.15 * size * at, "Note", size) for at, text in enumerate(rows))


def _old_party(side: str, party: Party, ys: Sequence[float]) -> Iterator[Cell]:
    texts = (party.name, party.tax_id, party.address_phone, party.bank_account)
    tags = ("Name", "TaxID", "AddrTel", "FinancialAccount")
    for y, text, tag in zip(ys, texts, tags, strict=True):
        size = TYPE
        while wide(text or "", size) > 80:
            size -= 0.1
        yield Cell(text or "", 38.9, y, f"{side}/{side}{tag}", size)
