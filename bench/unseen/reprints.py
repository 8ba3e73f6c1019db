"""Invoices put on another sheet: as printing tools set them, turned, cut to size, or several on one page."""

import io
import random
from collections.abc import Callable

import pypdfium2
import pypdfium2.raw as pdfium_c

from bench.unseen.judging import Drawn

A4 = (595.0, 842.0)
WAYS = ("above each other", "side by side", "four", "alone", "twice wrapped", "turned", "cut")


def drawn(seed: int, form: Callable[[int], Drawn]) -> Drawn:
    """One or several of the invoices that ``form`` draws on one sheet."""
    rng = random.Random(f"reprint {seed}")
    way = rng.choice(WAYS)
    wanted = {"above each other": 2, "side by side": 2, "four": rng.choice((3, 4))}.get(way, 1)
    forms = _of_one_page(form, seed, wanted)
    data = _set(rng, way, [one.data for one in forms])
    first, *others = (one.told for one in forms)
    how = f"{way}: {' | '.join(one.how for one in forms)}"
    return Drawn(f"{seed}.pdf", data, first, how, others=tuple(told for told in others if told))


def _of_one_page(form: Callable[[int], Drawn], seed: int, wanted: int) -> list[Drawn]:
    found: list[Drawn] = []
    number = seed * 100
    while len(found) < wanted:
        one = form(number)
        with pypdfium2.PdfDocument(one.data) as pdf:
            if len(pdf) == 1:
                found.append(one)
        number += 1
    return found


def _set(rng: random.Random, way: str, pages: list[bytes]) -> bytes:
    width, height = A4
    if way == "above each other":
        return on_one_sheet(pages, (width, height), 1, 2)
    if way == "side by side":
        return on_one_sheet(pages, (2 * width, height / 2), 2, 1)
    if way == "four":
        return on_one_sheet(pages, (height, width), 2, 2)
    if way == "alone":
        return on_one_sheet(pages, (width, height), 1, rng.choice((1, 2)))
    if way == "twice wrapped":
        return on_one_sheet([on_one_sheet(pages, (width, height / 2), 1, 1)], (width, height), 1, 2)
    return _changed(rng, way, pages[0])


def on_one_sheet(pages: list[bytes], size: tuple[float, float], across: int, down: int) -> bytes:
    """The first page of each file on one sheet, each shrunk to its share."""
    joined = pypdfium2.PdfDocument.new()
    for data in pages:
        joined.import_pages(pypdfium2.PdfDocument(data), [0])
    return _saved(pypdfium2.PdfDocument(pdfium_c.FPDF_ImportNPagesToOne(joined.raw, *size, across, down)))


def _changed(rng: random.Random, way: str, data: bytes) -> bytes:
    pdf = pypdfium2.PdfDocument(data)
    margin = rng.uniform(5, 60)
    for page in pdf:
        left, bottom, right, top = page.get_mediabox()
        if way == "turned":
            page.set_rotation(rng.choice((90, 180, 270)))
        else:
            page.set_mediabox(left - margin, bottom - margin / 2, right + margin, top + margin)
            page.set_cropbox(left, bottom, right, top)
    return _saved(pdf)


def _saved(pdf: pypdfium2.PdfDocument) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()
