"""Fictional invoice pages with QR codes, degraded as scans and phone photos are; the same seed, the same picture."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, ImageFont

DPI = 300
PAGE_MM = (210, 140)
CODE_MM = 20.3
PAPER = (252, 252, 248)
INK = (40, 38, 44)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and the payloads printed on it."""

    image: Image.Image
    payloads: tuple[str, ...]


def picture(degradation: str, seed: int) -> Picture:
    """The picture of this degradation (a key of ``DEGRADATIONS``) and seed."""
    rng = random.Random(f"{degradation}-{seed}")
    if degradation == "several":
        return _several(rng)
    text = payload(rng)
    return Picture(DEGRADATIONS[degradation](page(rng, text), rng), (text,))


def payload(rng: random.Random) -> str:
    """A fictional payload of one of the common kinds."""
    day = f"{rng.randint(2018, 2026)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    amount = f"{rng.uniform(5, 9000):.2f}"
    if rng.random() < 0.3:
        number, check = f"{rng.randrange(10**8):08}", f"{rng.randrange(10**20):020}"
        return f"01,10,0990{rng.randrange(10**8):08},{number},{amount},{day},{check},{rng.randrange(65536):04X},"
    return f"01,{rng.choice(('31', '32'))},,2599{rng.randrange(10**16):016},{amount},{day},,{rng.randrange(65536):04X}"


def page(rng: random.Random, text: str | None) -> Image.Image:
    """An invoice-like page, 210 x 140 mm at 300 dpi: code with a red mark, rules, words, seal; no code without text."""
    image = Image.new("RGB", _px(*PAGE_MM), PAPER)
    draw = ImageDraw.Draw(image)
    for y in (34, 60, 100, 112, 130):
        draw.line((*_px(6, y), *_px(204, y)), fill=(140, 60, 40), width=3)
    font = ImageFont.load_default(34)
    for y in range(36, 128, 5):
        words = " ".join(f"{rng.randrange(10**6):x}" for _ in range(12))
        draw.text(_px(8, y), words, fill=INK, font=font)
    draw.ellipse((*_px(90, 6), *_px(120, 28)), outline=(210, 40, 30), width=7)
    if text:
        image.paste(_code(text), _px(8, 8))
    return image


def _code(text: str) -> Image.Image:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="H")
    modules = Image.fromarray(np.array(code.to_image(scale=1, add_quiet_zones=False)))
    side = _px(CODE_MM, 0)[0]
    image = modules.resize((side, side), Image.Resampling.NEAREST).convert("RGB")
    middle, half = side // 2, side // 12
    ImageDraw.Draw(image).ellipse((middle - half, middle - half, middle + half, middle + half), fill=(205, 40, 35))
    return image


def _px(x_mm: float, y_mm: float) -> tuple[int, int]:
    return round(x_mm * DPI / 25.4), round(y_mm * DPI / 25.4)


def _at(image: Image.Image, dpi: float) -> Image.Image:
    factor = dpi / DPI
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS)


def _rotated(image: Image.Image, rng: random.Random) -> Image.Image:
    return _at(image, rng.uniform(95, 150)).rotate(
        rng.uniform(0, 360), Image.Resampling.BILINEAR, expand=True, fillcolor=(190, 188, 180)
    )


def _perspective(image: Image.Image, rng: random.Random) -> Image.Image:
    return _at(_tilted(image, rng, 0.3), rng.uniform(110, 170))


def _tilted(image: Image.Image, rng: random.Random, most: float) -> Image.Image:
    width, height = image.size
    corners = [
        (x + sx * rng.uniform(0, most) * width, y + sy * rng.uniform(0, most) * height)
        for x, y, sx, sy in ((0, 0, -1, -1), (0, height, -1, 1), (width, height, 1, 1), (width, 0, 1, -1))
    ]
    return image.transform(
        image.size, Image.Transform.QUAD, [edge for corner in corners for edge in corner],
        Image.Resampling.BICUBIC, fillcolor=(120, 100, 80),
    )  # fmt: skip


