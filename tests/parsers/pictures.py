"""Fictional pictures with QR codes, drawn for a test and broken where the test says so."""

import io
import struct
import zlib

import numpy as np
import zxingcpp
from PIL import Image

DIGITAL = "01,31,,25990000000000004453,600.00,20250926,,3A9A"
OLD = "01,10,099001700112,20000543,6.2,20180323,06000000000004870000,8935,"
MENU = "https://example.com/menu"


def code(text: str, module: int = 5) -> Image.Image:
    """A code with its quiet zone."""
    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="H").to_image(scale=module)
    return Image.fromarray(np.array(drawn))


def sheet(*texts: str, size: tuple[int, int] = (1200, 800), module: int = 5) -> Image.Image:
    """White paper with codes side by side, the first at 60 to the right and 80 down."""
    paper = Image.new("RGB", size, "white")
    left = 60
    for text in texts:
        drawn = code(text, module)
        paper.paste(drawn, (left, 80))
        left += drawn.width + 80
    return paper


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def number_on(page: int) -> str:
    """The invoice's number on this page of a scan."""
    return f"259900000000000000{page:02}"


def scanned(page: int) -> Image.Image:
    """A page of a scan with the invoice of its number."""
    return sheet(f"01,31,,{number_on(page)},600.00,20250926,,3A9A")


def scan(compression: str, *pages: Image.Image) -> bytes:
    """A scan of these pages, else of four."""
    first, *others = pages or [scanned(page) for page in (1, 2, 3, 4)]
    return saved(first, "TIFF", save_all=True, append_images=others, compression=compression)


def with_garbled_strips(data: bytes, page: int) -> bytes:
    """The scan with the packed lines of one page turned into others."""
    garbled = bytearray(data)
    with Image.open(io.BytesIO(data)) as image:
        image.seek(page - 1)
        for start, length in zip(image.tag_v2[273], image.tag_v2[279], strict=True):
            garbled[start : start + length] = bytes(255 - byte for byte in data[start : start + length])
    return bytes(garbled)


def png_that_claims(width: int, height: int) -> bytes:
    """A small PNG file whose header promises this many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def png_with_a_text_bomb() -> bytes:
    """A PNG whose compressed comment unpacks to 200 MB."""
    plain = saved(Image.new("L", (8, 8)), "PNG")
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    return plain[:33] + _chunk(b"zTXt", b"Comment\x00\x00" + bomb) + plain[33:]


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
