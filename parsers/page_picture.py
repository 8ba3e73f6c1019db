"""A page of a document as a picture for people: what the boxes of a reading are drawn on.

Boxes are in points from the page's top left; a point is ``dpi / 72`` pixels of the picture.
"""

from PIL import Image

from parsers import ofd, pdf, picture
from parsers.document import Document
from parsers.errors import Damaged, TooLarge
from parsers.ofd import preview
from parsers.pdf.opening import loaded, opened

LEAST_DPI = 36
MOST_DPI = 300
MOST_PIXELS = 40_000_000
POINTS_PER_INCH = 72


def render(document: Document, page: int, dpi: int) -> Image.Image | None:
    """Page ``page`` (counted from 1), or None where the format has no pages (XML, XBRL) or the file no such page."""
    scale = min(max(dpi, LEAST_DPI), MOST_DPI) / POINTS_PER_INCH
    if pdf.recognises(document):
        return _pdf_page(document, page, scale)
    if ofd.recognises(document):
        return _ofd_page(document, page, scale)
    if picture.recognises(document):
        return _picture_page(document, page, scale)
    return None


def _pdf_page(document: Document, number: int, scale: float) -> Image.Image | None:
    with opened(document) as file:
        if not 1 <= number <= len(file):
            return None
        with loaded(file, number - 1) as page:
            width, height = page.get_size()
            _bounded(width * scale, height * scale)
            image: Image.Image = page.render(scale=scale).to_pil()
            return image


def _ofd_page(document: Document, number: int, scale: float) -> Image.Image | None:
    size = preview.page_size(document, number)
    if size is None:
        return None
    _bounded(size[0] * scale, size[1] * scale)
    return preview.page_picture(document, number, scale)


def _picture_page(document: Document, number: int, scale: float) -> Image.Image | None:
    image = picture.page_at(document, number)
    if image is None:
        return None
    factor = picture.points_per_pixel(image.size) * scale
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    _bounded(*size)
    return image.convert("RGB").resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _bounded(width: float, height: float) -> None:
    if width < 1 or height < 1:
        raise Damaged
    if width * height > MOST_PIXELS:
        raise TooLarge