def _blurred(image: Image.Image, rng: random.Random) -> Image.Image:
    return _at(image, 150).filter(ImageFilter.GaussianBlur(rng.uniform(0.8, 1.8)))


def _noisy(
    image: Image.Image, rng: random.Random, least: float = 30, most: float = 115, dpi: float = 150
) -> Image.Image:
    pixels = np.asarray(_at(image, dpi), dtype=np.float32)
    noise = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(least, most), pixels.shape)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


def _faint(image: Image.Image, rng: random.Random) -> Image.Image:
    small = _at(image, 150)
    pixels = np.asarray(small, dtype=np.float32) / 255
    light = np.linspace(rng.uniform(0.5, 0.8), 1, small.width)[None, :, None]
    low, span = rng.uniform(60, 140), rng.uniform(14, 50)
    noise = np.random.default_rng(rng.getrandbits(32)).normal(0, 3, pixels.shape)
    return Image.fromarray(np.clip((low + span * pixels) * light + noise, 0, 255).astype(np.uint8))


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def _compressed(image: Image.Image, rng: random.Random) -> Image.Image:
    return _jpeg(_at(image, rng.uniform(90, 150)).filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1))), 30)


def _coarse(image: Image.Image, rng: random.Random) -> Image.Image:
    return (
        _at(image, rng.uniform(90, 150))
        .filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.9)))
        .rotate(rng.uniform(-3, 3), Image.Resampling.BILINEAR, fillcolor=PAPER)
    )


def _photo(image: Image.Image, rng: random.Random) -> Image.Image:
    """Twelve grey megapixels of a page on a desk with a shadow, out of focus, shrunk as messengers do."""
    desk = Image.new("L", (4000, 3000), 94)
    turned = (
        _tilted(image, rng, 0.05)
        .convert("L")
        .rotate(rng.uniform(-12, 12), Image.Resampling.BILINEAR, expand=True, fillcolor=94)
    )
    factor = rng.uniform(0.8, 1.0) * min(4000 / turned.width, 3000 / turned.height)
    turned = turned.resize((round(turned.width * factor), round(turned.height * factor)), Image.Resampling.BILINEAR)
    desk.paste(turned, (rng.randint(0, 4000 - turned.width), rng.randint(0, 3000 - turned.height)))
    shadow = np.linspace(rng.uniform(0.35, 0.8), 1, 4000, dtype=np.float32)[None, :]
    noise = np.random.default_rng(rng.getrandbits(32)).standard_normal((3000, 4000), dtype=np.float32) * 8
    photo = Image.fromarray(np.clip(np.asarray(desk) * shadow + noise, 0, 255).astype(np.uint8))
    photo = photo.filter(ImageFilter.GaussianBlur(rng.uniform(1.5, 4.5)))
    photo.thumbnail((rng.randint(1300, 2200),) * 2)
    return _jpeg(photo, 75)


def _several(rng: random.Random) -> Picture:
    sheet = Image.new("RGB", (1754, 2480), (200, 198, 190))
    payloads = [payload(rng) for _ in range(rng.randint(2, 3))]
    for index, text in enumerate(payloads):
        turned = _at(page(rng, text), 140).rotate(
            rng.uniform(-6, 6), Image.Resampling.BICUBIC, expand=True, fillcolor=(200, 198, 190)
        )
        sheet.paste(turned, (rng.randint(0, 300), index * 820))
    return Picture(_jpeg(sheet.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.4))), 60), tuple(payloads))


DEGRADATIONS: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "rotation": _rotated,
    "perspective": _perspective,
    "blur": _blurred,
    "noise": _noisy,
    "low contrast": _faint,
    "jpeg 30": _compressed,
    "90-150 dpi": _coarse,
    "phone photo": _photo,
    "several": lambda image, _: image,
}
