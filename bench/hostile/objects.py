"""PDF files written object by object, so that any of them may lie."""

import zlib
from collections.abc import Mapping

CATALOG, PAGES, PAGE, CONTENT, FIRST_FREE = 1, 2, 3, 4, 5
PLAIN_PAGE = b"/Type /Page /Parent 2 0 R /MediaBox [0 0 595 397] /Contents 4 0 R"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object as it is."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def deflated(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object, packed."""
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + entries)


def bomb(byte: bytes, size: int) -> bytes:
    """So many times the same byte, packed without ever being held in memory."""
    packer = zlib.compressobj(9)
    block = byte * (1 << 20)
    packed = [packer.compress(block) for _ in range(size >> 20)]
    return b"".join((*packed, packer.flush()))


def one_page(
    drawing: bytes = b"",
    resources: bytes = b"",
    more: Mapping[int, bytes] | None = None,
    *,
    entries: bytes = PLAIN_PAGE,
    catalog: bytes = b"",
) -> bytes:
    """A file of one page with this drawing and these resources; ``more`` are further objects, or others instead."""
    objects = {
        CATALOG: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE: b"<< %s /Resources << %s >> >>" % (entries, resources),
        CONTENT: deflated(drawing),
    }
    return written(objects | dict(more or {}))


def written(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """The objects with a table of their places."""
    data, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in sorted(objects.items()):
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in places.items())
    size = max(objects) + 1
    start = len(data)
    data += b"xref\n0 1\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\n" % (table, size, trailer)
    return bytes(data + b"startxref\n%d\n%%%%EOF\n" % start)
