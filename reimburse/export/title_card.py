"""The QR code of an invoice title, for a shop to scan: the same lines that are copied."""

import io
import re
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image

MODULE = 10
"""Pixels a module of the PNG: about 500 across, sharp in print."""
SIZE = re.compile(r'<svg width="(\d+)" height="(\d+)"')


def qr_svg(text: str) -> str:
    """The text as a QR code that scales to its box."""
    drawn: str = zxingcpp.write_barcode_to_svg(_barcode(text), scale=1)
    return SIZE.sub(r'<svg viewBox="0 0 \1 \2" shape-rendering="crispEdges"', drawn, count=1)


def qr_png(text: str) -> bytes:
    """The text as a QR code with its quiet zone."""
    pixels: Any = zxingcpp.write_barcode_to_image(_barcode(text), scale=MODULE)
    out = io.BytesIO()
    Image.fromarray(np.array(pixels)).save(out, "PNG", optimize=True)
    return out.getvalue()


def _barcode(text: str) -> Any:
    return zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
