"""From the file's coordinates to an upright page, its top left at 0, 0, and back."""

import ctypes
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c

from reimburse.domain.reading import Box

SAMPLES = 24
QUARTER = 90
MOST_LEAN = 5.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A page turned clockwise by quarters; the edges are those of the page in the file."""

    rotation: int
    left: float
    bottom: float
    right: float
    top: float

    def __call__(self, x0: float, y1: float, x1: float, y0: float) -> Box:
        """Left, top, right, bottom in the file as a box on the turned page."""
        if self.rotation == 0:
            return (x0 - self.left, self.top - y1, x1 - self.left, self.top - y0)
        if self.rotation == QUARTER:
            return (y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left)
        if self.rotation == 2 * QUARTER:
            return (self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom)
        return (self.top - y1, self.right - x1, self.top - y0, self.right - x0)

    def back(self, box: Box) -> Box:
        """Left, top, right, bottom in the file, of a box on the turned page."""
        x0, y0, x1, y1 = box
        if self.rotation == 0:
            return (x0 + self.left, self.top - y0, x1 + self.left, self.top - y1)
        if self.rotation == QUARTER:
            return (y0 + self.left, x1 + self.bottom, y1 + self.left, x0 + self.bottom)
        if self.rotation == 2 * QUARTER:
            return (self.right - x1, y1 + self.bottom, self.right - x0, y0 + self.bottom)
        return (self.right - y1, self.top - x0, self.right - y0, self.top - x1)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the turned page."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.rotation % (2 * QUARTER) else (width, height)


def shown(page: Any) -> Turn:
    """As viewers show the page."""
    return Turn(page.get_rotation(), *page.get_bbox())


def readable(page: Any, text_page: Any) -> Turn:
    """As most of the text stands upright: a page may be shown lying on its side."""
    count = text_page.count_chars()
    step = max(count // SAMPLES, 1)
    turns = (_quarters(text_page.raw, index) for index in range(0, count, step))
    angles = Counter(turn for turn in turns if turn is not None)
    rotation = angles.most_common(1)[0][0] if angles else page.get_rotation()
    return Turn(rotation, *page.get_bbox())


def from_one_to_other(one: Turn, other: Turn) -> Callable[[Box], Box] | None:
    """How boxes on one turned page lie on the other; None where both are the same."""
    return None if one == other else lambda box: other(*one.back(box))


def _quarters(text_page: Any, index: int) -> int | None:
    """By how much a character is turned, in quarters; None where it stands aslant, as in watermarks."""
    angle = pdfium_c.FPDFText_GetCharAngle(text_page, ctypes.c_int(index))
    if angle < 0:
        return 0
    degrees = -math.degrees(angle)
    nearest = round(degrees / QUARTER) * QUARTER
    return nearest % 360 if abs(degrees - nearest) < MOST_LEAN else None
