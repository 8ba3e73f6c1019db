"""QR codes on a picture: a quick look at the whole, then a closer look at the few places that may hold one.

The cost is bounded by counts, not by a clock: the picture is shrunk to ``MOST_PIXELS`` first, and beyond the first look
there are at most ``MOST_PLACES`` cut-outs of bounded size to look at: a page without a code stays cheap.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from parsers.qr_places import Place, likely_places
from reimburse.domain.reading import Box

try:
    from pyzbar import pyzbar
except ImportError:  # The system library libzbar0 may be missing; the first reader does without it.
    pyzbar = None

MOST_PIXELS = 2400 * 1800
LONGEST_SIDE = 12_000
MOST_PLACES = 4
MOST_CUTOUT_SIDE = 640
SHORTEST = 8
"""Characters: what a closer look reads that is shorter was made of noise."""
FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
ALONE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
"""Of a picture that is nothing but a code the reader knows no model."""


@dataclass(frozen=True, slots=True)
class QrFound:
    """One code: its text, and its box in pixels of the picture handed in."""

    text: str
    box: Box


def second_reader_available() -> bool:
    """Whether pyzbar and its system library are there."""
    return pyzbar is not None


def decode(image: Image.Image, *, thorough: bool = True) -> tuple[QrFound, ...]:
    """Every QR code on the picture, from top to bottom; without ``thorough`` only what the first look finds."""
    whole = _grey(image)
    grey, factor = _shrunk(whole)
    found, suspects = _first_look(grey)
    if thorough:
        _look_closer(grey, whole, found, suspects)
    return tuple(
        QrFound(code.text, _scaled(code.box, factor))
        for code in sorted(found, key=lambda code: (code.box[1], code.box[0]))
    )


def decode_alone(grey: Image.Image) -> str | None:
    """The text of the one code that a picture is, drawn straight and clean; None where it is any other picture."""
    code = zxingcpp.read_barcode(
        grey,
        formats=ALONE,
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=zxingcpp.Binarizer.GlobalHistogram,
        is_pure=True,
    )
    return code.text if code and code.valid and code.text else None


def _grey(image: Image.Image) -> Image.Image:
    if "A" in image.getbands() or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    return image if image.mode == "L" else image.convert("L")


def _shrunk(grey: Image.Image) -> tuple[Image.Image, float]:
    """The picture within ``MOST_PIXELS``, and what its pixels are to be multiplied by to give the original's."""
    factor = max((grey.width * grey.height / MOST_PIXELS) ** 0.5, max(grey.size) / LONGEST_SIDE)
    if factor <= 1:
        return grey, 1.0
    size = max(1, round(grey.width / factor)), max(1, round(grey.height / factor))
    return grey.resize(size, Image.Resampling.BOX, reducing_gap=2.0), factor


def _scaled(box: Box, factor: float) -> Box:
    return box[0] * factor, box[1] * factor, box[2] * factor, box[3] * factor


def _first_look(grey: Image.Image) -> tuple[list[QrFound], list[Place]]:
    """What can be read at once, and the boxes of what looks like a code but cannot."""
    found, suspects = [], []
    for code in zxingcpp.read_barcodes(grey, formats=FORMATS, text_mode=zxingcpp.TextMode.Plain, return_errors=True):
        box = _edges(code.position)
        if code.valid and code.text:
            found.append(QrFound(code.text, box))
        else:
            suspects.append(_with_margin(box, grey.size))
    return found, suspects


def _edges(position: zxingcpp.Position) -> Box:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    return float(min(across)), float(min(down)), float(max(across)), float(max(down))


def _with_margin(box: Box, size: tuple[int, int]) -> Place:
    margin = max(box[2] - box[0], box[3] - box[1]) / 2
    left, top = max(0, int(box[0] - margin)), max(0, int(box[1] - margin))
    return left, top, min(size[0], int(box[2] + margin) + 1), min(size[1], int(box[3] + margin) + 1)


def _look_closer(grey: Image.Image, whole: Image.Image, found: list[QrFound], suspects: list[Place]) -> None:
    """Adds to ``found`` what the closer look at likely places reads, as fine as the ``whole`` shows them."""
    places = (
        place for place in [*suspects, *likely_places(grey, [code.box for code in found])] if _worth_a_look(place)
    )
    looked = 0
    for place in places:
        if looked == MOST_PLACES:
            return
        if any(_holds(place, code.box) for code in found):
            continue
        looked += 1
        found.extend(_read_place(whole, place, whole.width / grey.width))


def _worth_a_look(place: Place) -> bool:
    return min(place[2] - place[0], place[3] - place[1]) >= 24


def _holds(place: Place, box: Box) -> bool:
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return place[0] <= across <= place[2] and place[1] <= down <= place[3]


def _read_place(whole: Image.Image, place: Place, finer: float) -> list[QrFound]:
    left, top, right, bottom = (round(edge * finer) for edge in place)
    cutout = whole.crop((left, top, right, bottom))
    cutout.thumbnail((MOST_CUTOUT_SIDE, MOST_CUTOUT_SIDE))
    shrink = (place[2] - place[0]) / cutout.width
    for step in STEPS:
        codes = list(step(cutout))
        if codes:
            return [QrFound(code.text, _moved(code.box, shrink, place)) for code in codes]
    return []


def _moved(box: Box, factor: float, place: Place) -> Box:
    left, top, right, bottom = _scaled(box, factor)
    return left + place[0], top + place[1], right + place[0], bottom + place[1]


def _zxing(picture: Image.Image, enlarged: float = 1) -> Iterator[QrFound]:
    for code in zxingcpp.read_barcodes(picture, formats=FORMATS, text_mode=zxingcpp.TextMode.Plain):
        if len(code.text) >= SHORTEST:
            yield QrFound(code.text, _scaled(_edges(code.position), 1 / enlarged))


def _zbar(picture: Image.Image, enlarged: float = 1) -> Iterator[QrFound]:
    if pyzbar is None:
        return
    for code in pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE]):
        text = code.data.decode("utf-8", "replace")
        if len(text) >= SHORTEST and "\ufffd" not in text:
            left, top, width, height = code.rect
            yield QrFound(text, _scaled((left, top, left + width, top + height), 1 / enlarged))


def _twice(cutout: Image.Image) -> Image.Image:
    return cutout.resize((cutout.width * 2, cutout.height * 2), Image.Resampling.BICUBIC)


def _sharpened(cutout: Image.Image) -> Iterator[QrFound]:
    return _zxing(_twice(ImageOps.autocontrast(cutout, 1).filter(ImageFilter.UnsharpMask(1, 250, 0))), 2)


def _smoothed(cutout: Image.Image) -> Iterator[QrFound]:
    return _zxing(_twice(cutout.filter(ImageFilter.GaussianBlur(0.9))), 2)


STEPS: tuple[Callable[[Image.Image], Iterable[QrFound]], ...] = (_sharpened, _smoothed, _zbar)
"""What is tried on a cut-out, in this order; the first that reads a code ends the search there."""
