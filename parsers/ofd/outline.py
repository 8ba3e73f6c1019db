"""Outlines in OFD's short form (``M 0 0 L 1 1 B ...``) as chains of points."""

import math
from collections.abc import Callable, Iterator, Sequence

from parsers.ofd.geometry import NUMBER

Point = tuple[float, float]
Chain = list[Point]

STEPS = 12
MAX_WORDS = 60_000
COUNTS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def chains(data: str) -> list[Chain]:
    """The outline as open or closed chains; what cannot be read ends it.

    >>> chains("M 0 0 L 2 0 C")
    [[(0.0, 0.0), (2.0, 0.0), (0.0, 0.0)]]
    """
    found: list[Chain] = []
    for command, numbers in _commands(data.split()[:MAX_WORDS]):
        if command in {"M", "S"}:
            found.append([(numbers[0], numbers[1])])
        elif not found:
            return found
        elif command == "C":
            found[-1].append(found[-1][0])
        else:
            found[-1].extend(CURVES[command](found[-1][-1], numbers))
    return found


def _commands(words: Sequence[str]) -> Iterator[tuple[str, list[float]]]:
    at = 0
    while at < len(words):
        command = words[at]
        count = COUNTS.get(command)
        numbers = words[at + 1 : at + 1 + (count or 0)]
        if count is None or len(numbers) < count or not all(NUMBER.fullmatch(word) for word in numbers):
            return
        yield command, [float(word) for word in numbers]
        at += 1 + count


def _line(_: Point, numbers: Sequence[float]) -> Chain:
    return [(numbers[0], numbers[1])]


def _quadratic(start: Point, numbers: Sequence[float]) -> Chain:
    x1, y1, x2, y2 = numbers
    third = 2 / 3
    one = (start[0] + third * (x1 - start[0]), start[1] + third * (y1 - start[1]))
    two = (x2 + third * (x1 - x2), y2 + third * (y1 - y2))
    return _cubic(start, (*one, *two, x2, y2))


def _cubic(start: Point, numbers: Sequence[float]) -> Chain:
    x1, y1, x2, y2, x3, y3 = numbers
    return [_between(start, (x1, y1), (x2, y2), (x3, y3), step / STEPS) for step in range(1, STEPS + 1)]


def _between(start: Point, one: Point, two: Point, end: Point, t: float) -> Point:
    u = 1 - t
    weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
    points = (start, one, two, end)
    return (
        sum(weight * point[0] for weight, point in zip(weights, points, strict=True)),
        sum(weight * point[1] for weight, point in zip(weights, points, strict=True)),
    )


def _arc(start: Point, numbers: Sequence[float]) -> Chain:
    """An elliptical arc by its end points, as in SVG; a degenerate one is a line."""
    rx, ry, angle, large, sweep, x, y = numbers
    rx, ry = abs(rx), abs(ry)
    if rx == 0 or ry == 0 or start == (x, y):
        return [(x, y)]
    turn = math.radians(angle)
    cos, sin = math.cos(turn), math.sin(turn)
    half_x, half_y = (start[0] - x) / 2, (start[1] - y) / 2
    px, py = (cos * half_x + sin * half_y) / rx, (cos * half_y - sin * half_x) / ry
    reach = px * px + py * py
    grow = max(1.0, math.sqrt(reach))
    rx, ry, px, py = rx * grow, ry * grow, px / grow, py / grow
    offset = math.sqrt(max(0.0, 1 / max(px * px + py * py, 1e-12) - 1)) * (1 if bool(large) != bool(sweep) else -1)
    middle = offset * py, -offset * px
    first = math.atan2(py - middle[1], px - middle[0])
    span = _span(first, math.atan2(-py - middle[1], -px - middle[0]), bool(sweep))
    centre_x = (start[0] + x) / 2 + cos * rx * middle[0] - sin * ry * middle[1]
    centre_y = (start[1] + y) / 2 + sin * rx * middle[0] + cos * ry * middle[1]
    angles = (first + span * step / STEPS for step in range(1, STEPS + 1))
    unit = ((rx * math.cos(at), ry * math.sin(at)) for at in angles)
    return [(centre_x + cos * u - sin * v, centre_y + sin * u + cos * v) for u, v in unit]


def _span(first: float, last: float, sweep: bool) -> float:
    span = (last - first) % (2 * math.pi)
    return span if sweep else span - 2 * math.pi


CURVES: dict[str, Callable[[Point, Sequence[float]], Chain]] = {
    "L": _line,
    "Q": _quadratic,
    "B": _cubic,
    "A": _arc,
}
