"""The QR code of an OFD: the picture on the page, and the ``GraphCode`` in an attachment, as text or as a picture."""

import base64
from collections.abc import Iterator

from PIL import Image

from parsers import original_invoice, qr_payload, safe_xml
from parsers.errors import Damaged
from parsers.ofd.images import opened, picture_of
from parsers.ofd.package import Body
from parsers.ofd.page import Page
from parsers.qr import decode, decode_alone
from parsers.safe_xml import Parse
from parsers.testimony import Testimony
from reimburse.domain.reading import Box

SMALLEST, LARGEST = 24.0, 170.0
SQUARE = 1.2
MAX_PICTURES = 6
MAX_GRAPH_CODE = 200_000
QUIET = 12
LEAST_PIXELS = 150


def testimonies(body: Body, pages: list[Page], attachments: list[bytes], parse: Parse) -> Iterator[Testimony]:
    """What the codes say: first those seen on the first page, then what attachments state; the same text once."""
    texts: dict[str, Box | None] = dict(_seen(body, pages[0])) if pages else {}
    for data in attachments:
        for text in _stated(data, parse, pictures=not texts):
            texts.setdefault(text, None)
    for text, box in texts.items():
        if said := qr_payload.testimony(text, 1, box):
            yield said


def on_page(body: Body, page: Page) -> Iterator[Testimony]:
    """What the codes on a later page say, of an invoice of its own."""
    for text, box in _seen(body, page):
        if said := qr_payload.testimony(text, page.number, box):
            yield said


def _seen(body: Body, page: Page) -> Iterator[tuple[str, Box]]:
    squares = [picture for picture in page.pictures if _is_code_sized(picture.box)]
    for picture in squares[:MAX_PICTURES]:
        image = picture_of(body, picture.resource)
        for text in _decoded(image):
            yield text, picture.box


def _is_code_sized(box: Box) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    return min(width, height) >= SMALLEST and max(width, height) <= min(LARGEST, SQUARE * min(width, height))


def _stated(data: bytes, parse: Parse, *, pictures: bool) -> Iterator[str]:
    if safe_xml.root_name(data) != original_invoice.ROOT:
        return
    try:
        text = original_invoice.graph_code(parse(data))
    except Damaged:
        return
    if not text or len(text) > MAX_GRAPH_CODE:
        return
    image = _encoded_picture(text)
    if image is None:
        yield text
    elif pictures:
        yield from _decoded(image)


def _encoded_picture(text: str) -> Image.Image | None:
    try:
        return opened(base64.b64decode("".join(text.split()), validate=True))
    except ValueError:
        return None


def _decoded(image: Image.Image | None) -> list[str]:
    """Texts of the codes; a picture cut to the code gets the white margin that a reader needs.

    Black on white looks alike in every channel, so that the first try may take one as it is.
    """
    if image is None:
        return []
    plain = image.mode == "RGB" and "transparency" not in image.info
    if text := decode_alone(image.getchannel("G") if plain else _on_white(image)):
        return [text]
    grey = _on_white(image)
    framed = Image.new("L", (image.width + 2 * QUIET, image.height + 2 * QUIET), 255)
    framed.paste(grey, (QUIET, QUIET))
    if min(framed.size) < LEAST_PIXELS:
        framed = framed.resize((2 * framed.width, 2 * framed.height), Image.Resampling.NEAREST)
    return [code.text for code in decode(framed, thorough=False)]


def _on_white(image: Image.Image) -> Image.Image:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("L")
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    return paper.convert("L")
