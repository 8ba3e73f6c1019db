"""QR codes as pictures, with the mark 样 in the middle so that nobody takes a sample for an invoice."""

from typing import Any

import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from reimburse.domain.fonts import cjk_font_path

MODULE = 6
"""Pixels a module."""
GOLD = (205, 150, 60)


def qr_picture(payload: str, marked: bool = True) -> Image.Image:
    """The payload as a QR code in RGB; error correction is high enough to carry the mark."""
    barcode = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="Q" if marked else "M")
    pixels: Any = zxingcpp.write_barcode_to_image(barcode, scale=MODULE, add_quiet_zones=False)
    picture = Image.fromarray(_array(pixels)).convert("RGB")
    if marked:
        _mark(picture)
    return picture


def _array(pixels: Any) -> Any:
    import numpy as np

    return np.array(pixels)


def _mark(picture: Image.Image) -> None:
    side = picture.width // 5 // MODULE * MODULE
    at = (picture.width - side) // 2
    pen = ImageDraw.Draw(picture)
    pen.rectangle((at, at, at + side - 1, at + side - 1), fill="white")
    font = ImageFont.truetype(str(cjk_font_path()), int(side * 0.8))
    pen.text((picture.width / 2, picture.height / 2), "样", font=font, fill=GOLD, anchor="mm")
