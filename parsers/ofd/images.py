"""Pictures in an OFD package, JBIG2 too, opened within limits."""

import io
import posixpath
from collections.abc import Iterator
from functools import lru_cache

import pypdfium2
from PIL import Image

from parsers import safe_xml
from parsers.ofd.package import Body

MAX_PIXELS = 24_000_000
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
JBIG2_MARK = b"\x97JB2\r\n\x1a\n"
UNKNOWN_PAGES = 0x2
PAGE_INFORMATION = 48
SEGMENT_HEAD = 11
MAX_SIDE = 8000


def picture_of(body: Body, resource: str) -> Image.Image | None:
    """The picture with this resource identifier; None where it is absent, too large or of no form known here."""
    name = next((part for identifier, part in _media(body) if identifier == resource), None)
    return opened(body.package.zip.read(name)) if name else None


def _media(body: Body) -> Iterator[tuple[str, str]]:
    """Identifier and part name of each medium; the resource parts are read as far as one asks."""
    for root, name in body.resources():
        folder = posixpath.join(posixpath.dirname(name), (root.get("BaseLoc") or "").strip(), "x")
        for media in safe_xml.children(root, "MultiMedias", "MultiMedia"):
            reference = safe_xml.only_text(media, "MediaFile")
            part = body.package.resolve(reference, folder) or body.package.resolve(reference, name)
            if part and media.get("ID"):
                yield media.get("ID") or "", part


def opened(data: bytes) -> Image.Image | None:
    """A picture from bytes, its pixels counted before they are unpacked."""
    if data.startswith(JBIG2_MARK):
        return _jbig2(data)
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            return None
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return image


@lru_cache(maxsize=32)
def _jbig2(data: bytes) -> Image.Image | None:
    """JBIG2 by pdfium: the segments go into a page of a PDF as they are."""
    segments = data[len(JBIG2_MARK) + 1 + (0 if data[8:9] and data[8] & UNKNOWN_PAGES else 4) :]
    if len(segments) < SEGMENT_HEAD + 8 or segments[4] & 0x3F != PAGE_INFORMATION:
        return None
    width, height = (int.from_bytes(segments[at : at + 4], "big") for at in (SEGMENT_HEAD, SEGMENT_HEAD + 4))
    if not (0 < width < MAX_SIDE and 0 < height < MAX_SIDE):
        return None
    try:
        pdf = pypdfium2.PdfDocument(_page_with(segments, width, height))
        try:
            image: Image.Image = pdf[0].render(scale=1, grayscale=True).to_pil()
            return image
        finally:
            pdf.close()
    except (pypdfium2.PdfiumError, ValueError):
        return None


def _page_with(segments: bytes, width: int, height: int) -> bytes:
    drawing = b"%d 0 0 %d 0 0 cm /I Do" % (width, height)
    image = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1" % (width, height)
    used = b"<< /XObject << /I 5 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R /Resources %s >>" % (width, height, used),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< %s /ColorSpace /DeviceGray /Filter /JBIG2Decode /Length %d >>\nstream\n%s\nendstream"
        % (image, len(segments), segments),
    ]
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(data)
    return data + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer
