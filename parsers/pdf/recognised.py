"""Text that software recognised on a scan and hid behind or over it: a guess, full of slips, and never print."""

import ctypes
from typing import Any

import pypdfium2.raw as pdfium_c

from parsers.pdf.objects import Placed, bare, objects_of, place_of

MOST_OF_A_PAGE = 0.6
INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE


def recognised(page: Any) -> frozenset[int]:
    """The text objects that a picture of the page hides, or that are invisible on a page with such a picture."""
    pictures = [picture for picture in objects_of(page, pdfium_c.FPDF_PAGEOBJ_IMAGE) if _is_scan(page, picture)]
    if not pictures:
        return frozenset()
    texts = objects_of(page, pdfium_c.FPDF_PAGEOBJ_TEXT)
    last = max(picture.order for picture in pictures)
    mode = bare("FPDFTextObj_GetTextRenderMode", ctypes.c_int, 1)
    return frozenset(text.item for text in texts if text.order < last or mode(text.item) == INVISIBLE)


def _is_scan(page: Any, picture: Placed) -> bool:
    width, height = page.get_size()
    left, top, right, bottom = place_of(picture)
    return bool((right - left) * (top - bottom) > MOST_OF_A_PAGE * width * height)
