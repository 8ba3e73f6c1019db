"""Drawing on a page's picture: places come in points, drawn at twice the size and shrunk for smooth lines."""

import math

from PIL import Image, ImageChops, ImageDraw

from parsers.ofd.fonts import font_for
from parsers.ofd.geometry import POINTS_PER_MM
from parsers.ofd.outline import Chain
from parsers.ofd.styles import Colour
from reimburse.domain.reading import Box

SMOOTH = 2
MOST_SMOOTH_PIXELS = 24_000_000
LARGEST_TYPE = 400
FARTHEST = 100_000.0


class Canvas:
    """A white page of this size in points, ``scale`` pixels to the point."""

    def __init__(self, width: float, height: float, scale: float) -> None:
        self.size = max(1, round(width * scale)), max(1, round(height * scale))
        smooth = SMOOTH if self.size[0] * self.size[1] * SMOOTH**2 <= MOST_SMOOTH_PIXELS else 1
        self._smooth = smooth
        self._scale = scale * smooth
        self._image = Image.new("RGB", (self.size[0] * smooth, self.size[1] * smooth), "white")
        self._draw = ImageDraw.Draw(self._image)

    def finished(self) -> Image.Image:
        """The picture."""
        return self._image if self._smooth == 1 else self._image.resize(self.size, Image.Resampling.BOX)

    def line(self, chain: Chain, colour: Colour, width_mm: float) -> None:
        """A line along the chain."""
        width = max(1, round(min(FARTHEST, width_mm * POINTS_PER_MM * self._scale)))
        self._draw.line(self._pixels(chain), fill=colour, width=width, joint="curve" if width > 2 else None)

    def area(self, chain: Chain, colour: Colour) -> None:
        """The area within the chain."""
        if len(chain) > 2:
            self._draw.polygon(self._pixels(chain), fill=colour)

    def glyph(self, char: str, x: float, baseline: float, size: float, colour: Colour, angle: float = 0.0) -> None:
        """A character whose base line begins here; ``size`` in points, the angle in degrees clockwise."""
        pixels = round(min(FARTHEST, size * self._scale))
        ((left, base),) = self._pixels([(x, baseline)])
        inside = 0 <= left < self._image.width and 0 <= base < self._image.height
        if not inside or not 1 <= pixels <= LARGEST_TYPE * SMOOTH or char.isspace():
            return
        font = font_for(char, pixels)
        if not angle:
            self._draw.text((left, base), char, fill=colour, font=font, anchor="ls")
            return
        tile = Image.new("L", (4 * pixels, 4 * pixels), 0)
        ImageDraw.Draw(tile).text((2 * pixels, 2 * pixels), char, fill=255, font=font, anchor="ls")
        turned = tile.rotate(-angle, resample=Image.Resampling.BICUBIC)
        self._image.paste(colour, (round(left) - 2 * pixels, round(base) - 2 * pixels), turned)

    def picture(self, image: Image.Image, box: Box, *, darken: bool = False) -> None:
        """A picture within the box; ``darken`` lets what is below show through its light parts."""
        (left, top), (right, bottom) = ((round(x), round(y)) for x, y in self._pixels([box[:2], box[2:]]))
        width, height = right - left, bottom - top
        if not (0 < width <= 2 * self._image.width and 0 < height <= 2 * self._image.height):
            return
        shown = image.convert("RGBA").resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        if darken:
            below = self._image.crop((left, top, right, bottom))
            paper = Image.new("RGBA", shown.size, "white")
            paper.alpha_composite(shown)
            self._image.paste(ImageChops.darker(below, paper.convert("RGB")), (left, top))
        else:
            self._image.paste(shown, (left, top), shown)

    def _pixels(self, chain: Chain) -> list[tuple[float, float]]:
        return [(_near(x * self._scale), _near(y * self._scale)) for x, y in chain]


def _near(place: float) -> float:
    """A place not so far off the page that it cannot be counted; what is no number lies far off, too."""
    return min(FARTHEST, max(-FARTHEST, place))


def angle_of(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The direction from one point to another in degrees clockwise; exactly 0 where it is level."""
    angle = math.degrees(math.atan2(other[1] - one[1], other[0] - one[0]))
    return 0.0 if abs(angle) < 0.5 else angle
