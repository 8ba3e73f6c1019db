"""What a file is by its first bytes; the name says nothing."""

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
UNKNOWN = "application/octet-stream"


def media_type(data: bytes) -> str:
    """The media type of these bytes.

    >>> media_type(b"%PDF-1.7"), media_type(b"<?xml version='1.0'?><EInvoice/>"), media_type(b"hello")
    ('application/pdf', 'application/xml', 'application/octet-stream')
    """
    if b"%PDF-" in data[:1024]:
        return "application/pdf"
    if data[:4] == b"PK\x03\x04":
        # Asking the archive's directory would cost memory that a hostile one chooses.
        return "application/ofd" if b"OFD.xml" in data else "application/zip"
    if data[4:8] == b"ftyp" and data[8:12] in BRANDS_OF_HEIC:
        return "image/heic"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    found = next((kind for magic, kind in MAGIC if data.startswith(magic)), None)
    return found or _text(data)


def _text(data: bytes) -> str:
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<?xml", b"<einvoice", b"<xbrl", b"<xbrli:")):
        return "application/xml"
    return "message/rfc822" if is_mail(data) else UNKNOWN
