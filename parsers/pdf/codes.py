"""The QR codes of a page, by rendering: first only where a square picture stands, then the whole page."""

from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c

from parsers import qr_payload
from parsers.errors import Damaged
from parsers.pdf.objects import objects_of, place_of
from parsers.pdf.turning import shown
from parsers.qr import decode
from parsers.testimony import Testimony
from reimburse.domain.reading import Box

SCALE = 2.0
"""144 dpi, at which the codes of every producer seen can be read."""
FINE_SCALE = 200 / 72
MOST_PIXELS = 6_000_000
SMALLEST, LARGEST = 24.0, 170.0
SQUARE = 1.2
MARGIN = 6.0
MOST_PICTURES = 6


def codes_of(page: Any, number: int, invoices: int, *, scanned: bool, thorough: bool) -> list[Testimony]:
    """What the invoice codes on a page state. A page without text is looked at more closely.

    ``invoices`` says how many there seem to be on the page, ``thorough`` that it is worth the dearer steps: there is a
    code on it if it is what it seems.
    """
    width, height = page.get_size()
    found: list[Testimony] = []
    for box in _square_pictures(page, width, height):
        found += _decoded(page, number, box, SCALE, thorough=False)
        if len(found) >= max(invoices, 1):
            return found
    whole = (0.0, 0.0, width, height)
    said = _decoded(page, number, whole, SCALE, thorough=thorough)
    if found:
        return said if len(said) > len(found) else found
    return said or (_decoded(page, number, whole, FINE_SCALE, thorough=True) if scanned else [])


def _square_pictures(page: Any, width: float, height: float) -> list[Box]:
    turn = shown(page)
    boxes = [turn(*place_of(item)) for item in objects_of(page, pdfium_c.FPDF_PAGEOBJ_IMAGE)]
    return [
        (max(x0 - MARGIN, 0.0), max(y0 - MARGIN, 0.0), min(x1 + MARGIN, width), min(y1 + MARGIN, height))
        for x0, y0, x1, y1 in boxes
        if _is_square(x1 - x0, y1 - y0) and 0 <= x0 < width and 0 <= y0 < height
    ][:MOST_PICTURES]


def _is_square(width: float, height: float) -> bool:
    return min(width, height) >= SMALLEST and max(width, height) <= min(LARGEST, SQUARE * min(width, height))


def _decoded(page: Any, number: int, box: Box, scale: float, *, thorough: bool) -> list[Testimony]:
    return list(_testimonies(page, number, box, scale, thorough=thorough))


def _testimonies(page: Any, number: int, box: Box, scale: float, *, thorough: bool) -> Iterator[Testimony]:
    width, height = page.get_size()
    fitting = min(scale, (MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
    crop = (box[0], height - box[3], width - box[2], box[1])
    try:
        picture = page.render(scale=fitting, crop=crop, grayscale=True).to_pil()
    except (pypdfium2.PdfiumError, ValueError):
        raise Damaged from None
    for code in decode(picture, thorough=thorough):
        left, top, right, bottom = (edge / fitting for edge in code.box)
        place = (box[0] + left, box[1] + top, box[0] + right, box[1] + bottom)
        if said := qr_payload.testimony(code.text, number, place):
            yield said
