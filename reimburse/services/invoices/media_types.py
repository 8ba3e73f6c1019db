"""What a file is by its first bytes; the name says nothing."""

import struct
from collections.abc import Iterator

from parsers.containers import is_mail

MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"GIF8", "image/gif"),
)
BRANDS_OF_HEIC = (b"heic", b"heix", b"mif1", b"msf1", b"hevc")
CONTAINERS = frozenset({"application/zip", "message/rfc822"})
MOST_NAMES = 2000
UNKNOWN = "application/octet-stream"


def media_type(data: bytes) -> str:
    """The media type of these bytes.

    >>> media_type(b"%PDF-1.7"), media_type(b"<?xml version='1.0'?><EInvoice/>"), media_type(b"hello")
    ('application/pdf', 'application/xml', 'application/octet-stream')
    """
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "application/ofd" if b"OFD.xml" in _names(data) else "application/zip"
    if data[4:8] == b"ftyp" and data[8:12] in BRANDS_OF_HEIC:
        return "image/heic"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    found = next((kind for magic, kind in MAGIC if data.startswith(magic)), None)
    if found is None and b"%PDF-" in data[:1024]:
        return "application/pdf"
    return found or _text(data)


def _names(data: bytes) -> Iterator[bytes]:
    """The first names in an archive's directory: as many as an OFD needs, however many a hostile one claims."""
    end = data.rfind(b"PK\x05\x06")
    at = struct.unpack_from("<I", data, end + 16)[0] if 0 <= end <= len(data) - 22 else len(data)
    for _ in range(MOST_NAMES):
        if data[at : at + 4] != b"PK\x01\x02" or at + 46 > len(data):
            return
        name, extra, comment = struct.unpack_from("<3H", data, at + 28)
        yield data[at + 46 : at + 46 + name]
        at += 46 + name + extra + comment


def _text(data: bytes) -> str:
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<?xml", b"<einvoice", b"<xbrl", b"<xbrli:")):
        return "application/xml"
    return "message/rfc822" if is_mail(data) else UNKNOWN
