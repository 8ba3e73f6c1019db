"""Opening a PDF within bounds: what asks for a password, is cut off or is too large is said so."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c

from parsers.document import Document
from parsers.errors import Damaged, Encrypted, NoInvoice, TooLarge
from parsers.pdf.glyphs import Run, drawn_once, objects_without_text, text_of
from parsers.pdf.layout import Page
from parsers.pdf.objects import objects_of, place_of
from parsers.pdf.recognised import recognised
from parsers.pdf.turning import from_one_to_other, readable, shown
from reimburse.domain.reading import Box

HEAD = 1024
MOST_PAGES = 200
MOST_OBJECTS = 60_000
LONGEST_SIDE = 14_400.0
MOST_RULES = 2000
THIN, TALL = 2.0, 15.0


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
    """The text of a page, upright; what stands outside the page is not part of it."""
    if max(page.get_size()) > LONGEST_SIDE or pdfium_c.FPDFPage_CountObjects(page.raw) > MOST_OBJECTS:
        raise TooLarge
    guessed = recognised(page)
    text_page = page.get_textpage()
    try:
        turn = readable(page, text_page)
        runs, owners = text_of(text_page, turn, guessed)
    finally:
        text_page.close()
    width, height = turn.size
    holes = (turn(*place_of(item)) for item in objects_without_text(page, owners))
    return Page(
        number,
        width,
        height,
        drawn_once(run for run in runs if _is_inside(run, width, height)),
        tuple(hole for hole in holes if 0 < hole[0] < width and 0 < hole[1] < height),
        rules=tuple(_rules(turn(*place_of(item)) for item in objects_of(page, pdfium_c.FPDF_PAGEOBJ_PATH))),
        onto_shown=from_one_to_other(turn, shown(page)),
        is_scan=bool(guessed),
    )


def _rules(boxes: Iterable[Box]) -> Iterator[Box]:
    """The boxes that are upright lines."""
    return (box for box in islice(boxes, MOST_RULES) if box[2] - box[0] < THIN and box[3] - box[1] > TALL)


def _check(pdf: Any) -> None:
    count = len(pdf)
    if count == 0:
        raise NoInvoice
    if count > MOST_PAGES:
        raise TooLarge


def _is_inside(run: Run, width: float, height: float) -> bool:
    return -1 < run.x0 < width + 1 and run.y0 > -1 and run.middle < height + 1
