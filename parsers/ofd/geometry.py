"""Numbers, deltas and matrices in OFD attributes; millimetres to PDF points."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from parsers.safe_xml import Element
from reimburse.domain.reading import Box

POINTS_PER_MM = 72 / 25.4
IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
LONGEST_NUMBER = 32
PLAIN_LIST = re.compile(r" ?(?:-?\d{1,8}(?:\.\d{0,15})?(?: |$))+", re.ASCII)
LONGEST_LIST = 1000
LARGEST = 1e9
"""What is larger is no place on any page, and neither is the infinite."""
OFTEN = 48
"""Longer lists of distances are not worth keeping: hardly two text objects have the same."""

Matrix = tuple[float, float, float, float, float, float]
Area = tuple[float, float, float, float]
Move = Callable[[float, float], tuple[float, float]]


def number(text: str | None, default: float) -> float:
    """A number as written in an attribute, or the default."""
    return _number(text, default) if text and len(text) < LONGEST_NUMBER else default


@lru_cache(maxsize=1024)
def _number(text: str, default: float) -> float:
    found = NUMBER.fullmatch(text.strip())
    value = float(found[0]) if found else default
    return value if abs(value) < LARGEST else default


def floats(text: str | None) -> list[float]:
    """All numbers in an attribute."""
    if text and len(text) < LONGEST_LIST and PLAIN_LIST.fullmatch(text):
        return [float(word) for word in text.split()]
    words = NUMBER.findall((text or "")[:LONGEST_LIST])
    return [value for word in words if len(word) < LONGEST_NUMBER and abs(value := float(word)) < LARGEST]


def deltas(text: str | None, count: int) -> Sequence[float]:
    """Distances between ``count`` characters; ``g 3 2.5`` stands for three times 2.5, one too few repeats the last.

    >>> deltas("g 2 1.5 3", 5)
    (1.5, 1.5, 3.0, 3.0, 3.0)
    """
    if not text or not count:
        return ()
    return _often(text, count) if len(text) < OFTEN else _deltas(text, count)


def _deltas(text: str, count: int) -> Sequence[float]:
    words = text.split()
    found: list[float] = []
    at = 0
    while at < len(words) and len(found) < count:
        if words[at] == "g" and at + 2 < len(words):
            times = int(number(words[at + 1], 0.0))
            found += [number(words[at + 2], 0.0)] * min(max(times, 0), count)
            at += 3
        else:
            found.append(number(words[at], 0.0))
            at += 1
    return tuple((found + found[-1:] * count)[:count])


_often = lru_cache(maxsize=1024)(_deltas)


def matrix_of(element: Element) -> Matrix:
    """The object's own matrix."""
    numbers = floats(element.get("CTM"))
    return (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]) if len(numbers) == 6 else IDENTITY


def box_of(element: Element, area: Area) -> Box | None:
    """The object's boundary in points, or None where it has none."""
    boundary = floats(element.get("Boundary"))
    if len(boundary) != 4:
        return None
    left, top = (boundary[0] - area[0]) * POINTS_PER_MM, (boundary[1] - area[1]) * POINTS_PER_MM
    return left, top, left + boundary[2] * POINTS_PER_MM, top + boundary[3] * POINTS_PER_MM


def mover(element: Element, area: Area) -> Move:
    """From the object's own millimetres to points on the page."""
    boundary = floats(element.get("Boundary"))
    left, top = (boundary[0] - area[0], boundary[1] - area[1]) if len(boundary) == 4 else (0.0, 0.0)
    a, b, c, d, e, f = matrix_of(element)

    def move(x: float, y: float) -> tuple[float, float]:
        return (a * x + c * y + e + left) * POINTS_PER_MM, (b * x + d * y + f + top) * POINTS_PER_MM

    return move


def around(boxes: Iterable[Box]) -> Box:
    """The box that holds all of them."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
