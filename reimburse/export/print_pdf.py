"""A printable PDF: a sheet of facts and tables, and after it pictures of the papers it rests on."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from PIL import Image as Pictures
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Image, KeepTogether, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from reimburse.export.cells import one_line
from reimburse.export.print_font import FONT, covered, marked

MARGIN = 15 * mm
PADDING = 6
"""Points that a frame keeps free on each side."""
WIDTH, HEIGHT = A4[0] - 2 * (MARGIN + PADDING), A4[1] - 2 * (MARGIN + PADDING)
INK, FAINT, LINE = HexColor("#1A2B34"), HexColor("#5B6B73"), HexColor("#C9D3D8")
HALF = (HEIGHT - 24 * mm) / 2
"""Two landscape pictures share a page, as people glue them."""
HEAVIEST_PNG = 600_000
JPEG_QUALITY = 82
PAGES = "pages"
"""The form that holds the number of pages, which is known at the end."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its title, headings, the share of the width that each column has, which are amounts, and the rows."""

    title: str
    headings: tuple[str, ...]
    shares: tuple[float, ...]
    amounts: frozenset[int]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Printout:
    """The sheet: title, a line under it, facts two by two, tables, and blank fields to sign by hand."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    grids: tuple[Grid, ...]
    signatures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A page of a document: what it is, and its picture (PNG or JPEG), None where there is none to print and why."""

    caption: str
    picture: Callable[[], bytes] | None
    note: str = ""


def print_pdf(sheet: Printout, papers: Iterable[Paper], target: BinaryIO) -> None:
    """Write the PDF. The same sheet and pictures give the same bytes."""
    covered()
    document = SimpleDocTemplate(
        target, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=sheet.title, author="", subject=sheet.subtitle, invariant=1,
    )  # fmt: skip
    story: list[Flowable] = [*_sheet(sheet)]
    for number, paper in enumerate(papers):
        story += [PageBreak()] if number == 0 else []
        story += [_paper(paper), Spacer(0, 5 * mm)]
    footer = _footer(one_line(sheet.title))
    document.build(story, onFirstPage=footer, onLaterPages=footer, canvasmaker=_Counting)


def _sheet(sheet: Printout) -> list[Flowable]:
    story: list[Flowable] = [
        Paragraph(marked(sheet.title), _style(16, space=2)),
        Paragraph(marked(sheet.subtitle), _style(9, FAINT)),
        Spacer(0, 4 * mm),
        _facts(sheet.facts),
    ]
    for grid in sheet.grids:
        if grid.rows:
            story += [Spacer(0, 5 * mm), Paragraph(marked(grid.title), _style(11)), Spacer(0, 1.5 * mm), _grid(grid)]
    if sheet.signatures:
        story += [Spacer(0, 10 * mm), _signatures(sheet.signatures)]
    return story


def _facts(facts: Sequence[tuple[str, str]]) -> Table:
    cells = [[_cell(label, FAINT), _cell(value)] for label, value in facts]
    cells += [[_cell(""), _cell("")]] * (len(cells) % 2)
    rows = [left + right for left, right in zip(cells[::2], cells[1::2], strict=True)]
    table = Table(rows, colWidths=[WIDTH * part for part in (0.14, 0.36, 0.14, 0.36)])
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE), *_padding()])
    return table


def _grid(grid: Grid) -> Table:
    head = [_cell(heading, FAINT, right=place in grid.amounts) for place, heading in enumerate(grid.headings)]
    body = [[_cell(text, right=place in grid.amounts) for place, text in enumerate(row)] for row in grid.rows]
    table = Table([head, *body], colWidths=[WIDTH * share for share in grid.shares], repeatRows=1)
    lines = [("LINEBELOW", (0, 0), (-1, 0), 0.8, INK), ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE)]
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *lines, *_padding()])
    return table


def _signatures(names: Sequence[str]) -> Flowable:
    table = Table([[_cell(f"{name}：") for name in names]], colWidths=[WIDTH / len(names)] * len(names))
    table.setStyle([("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE), ("BOTTOMPADDING", (0, 0), (-1, -1), 18)])
    return KeepTogether(table)


def _paper(paper: Paper) -> Flowable:
    parts: list[Flowable] = [Paragraph(marked(paper.caption), _style(9, FAINT)), Spacer(0, 1.5 * mm)]
    if paper.picture is None:
        parts.append(Paragraph(marked(paper.note), _style(10)))
    else:
        parts.append(_picture(paper.picture()))
    return KeepTogether(parts)


def _picture(data: bytes) -> Image:
    """Fitted to the page's width; a landscape one takes half a page at most."""
    with Pictures.open(io.BytesIO(data)) as opened:
        width, height = opened.size
        if len(data) > HEAVIEST_PNG:
            lighter = io.BytesIO()
            opened.convert("RGB").save(lighter, "JPEG", quality=JPEG_QUALITY)
            data = lighter.getvalue()
    most = HALF if width > height else HEIGHT - 12 * mm
    scale = min(WIDTH / width, most / height)
    return Image(io.BytesIO(data), width * scale, height * scale)


def _cell(text: str, colour: Any = INK, *, right: bool = False) -> Paragraph:
    return Paragraph(marked(text), _style(8.5, colour, right=right))


def _style(size: float, colour: Any = INK, *, right: bool = False, space: float = 0) -> ParagraphStyle:
    return ParagraphStyle(
        "text", fontName=FONT, fontSize=size, leading=size * 1.4, textColor=colour, wordWrap="CJK",
        spaceAfter=space, alignment=TA_RIGHT if right else TA_LEFT,
    )  # fmt: skip


def _padding() -> list[tuple[Any, ...]]:
    sides = ("TOPPADDING", "BOTTOMPADDING", "LEFTPADDING", "RIGHTPADDING")
    return [(side, (0, 0), (-1, -1), 2.5) for side in sides]


def _footer(title: str) -> Callable[[Canvas, Any], None]:
    def drawn(canvas: Canvas, _document: Any) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(FAINT)
        canvas.drawString(MARGIN + PADDING, 8 * mm, title)
        right = A4[0] - MARGIN - PADDING - 12
        canvas.drawRightString(right, 8 * mm, f"{canvas.getPageNumber()} / ")
        canvas.saveState()
        canvas.translate(right, 8 * mm)
        canvas.doForm(PAGES)
        canvas.restoreState()

    return drawn


class _Counting(Canvas):
    """Knows how many pages there are once the last one is written."""

    def save(self) -> None:
        pages = self.getPageNumber() - 1
        self.beginForm(PAGES)
        self.setFont(FONT, 8)
        self.setFillColor(FAINT)
        self.drawString(0, 0, str(pages))
        self.endForm()
        super().save()
