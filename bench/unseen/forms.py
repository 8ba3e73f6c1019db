"""Invoices drawn as each family of producers lays them out, with all that varies between two files of one family.

Places are in points from the top left, as measured on real layouts; every form is shifted and set in its own way.
"""

import io
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from reimburse.demo.samples.qr_picture import qr_picture
from reimburse.domain.fonts import cjk_font_path
from reimburse.domain.invoice import Invoice
from reimburse.domain.money import ZERO, money_text

EMBEDDED, PREDEFINED = "embedded", "STSong-Light"
pdfmetrics.registerFont(TTFont(EMBEDDED, str(cjk_font_path())))
pdfmetrics.registerFont(UnicodeCIDFont(PREDEFINED))
LEADING = 10.5
SCRIPTS = re.compile(r"[!-~]+|[^!-~]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the item table: header, the line's field, and the sides of its cells."""

    label: str
    field: str
    x0: float
    x1: float


@dataclass(frozen=True, slots=True)
class Setting:
    """How one file is set: font, how text is cut into objects, rules, numbers' alignment, seal and code."""

    font: str = EMBEDDED
    pieces: str = "whole"
    rules: str = "columns"
    align: str = "right"
    yen: str = "apart"
    overflow: str = "wrap"
    spaced_labels: bool = True
    seal: bool = False
    code: bool = True
    dx: float = 0.0
    dy: float = 0.0

    def __str__(self) -> str:
        return "/".join((self.font[:3], self.pieces, self.rules, self.align, self.overflow))


def setting(rng: random.Random) -> Setting:
    """A way of setting a file, drawn at random."""
    return Setting(
        font=rng.choice((EMBEDDED, EMBEDDED, PREDEFINED)),
        pieces=rng.choice(("whole", "whole", "scripts", "characters")),
        rules=rng.choice(("columns", "frame", "none")),
        align=rng.choice(("right", "right", "centre", "left")),
        yen=rng.choice(("apart", "joined", "blank")),
        overflow=rng.choice(("wrap", "wrap", "fill", "shrink")),
        spaced_labels=rng.random() < 0.5,
        seal=rng.random() < 0.4,
        code=rng.random() < 0.5,
        dx=rng.uniform(-2, 3),
        dy=rng.uniform(-2, 3),
    )


@dataclass
class Sheet:
    """A page being drawn."""

    canvas: Canvas
    height: float
    setting: Setting
    rules: list[tuple[float, float, float]] = field(default_factory=list)

    def width(self, text: str, size: float) -> float:
        """How wide the text is."""
        return float(pdfmetrics.stringWidth(text, self.setting.font, size))

    def put(self, x: float, y: float, text: str, size: float = 9.0) -> None:
        """Text from its left side and the top of its line, cut into objects as the setting says."""
        for piece in self._pieces(text):
            if piece.strip():
                self.canvas.setFont(self.setting.font, size)
                place = self.height - y - self.setting.dy - 0.85 * size
                self.canvas.drawString(x + self.setting.dx, place, piece)
            x += self.width(piece, size)

    def right(self, x: float, y: float, text: str, size: float = 9.0) -> None:
        """Text up to its right side."""
        self.put(x - self.width(text, size), y, text, size)

    def down(self, x: float, y: float, text: str, step: float) -> None:
        """Characters one below the other."""
        for index, char in enumerate(text):
            self.put(x, y + index * step, char)

    def rule(self, x: float, top: float, bottom: float) -> None:
        """An upright line."""
        x, top, bottom = (
            x + self.setting.dx,
            self.height - top - self.setting.dy,
            self.height - bottom - self.setting.dy,
        )
        self.canvas.setLineWidth(0.6)
        self.canvas.line(x, top, x, bottom)

    def code(self, payload: str) -> None:
        """The QR code at the top left."""
        self.canvas.drawImage(ImageReader(qr_picture(payload)), 20, self.height - 75, 56, 56)

    def _pieces(self, text: str) -> list[str]:
        if self.setting.pieces == "characters":
            return list(text)
        return SCRIPTS.findall(text) if self.setting.pieces == "scripts" else [text]


def wrapped(sheet: Sheet, text: str, wide: float, size: float) -> list[str]:
    """The text in lines that fill the width, cut after any character."""
    lines = [""]
    for char in text:
        if lines[-1] and sheet.width(lines[-1] + char, size) > wide:
            lines.append("")
        lines[-1] += char
    return lines


def item_table(
    sheet: Sheet, columns: Sequence[Column], rows: Sequence[dict[str, str]], top: float, bottom: float
) -> None:
    """Header, rules and rows."""
    for column in columns:
        wide = sheet.width(column.label, 9)
        sheet.put((column.x0 + column.x1 - wide) / 2, top, column.label)
    if sheet.setting.rules == "columns":
        for column in columns[1:]:
            sheet.rule(column.x0, top - 3, bottom)
    if sheet.setting.rules != "none":
        sheet.rule(columns[0].x0, top - 3, bottom)
        sheet.rule(columns[-1].x1, top - 3, bottom)
    y = top + 12
    for row in rows:
        for column in columns:
            for index, (line, size) in enumerate(_fitted(sheet, column, row.get(column.field, ""))):
                _align(sheet, column, line, size, y + LEADING * index)
        y += height_of(sheet, columns, row)


def height_of(sheet: Sheet, columns: Sequence[Column], row: dict[str, str]) -> float:
    """How much of the page a row takes."""
    deepest = max(len(list(_fitted(sheet, column, row.get(column.field, "")))) for column in columns)
    return LEADING * (deepest - 1) + 12


def _fitted(sheet: Sheet, column: Column, text: str) -> Iterator[tuple[str, float]]:
    """What a cell shows: text wraps, fills the cell and more, or is set smaller; figures are only set smaller."""
    wide = column.x1 - column.x0 - 2
    if column.field in TEXTS and sheet.setting.overflow == "wrap":
        yield from ((line, 9.0) for line in wrapped(sheet, text, wide, 9))
        return
    size = 9.0
    while size > 4.5 and sheet.width(text, size) > wide:
        size -= 0.25
    if column.field in TEXTS and sheet.setting.overflow == "fill" and size < 9:
        for line in wrapped(sheet, text, wide + 1.9, 9):
            yield line, 9.0
        return
    yield text, size


TEXTS = frozenset({"item_name", "specification", "unit", "place", "project", "title_no"})


def _align(sheet: Sheet, column: Column, text: str, size: float, y: float) -> None:
    wide = sheet.width(text, size)
    align = (
        "left"
        if column.field in TEXTS - {"unit"}
        else "centre"
        if column.field in {"unit", "tax_rate"}
        else sheet.setting.align
    )
    if align == "left":
        sheet.put(column.x0 + 1, y, text, size)
    elif align == "centre":
        sheet.put((column.x0 + column.x1 - wide) / 2, y, text, size)
    else:
        sheet.put(column.x1 - 1 - wide, y, text, size)


def amount(sheet: Sheet, x: float, y: float, value: str, *, from_left: bool = False) -> None:
    """An amount with its currency sign."""
    sign = {"apart": "¥", "joined": "¥", "blank": "¥ "}[sheet.setting.yen]
    wide = sheet.width(sign + value, 9)
    left = x if from_left else x - wide
    if sheet.setting.yen == "apart":
        sheet.put(left, y, sign)
        sheet.put(left + sheet.width(sign, 9), y, value)
    else:
        sheet.put(left, y, sign + value)


def payload(invoice: Invoice, number: str, kind: str) -> str:
    """The QR text of the invoice."""
    day = f"{invoice.issue_date:%Y%m%d}"
    if invoice.code:
        net = money_text(invoice.amount_excl_tax or ZERO)
        return f"01,{kind},{invoice.code},{number},{net},{day},{invoice.check_code},8935,"
    return f"01,{kind},,{number},{money_text(invoice.total_incl_tax or ZERO)},{day},,3A9A"


def canvas(size: tuple[float, float]) -> tuple[Canvas, io.BytesIO]:
    """An empty file."""
    buffer = io.BytesIO()
    return Canvas(buffer, pagesize=size, invariant=1), buffer
