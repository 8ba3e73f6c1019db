"""Where the characters of a text object stand on a page, in points from its top left."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from parsers.ofd.geometry import POINTS_PER_MM, Area, deltas, floats, mover, number
from parsers.safe_xml import Element
from reimburse.domain.reading import Box

ASCENT, DESCENT = 0.88, 0.14
DEFAULT_SIZE = 3.175
MAX_RUN = 20_000
FARTHEST_STEP = 2.0
"""In sizes of the type: characters closer than this belong together."""
LAST_NARROW = "\u2e7f"


class Places(NamedTuple):
    """Left, top, right, bottom and base line of each character."""

    x0: list[float]
    y0: list[float]
    x1: list[float]
    y1: list[float]
    baseline: list[float]


class Extent(NamedTuple):
    """A text object as a whole: the box around what is inked, and the height at which its first character stands.

    ``is_even`` says that all characters stand on one line, each close behind the one before it, no blank at the ends.
    """

    box: Box
    baseline: float
    is_even: bool = False


def line_extent(element: Element, codes: Sequence[Element], text: str, area: Area) -> Extent | None:
    """The extent of an object that is one simple line; None where each character must be looked at."""
    if len(codes) != 1 or codes[0].get("DeltaY") or element.get("CTM") or text[0].isspace() or text[-1].isspace():
        return None
    code, size = codes[0], number(element.get("Size"), DEFAULT_SIZE)
    steps = _steps(code, text, size, ())
    if steps and min(steps) <= 0:
        return None
    left, top = _corner(element, area)
    start, base = left + number(code.get("X"), 0.0), top + number(code.get("Y"), 0.0)
    end = start + sum(steps) + natural_width(text[-1], size)
    box = (
        start * POINTS_PER_MM,
        (base - size * ASCENT) * POINTS_PER_MM,
        end * POINTS_PER_MM,
        (base + size * DESCENT) * POINTS_PER_MM,
    )
    return Extent(box, base * POINTS_PER_MM, not steps or max(steps) < FARTHEST_STEP * size)


def extent_around(places: Places, text: str) -> Extent:
    """The extent of an object by its characters."""
    x0, y0, x1, y1, baseline = places
    if inked := [index for index, char in enumerate(text) if not char.isspace()]:
        x0, y0, x1, y1 = ([column[index] for index in inked] for column in (x0, y0, x1, y1))
    return Extent((min(x0), min(y0), max(x1), max(y1)), baseline[0])


def places_of(element: Element, codes: Sequence[Element], area: Area) -> Places:
    """Where each character of the text object stands."""
    return (_turned if element.get("CTM") else _straight)(element, codes, area)


def characters(element: Element) -> Iterator[tuple[str, float, float]]:
    """The characters of a text object and the left ends of their base lines, in its own millimetres."""
    codes = element.iterchildren("{*}TextCode")
    return zip(*_columns(codes, number(element.get("Size"), DEFAULT_SIZE)), strict=True)


def _corner(element: Element, area: Area) -> tuple[float, float]:
    boundary = floats(element.get("Boundary"))
    return (boundary[0] - area[0], boundary[1] - area[1]) if len(boundary) == 4 else (0.0, 0.0)


def _columns(codes: Iterable[Element], size: float) -> tuple[str, list[float], list[float]]:
    """The characters, how far right and how far down each one stands."""
    chars = ""
    lefts: list[float] = []
    bases: list[float] = []
    for code in codes:
        text = (code.text or "")[:MAX_RUN]
        if not text:
            continue
        chars += text
        last = len(text) - 1
        down = deltas(code.get("DeltaY"), last)
        lefts += accumulate(_steps(code, text, size, down), initial=number(code.get("X"), 0.0))
        bases += accumulate(down or [0.0] * last, initial=number(code.get("Y"), 0.0))
    return chars, lefts, bases


def _steps(code: Element, text: str, size: float, down: Sequence[float]) -> Sequence[float]:
    """How far right each character but the first stands of the one before it."""
    across = deltas(code.get("DeltaX"), len(text) - 1)
    if across or down:
        return across or [0.0] * len(down)
    return [natural_width(char, size) for char in text[:-1]]


def natural_width(char: str, size: float) -> float:
    """The usual advance of a character: a full square for Chinese, half of it for others."""
    return size if char > LAST_NARROW else size / 2


def _straight(element: Element, codes: Sequence[Element], area: Area) -> Places:
    """The characters of an object without a matrix, which nearly all are."""
    size = number(element.get("Size"), DEFAULT_SIZE)
    left, top = _corner(element, area)
    chars, across, down = _columns(codes, size)
    x0 = [(left + x) * POINTS_PER_MM for x in across]
    x1 = [x + natural_width(char, size) * POINTS_PER_MM for char, x in zip(chars, x0, strict=True)]
    baseline = [(top + y) * POINTS_PER_MM for y in down]
    rise, fall = size * ASCENT * POINTS_PER_MM, size * DESCENT * POINTS_PER_MM
    return Places(x0, [y - rise for y in baseline], x1, [y + fall for y in baseline], baseline)


def _turned(element: Element, codes: Sequence[Element], area: Area) -> Places:
    size = number(element.get("Size"), DEFAULT_SIZE)
    move = mover(element, area)
    places = Places([], [], [], [], [])
    for char, x, y in zip(*_columns(codes, size), strict=True):
        x0, y0 = move(x, y - size * ASCENT)
        x1, y1 = move(x + natural_width(char, size), y + size * DESCENT)
        edges = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), move(x, y)[1])
        for column, edge in zip(places, edges, strict=True):
            column.append(edge)
    return places
