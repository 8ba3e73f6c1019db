"""Photos, screenshots and scans: what the QR codes on them state, and nothing else.

A picture counts as a page whose long side is that of A4, so that boxes are in points whatever the camera. Several
invoices on one picture are several findings; a scan of several pages is read page by page, and one that cannot be
read takes nothing from the others.
"""

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pillow_heif
from PIL import Image, ImageOps
from PIL.TiffImagePlugin import TiffImageFile

from parsers import qr, qr_payload
from parsers.document import Document
from parsers.errors import Damaged, NoInvoice, ParseError, TooLarge, of_page
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
    UserWarning,
)
"""What the picture library raises on broken files."""
CUT_OFF = r"Corrupt EXIF data\.\s+Expecting to read (?!4 )"
"""How it warns that a scan's page is described no further; four bytes are the link to the next page."""
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
    """One finding for each invoice whose QR code can be read, and for each page of a scan that cannot.

    ``NoInvoice`` says what to do where there is no code; a scan without any is refused for its first broken page.
    """
    told: dict[str, Found] = {}
    broken: list[Found] = []
    for number, page in enumerate(_pages(document), 1):
        if isinstance(page, ParseError):
            broken.append(Found(number, problem=page))
            continue
        for text, testimony in _testimonies(page, number):
            told.setdefault(text, Found(number, (testimony,)))
    if not told:
        raise next((found.problem for found in broken if found.problem), NoInvoice(NO_CODE))
    return tuple(sorted((*told.values(), *broken), key=lambda found: found.page))


def page_at(document: Document, number: int) -> Image.Image | None:
    """The page of this number upright and in colour, the others left as they are; None where there is none."""
    with _opened(document.data) as image:
        if not 1 <= number <= MAX_PAGES or (number > 1 and image.format != "TIFF"):
            return None
        image.draft("RGB", DRAFT)
        page = _page(image, number) if _turned_to(image, number - 1) else None
    if isinstance(page, ParseError):
        raise page
    return page


def _pages(document: Document) -> Iterator[Image.Image | ParseError]:
    """The pages upright, big photos shrunk while they are decoded; of a scan's page that cannot be read, why."""
    with _opened(document.data) as image:
        if image.format == "TIFF":
            yield from _scanned(image)
            return
        image.draft("L", DRAFT)
        yield _upright(image)


def _scanned(image: Image.Image) -> Iterator[Image.Image | ParseError]:
    """The pages of a scan, at most ``MAX_PAGES`` and ``MAX_ALL_PIXELS``."""
    left = MAX_ALL_PIXELS
    for index in range(MAX_PAGES + 1):
        try:
            if not _turned_to(image, index):
                return
        except ParseError as problem:
            # A page that cannot be turned to may not say where the next one is.
            yield of_page(problem, index + 1, and_on=True)
            if image.tell() != index:
                return
            continue
        pixels = image.width * image.height
        left -= pixels if pixels <= MAX_PIXELS else 0
        if index == MAX_PAGES or left < 0:
            yield of_page(TooLarge(), index + 1, and_on=True)
            return
        yield _page(image, index + 1)


def _turned_to(image: Image.Image, index: int) -> bool:
    """Whether there is a page of this index; it is the image's page then."""
    with _verdicts():
        try:
            image.seek(index)
        except EOFError:
            return False
        return True


def _page(image: Image.Image, number: int) -> Image.Image | ParseError:
    try:
        with _verdicts():
            return _upright(image)
    except ParseError as problem:
        return of_page(problem, number)


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
    with _verdicts(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with _first_page(io.BytesIO(data), name) as image:
            if name == "TIFF":
                warnings.filterwarnings("error", message=CUT_OFF)
            yield image


def _first_page(file: io.BytesIO, name: str | None) -> Image.Image:
    """The picture opened; a scan past the library's own limit, which is about its first page alone."""
    return TiffImageFile(file) if name == "TIFF" else Image.open(file, formats=[name] if name else [])


@contextmanager
def _verdicts() -> Iterator[None]:
    """What the picture library raises, as what it says of the file."""
    try:
        yield
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
