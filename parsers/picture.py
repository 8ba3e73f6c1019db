"""Photos, screenshots and scans: what the QR codes on them state, and nothing else.

A picture counts as a page whose long side is that of A4, so that boxes are in points whatever the camera. Several
invoices on one picture are several findings; a scan of several pages is read page by page.
"""

import io
import itertools
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pillow_heif
from PIL import Image, ImageOps

from parsers import qr, qr_payload
from parsers.document import Document
from parsers.errors import Damaged, NoInvoice, TooLarge
from parsers.testimony import Found, Testimony
from reimburse.domain.reading import Box

LONG_SIDE_POINTS = 842.0
MAX_PIXELS = 89_000_000
MAX_PAGES = 60
MAX_ALL_PIXELS = 400_000_000
DRAFT = (2400, 2400)
REDUCIBLE = frozenset({"L", "LA", "RGB", "RGBA", "CMYK"})
SIGNATURES = {
    "JPEG": (b"\xff\xd8\xff",),
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "TIFF": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
}
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    struct.error,
    RuntimeError,
)
"""What the picture library raises on broken files."""
NO_CODE = (
    "图片上没有读到发票二维码。请正对发票重拍，光线均匀、不反光，左上角的二维码完整清晰；或上传 PDF、OFD、XML 原件。"
    " / No invoice QR code could be read in the picture: photograph the invoice straight on in even light with the QR"
    " code at its top left sharp and whole, or upload the original PDF, OFD or XML."
)
TOO_MANY_PIXELS = "图片太大。请用较低的分辨率重拍。 / The picture is too big: take it at a lower resolution."


def picture_format(data: bytes) -> str | None:
    r"""The picture format by content (JPEG, PNG, TIFF, WEBP, HEIF), or None.

    >>> picture_format(b"RIFF\x00\x00\x00\x00WEBPVP8 ")
    'WEBP'
    """
    for name, signatures in SIGNATURES.items():
        if data.startswith(signatures):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return "HEIF" if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS else None


def recognises(document: Document) -> bool:
    """Whether the bytes begin as a picture's."""
    return picture_format(document.data) is not None


def read(document: Document) -> tuple[Found, ...]:
    """One finding for each invoice whose QR code can be read; ``NoInvoice`` says what to do where there is none."""
    told: dict[str, Found] = {}
    for number, page in enumerate(pages(document), 1):
        for text, testimony in _testimonies(page, number):
            told.setdefault(text, Found(number, (testimony,)))
    if not told:
        raise NoInvoice(NO_CODE)
    return tuple(told.values())


def pages(document: Document, *, colour: bool = False) -> Iterator[Image.Image]:
    """The pages upright, big photos shrunk while they are decoded; at most ``MAX_PAGES``."""
    with _opened(document.data) as image:
        image.draft("RGB" if colour else "L", DRAFT)
        yield _upright(image)
        if image.format != "TIFF":
            return
        spent = image.width * image.height
        for index in itertools.count(1):
            try:
                image.seek(index)
            except EOFError:
                return
            spent += image.width * image.height
            if index >= MAX_PAGES or spent > MAX_ALL_PIXELS:
                raise TooLarge
            yield _upright(image)


def points_per_pixel(size: tuple[int, int]) -> float:
    """How many points a pixel of the upright picture measures.

    >>> points_per_pixel((4000, 3000))
    0.2105
    """
    return LONG_SIDE_POINTS / max(size)


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    name = picture_format(data)
    if name == "HEIF":
        pillow_heif.register_heif_opener()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[name] if name else []) as image:
                yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise TooLarge(TOO_MANY_PIXELS) from None
    except BROKEN:
        raise Damaged from None


def _upright(image: Image.Image) -> Image.Image:
    if image.width * image.height > MAX_PIXELS:
        raise TooLarge(TOO_MANY_PIXELS)
    image.load()
    factor = int((image.width * image.height / qr.MOST_PIXELS) ** 0.5)
    if factor > 1:
        plain = image if image.mode in REDUCIBLE else image.convert("RGBA" if "transparency" in image.info else "RGB")
        # Reduced first, as turning takes a second copy. A new picture keeps the tags that say how it lies.
        image = plain.reduce(factor)
    return ImageOps.exif_transpose(image)


def _testimonies(page: Image.Image, number: int) -> Iterator[tuple[str, Testimony]]:
    scale = points_per_pixel(page.size)
    for code in qr.decode(page):
        testimony = qr_payload.testimony(code.text, number, _points(code.box, scale))
        if testimony:
            yield code.text, testimony


def _points(box: Box, scale: float) -> Box:
    return box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale
