"""Sheets as a PDF, byte for byte the same on every run."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from reimburse.demo.samples.qr_picture import qr_picture
from reimburse.demo.samples.sheet import PT, Align, Code, Face, Mark, Ring, Sheet, Stroke, Text
from reimburse.domain.fonts import cjk_font_path

EMBEDDED, NOT_EMBEDDED, CODE = "ReimburseCJK", "STSong-Light", "Courier"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF, under a key of its name tree."""

    key: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Paper:
    """All of a PDF but its pages: document information, an attachment, and whether the values' type is embedded."""

    info: Mapping[str, str] = field(default_factory=dict)
    attachment: Attachment | None = None
    embedded: bool = True


class _Info(pdfdoc.PDFInfo):
    """Document information with the entries given and no others."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        super().__init__()
        self.entries = entries

    def digest(self, md5object: Any) -> None:
        """Takes the entries into the document's identity."""
        md5object.update(repr(sorted(self.entries.items())).encode())

    def format(self, document: Any) -> Any:
        """The dictionary as PDF."""
        entries = {name: pdfdoc.PDFString(value) for name, value in self.entries.items()}
        return pdfdoc.PDFDictionary(entries).format(document)


def pdf(sheets: Sequence[Sheet], paper: Paper) -> bytes:
    """The sheets as a PDF file, one page each: the form first, values after."""
    _register_fonts()
    file = io.BytesIO()
    canvas: Any = Canvas(file, pageCompression=1, invariant=1)
    canvas._doc.info = _Info(paper.info)
    if paper.attachment:
        _attach(canvas, paper.attachment)
    for sheet in sheets:
        canvas.setPageSize((sheet.width / PT, sheet.height / PT))
        _draw_all(canvas, sheet, sheet.form, EMBEDDED)
        _draw_all(canvas, sheet, sheet.values, EMBEDDED if paper.embedded else NOT_EMBEDDED)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _register_fonts() -> None:
    if EMBEDDED not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(EMBEDDED, str(cjk_font_path())))
        pdfmetrics.registerFont(UnicodeCIDFont(NOT_EMBEDDED))


def _attach(canvas: Any, attachment: Attachment) -> None:
    document = canvas._doc
    stream = pdfdoc.PDFStream(pdfdoc.PDFDictionary({"Type": pdfdoc.PDFName("EmbeddedFile")}), attachment.data)
    specification = pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("Filespec"),
            "F": pdfdoc.PDFString(attachment.name),
            "UF": pdfdoc.PDFString(attachment.name),
            "EF": pdfdoc.PDFDictionary({"F": document.Reference(stream)}),
        }
    )
    leaf = pdfdoc.PDFArray([pdfdoc.PDFString(attachment.key), document.Reference(specification)])
    document.Catalog.Names = pdfdoc.PDFDictionary({"EmbeddedFiles": pdfdoc.PDFDictionary({"Names": leaf})})


def _draw_all(canvas: Canvas, sheet: Sheet, marks: Sequence[Mark], font: str) -> None:
    for mark in marks:
        match mark:
            case Text():
                _draw_text(canvas, sheet, mark, CODE if mark.face is Face.CODE else font)
            case Stroke():
                canvas.setStrokeColorRGB(*mark.ink.value)
                canvas.setLineWidth(mark.width / PT)
                canvas.line(mark.x0 / PT, _up(sheet, mark.y0), mark.x1 / PT, _up(sheet, mark.y1))
            case Ring():
                _draw_ring(canvas, sheet, mark)
            case Code():
                picture = ImageReader(qr_picture(mark.payload, mark.marked))
                side = mark.side / PT
                canvas.drawImage(picture, mark.x / PT, _up(sheet, mark.y + mark.side), side, side)


def _up(sheet: Sheet, y: float) -> float:
    """Points from the bottom for millimetres from the top."""
    return (sheet.height - y) / PT


def _draw_text(canvas: Canvas, sheet: Sheet, mark: Text, font: str) -> None:
    canvas.setFillColorRGB(*mark.ink.value)
    canvas.setFont(font, mark.size)
    x, y = mark.x / PT, _up(sheet, mark.y)
    if not mark.upright:
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(-90)
        canvas.drawString(0, 0, mark.text)
        canvas.restoreState()
    elif mark.align is Align.RIGHT:
        canvas.drawRightString(x, y, mark.text)
    elif mark.align is Align.CENTRE:
        canvas.drawCentredString(x, y, mark.text)
    else:
        canvas.drawString(x, y, mark.text)


def _draw_ring(canvas: Canvas, sheet: Sheet, mark: Ring) -> None:
    canvas.setStrokeColorRGB(*mark.ink.value)
    canvas.setLineWidth(mark.width / PT)
    left, right = (mark.x - mark.radius_x) / PT, (mark.x + mark.radius_x) / PT
    canvas.ellipse(left, _up(sheet, mark.y + mark.radius_y), right, _up(sheet, mark.y - mark.radius_y))
