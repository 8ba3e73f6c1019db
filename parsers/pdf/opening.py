"""Opening a PDF within bounds: what asks for a password, is cut off or is too large is said so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c

from parsers.document import Document
from parsers.errors import Damaged, Encrypted, NoInvoice, TooLarge
from parsers.pdf.glyphs import Run, Turn, objects_without_text, place_of, text_of
from parsers.pdf.layout import Page
from reimburse.domain.reading import Box

HEAD = 1024
MOST_PAGES = 200
MOST_OBJECTS = 60_000
LONGEST_SIDE = 14_400.0


@contextmanager
def opened(document: Document) -> Iterator[Any]:
    """The PDF, closed again afterwards. pdfium is not thread-safe: one process reads one file at a time."""
    try:
        pdf = pypdfium2.PdfDocument(document.data)
    except pypdfium2.PdfiumError as problem:
        raise (Encrypted if problem.err_code == pdfium_c.FPDF_ERR_PASSWORD else Damaged) from None
    try:
        _check(pdf)
        yield pdf
    finally:
        pdf.close()


def is_pdf(data: bytes) -> bool:
    """Whether the header of a PDF stands near the beginning."""
    return b"%PDF-" in data[:HEAD]


@contextmanager
def loaded(pdf: Any, index: int) -> Iterator[Any]:
    """One page of the PDF, counted from 0."""
    try:
        page = pdf[index]
    except pypdfium2.PdfiumError:
        raise Damaged from None
    try:
        yield page
    finally:
        page.close()


def page_of(page: Any, number: int) -> Page:
    """The text of a page where it is shown; what stands outside the page is not part of it."""
    width, height = page.get_size()
    if max(width, height) > LONGEST_SIDE or pdfium_c.FPDFPage_CountObjects(page.raw) > MOST_OBJECTS:
        raise TooLarge
    turn = turn_of(page)
    text_page = page.get_textpage()
    try:
        runs, owners = text_of(text_page, turn)
    finally:
        text_page.close()
    holes = (turn(*place_of(item)) for item in objects_without_text(page, owners))
    return Page(
        number,
        width,
        height,
        tuple(run for run in runs if _is_inside(run, width, height)),
        tuple(hole for hole in holes if 0 < hole[0] < width and 0 < hole[1] < height),
    )


def _check(pdf: Any) -> None:
    count = len(pdf)
    if count == 0:
        raise NoInvoice
    if count > MOST_PAGES:
        raise TooLarge


def turn_of(page: Any) -> Turn:
    """From the file's coordinates to the page as shown, its top left at 0, 0."""
    left, bottom, right, top = page.get_bbox()

    def upright(x0: float, y1: float, x1: float, y0: float) -> Box:
        return (x0 - left, top - y1, x1 - left, top - y0)

    def quarter(x0: float, y1: float, x1: float, y0: float) -> Box:
        return (y0 - bottom, x0 - left, y1 - bottom, x1 - left)

    def half(x0: float, y1: float, x1: float, y0: float) -> Box:
        return (right - x1, y0 - bottom, right - x0, y1 - bottom)

    def three_quarters(x0: float, y1: float, x1: float, y0: float) -> Box:
        return (top - y1, right - x1, top - y0, right - x0)

    return {0: upright, 90: quarter, 180: half, 270: three_quarters}[page.get_rotation()]


def _is_inside(run: Run, width: float, height: float) -> bool:
    return -1 < run.x0 < width + 1 and run.y0 > -1 and run.middle < height + 1
