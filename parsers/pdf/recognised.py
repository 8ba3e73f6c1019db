"""Text that software recognised on a scan and hid behind or over it: a guess, full of slips, and never print."""

import ctypes
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c
from PIL import ImageStat

from parsers.pdf.objects import Placed, bare, objects_of, place_of

MOST_OF_A_PAGE = 0.6
MOST_PIXELS = 40_000_000
LEAST_OPAQUE = 128
"""The average alpha, of 255, from which a picture hides what lies below it; a watermark's is far less."""
INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE


def recognised(page: Any) -> frozenset[int]:
    """The text objects that a picture of the page hides, or that are invisible on a page with such a picture."""
    pictures = [picture for picture in objects_of(page, pdfium_c.FPDF_PAGEOBJ_IMAGE) if _is_scan(page, picture)]
    if not pictures:
        return frozenset()
    texts = objects_of(page, pdfium_c.FPDF_PAGEOBJ_TEXT)
    mode = bare("FPDFTextObj_GetTextRenderMode", ctypes.c_int, 1)
    unseen = {text.item for text in texts if mode(text.item) == INVISIBLE}
    last = max(picture.order for picture in pictures)
    if any(text.order < last for text in texts):
        covers = [picture.order for picture in pictures if _hides(page, picture)]
        unseen.update(text.item for text in texts if text.order < max(covers, default=-1))
    return frozenset(unseen)


def _is_scan(page: Any, picture: Placed) -> bool:
    width, height = page.get_size()
    left, top, right, bottom = place_of(picture)
    return bool((right - left) * (top - bottom) > MOST_OF_A_PAGE * width * height)


def _hides(page: Any, picture: Placed) -> bool:
    """Whether nothing below the picture can be seen: a watermark may be a picture too."""
    item = ctypes.cast(picture.item, pdfium_c.FPDF_PAGEOBJECT)
    if pdfium_c.FPDFPageObj_HasTransparency(item):
        return False
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium_c.FPDFImageObj_GetImagePixelSize(item, width, height)
    if width.value * height.value > MOST_PIXELS:
        return True
    bitmap = pdfium_c.FPDFImageObj_GetRenderedBitmap(page.pdf.raw, page.raw, item)
    if not bitmap:
        return True
    shown = pypdfium2.PdfBitmap.from_raw(bitmap)
    try:
        image = shown.to_pil()
        return "A" not in image.getbands() or ImageStat.Stat(image.getchannel("A")).mean[0] >= LEAST_OPAQUE
    finally:
        shown.close()
