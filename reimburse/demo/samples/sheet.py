"""A page as marks on paper: texts, strokes, a seal and a QR code, in millimetres from the top left.

PDF and OFD are drawn from the same sheet; ``tag`` names the field of the OFD tag file that a value belongs to.
"""

from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum

PT = 25.4 / 72
"""One point in millimetres."""


class Ink(Enum):
    """Colours as red, green, blue from 0 to 1."""

    BLACK = (0.0, 0.0, 0.0)
    MAROON = (0.5, 0.0, 0.0)
    BROWN = (156 / 255, 82 / 255, 35 / 255)
    RED = (0.85, 0.1, 0.1)
    GREY = (0.45, 0.45, 0.45)


class Face(StrEnum):
    """Which type a text is set in; ``CODE`` holds ASCII only."""

    PLAIN = "plain"
    CODE = "code"


class Align(StrEnum):
    """Which point of a text ``x`` names."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Text:
    """One run of text; ``y`` is the baseline, ``size`` in points."""

    x: float
    y: float
    text: str
    size: float = 9
    ink: Ink = Ink.BLACK
    face: Face = Face.PLAIN
    align: Align = Align.LEFT
    tag: str = ""
    upright: bool = True


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float
    ink: Ink = Ink.MAROON
    width: float = 0.25


@dataclass(frozen=True, slots=True)
class Ring:
    """An ellipse, as round a seal or a circled cross."""

    x: float
    y: float
    radius_x: float
    radius_y: float
    ink: Ink = Ink.RED
    width: float = 0.4


@dataclass(frozen=True, slots=True)
class Code:
    """A square QR code with the mark 样 in its middle where ``marked``."""

    x: float
    y: float
    side: float
    payload: str
    marked: bool = True


Mark = Text | Stroke | Ring | Code


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: what the form carries, and what was filled in."""

    width: float
    height: float
    form: tuple[Mark, ...] = ()
    values: tuple[Mark, ...] = field(default=())


def box(x0: float, y0: float, x1: float, y1: float, ink: Ink = Ink.MAROON) -> tuple[Stroke, ...]:
    """The four sides of a rectangle."""
    return (
        Stroke(x0, y0, x1, y0, ink),
        Stroke(x0, y1, x1, y1, ink),
        Stroke(x0, y0, x0, y1, ink),
        Stroke(x1, y0, x1, y1, ink),
    )


def down(x: float, ys: tuple[float, ...], word: str, ink: Ink) -> tuple[Text, ...]:
    """A word written downward, one character at each height."""
    return tuple(Text(x, y, char, ink=ink) for y, char in zip(ys, word, strict=True))


def circled_cross(x: float, y: float, radius: float, ink: Ink = Ink.BLACK) -> tuple[Mark, ...]:
    """The drawn cross before an amount in words, so that nothing can be written before it."""
    arm = radius * 0.7
    return (
        Ring(x, y, radius, radius, ink, 0.2),
        Stroke(x - arm, y - arm, x + arm, y + arm, ink, 0.2),
        Stroke(x - arm, y + arm, x + arm, y - arm, ink, 0.2),
    )


def moved(mark: Mark, dx: float, dy: float) -> Mark:
    """The same mark elsewhere."""
    if isinstance(mark, Stroke):
        return replace(mark, x0=mark.x0 + dx, x1=mark.x1 + dx, y0=mark.y0 + dy, y1=mark.y1 + dy)
    return replace(mark, x=mark.x + dx, y=mark.y + dy)


def em_width(text: str, size: float, latin: float = 0.5) -> float:
    """The width in millimetres where Latin characters are ``latin`` times as wide as Chinese ones."""
    return sum(latin if ord(char) < 0x2000 else 1.0 for char in text) * size * PT


def wrapped(text: str, size: float, width: float) -> tuple[str, ...]:
    """The text in rows no wider than ``width`` millimetres, cut between characters."""
    rows = [""]
    for char in text:
        if em_width(rows[-1] + char, size) > width:
            rows.append("")
        rows[-1] += char
    return tuple(rows)
