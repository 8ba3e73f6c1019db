"""What stands on a page: text and pictures with their places in PDF points from the page's top left."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from lxml import etree

from parsers import safe_xml
from parsers.ofd.geometry import POINTS_PER_MM, Area, box_of, deltas, floats, mover, number
from parsers.ofd.package import Body
from parsers.safe_xml import Element
from reimburse.domain.reading import Box

ASCENT, DESCENT = 0.88, 0.14
DEFAULT_AREA = (0.0, 0.0, 210.0, 297.0)
LARGEST_SIDE = 5000
DEFAULT_SIZE = 3.175
MAX_RUN = 20_000
LAST_NARROW = "\u2e7f"
ANY_SWITCH = etree.XPath("boolean(//@Visible)")


class Glyph(NamedTuple):
    """One character, its box and the height of its base line, in points."""

    char: str
    box: Box
    baseline: float


class Places(NamedTuple):
    """Where the characters of a text object stand: left, top, right, bottom and base line of each, in points."""

    x0: list[float]
    y0: list[float]
    x1: list[float]
    y1: list[float]
    baseline: list[float]


class Run:
    """A text object. Its places are worked out when asked for: most labels of a page never are."""

    __slots__ = ("_area", "_box", "_places", "element", "identifier", "page", "text")

    def __init__(self, element: Element, page: int, area: Area) -> None:
        self.element = element
        self.page = page
        self.identifier = element.get("ID") or ""
        self.text = "".join([(code.text or "")[:MAX_RUN] for code in element.iterchildren("{*}TextCode")])
        """The characters in the order in which they are drawn."""
        self._area = area
        self._places: Places | None = None
        self._box: Box | None = None

    @property
    def places(self) -> Places:
        """Where each character of ``text`` stands."""
        if self._places is None:
            place = _turned if self.element.get("CTM") else _straight
            self._places = place(self.element, self._area)
        return self._places

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """The characters with their places."""
        *edges, baselines = self.places
        return tuple(map(Glyph, self.text, zip(*edges, strict=True), baselines))

    @property
    def box(self) -> Box:
        """Tight around what is inked."""
        if self._box is None:
            self._box = self._inked()
        return self._box

    def _inked(self) -> Box:
        x0, y0, x1, y1, _ = self.places
        inked = [index for index, char in enumerate(self.text) if not char.isspace()]
        if 0 < len(inked) < len(x0):
            x0, y0, x1, y1 = ([column[index] for index in inked] for column in (x0, y0, x1, y1))
        return min(x0), min(y0), max(x1), max(y1)

    @property
    def baseline(self) -> float:
        """The height at which the first character stands."""
        return self.places.baseline[0]

    @property
    def is_on_page(self) -> bool:
        """False for what is drawn beyond the edge, where nobody sees it."""
        left, top, right, bottom = self.box
        middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
        return 0 <= middle_x <= self._area[2] * POINTS_PER_MM and 0 <= middle_y <= self._area[3] * POINTS_PER_MM


@dataclass(frozen=True, slots=True)
class Picture:
    """An image object and the resource it shows."""

    identifier: str
    resource: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """A page in points. ``runs`` are its own, ``labels`` those of its templates; some may lie beyond its edge."""

    number: int
    identifier: str
    width: float
    height: float
    runs: tuple[Run, ...]
    labels: tuple[Run, ...]
    pictures: tuple[Picture, ...]


def page_of(body: Body, number: int) -> Page:
    """The page with this number, counted from one."""
    identifier, name = body.pages[number - 1]
    root = body.package.xml(name)
    area = page_area(body, root)
    labels = tuple(run for part in template_parts(body, root) for run in _runs(part, number, area))
    return Page(
        number,
        identifier,
        area[2] * POINTS_PER_MM,
        area[3] * POINTS_PER_MM,
        tuple(_runs(root, number, area)),
        labels,
        tuple(_pictures(root, number, area)),
    )


def page_area(body: Body, page: Element) -> Area:
    """Left, top, width and height of the page in millimetres."""
    default = safe_xml.only_text(body.root, "CommonData", "PageArea", "PhysicalBox")
    for place in (safe_xml.only_text(page, "Area", "PhysicalBox"), default):
        numbers = floats(place)
        if len(numbers) == 4 and 0 < numbers[2] < LARGEST_SIDE and 0 < numbers[3] < LARGEST_SIDE:
            return numbers[0], numbers[1], numbers[2], numbers[3]
    return DEFAULT_AREA


def template_parts(body: Body, page: Element) -> list[Element]:
    """The template pages that a page stands on; templates are never followed further."""
    used = (template.get("TemplateID") or "" for template in safe_xml.children(page, "Template"))
    return [body.package.xml(body.templates[identifier]) for identifier in used if identifier in body.templates]


def characters(element: Element) -> Iterator[tuple[str, float, float]]:
    """The characters of a text object and the left ends of their base lines, in its own millimetres."""
    return zip(*_columns(element, number(element.get("Size"), DEFAULT_SIZE)), strict=True)


def _columns(element: Element, size: float) -> tuple[str, list[float], list[float]]:
    """The characters, how far right and how far down each one stands."""
    chars = ""
    lefts: list[float] = []
    bases: list[float] = []
    for code in element.iterchildren("{*}TextCode"):
        text = (code.text or "")[:MAX_RUN]
        if not text:
            continue
        chars += text
        last = len(text) - 1
        across, down = deltas(code.get("DeltaX"), last), deltas(code.get("DeltaY"), last)
        if not across and not down:
            across = [natural_width(char, size) for char in text[:last]]
        lefts += accumulate(across or [0.0] * last, initial=number(code.get("X"), 0.0))
        bases += accumulate(down or [0.0] * last, initial=number(code.get("Y"), 0.0))
    return chars, lefts, bases


def natural_width(char: str, size: float) -> float:
    """The usual advance of a character: a full square for Chinese, half of it for others."""
    return size if char > LAST_NARROW else size / 2


def is_visible(element: Element) -> bool:
    """False where the object or the layer around it is switched off."""
    around_it = (element, *element.iterancestors("{*}Layer"))
    return all((at.get("Visible") or "true").lower() != "false" for at in around_it)


def _runs(root: Element, page: int, area: Area) -> Iterator[Run]:
    switched = ANY_SWITCH(root)
    for element in root.iter("{*}TextObject"):
        run = Run(element, page, area)
        if run.text and (not switched or is_visible(element)):
            yield run


def _straight(element: Element, area: Area) -> Places:
    """The characters of an object without a matrix, which nearly all are."""
    size = number(element.get("Size"), DEFAULT_SIZE)
    boundary = floats(element.get("Boundary"))
    left, top = (boundary[0] - area[0], boundary[1] - area[1]) if len(boundary) == 4 else (0.0, 0.0)
    rise, fall = size * ASCENT, size * DESCENT
    chars, across, down = _columns(element, size)
    lefts = [left + x for x in across]
    x0, x1 = [x * POINTS_PER_MM for x in lefts], [(x + size) * POINTS_PER_MM for x in lefts]
    if not min(chars) > LAST_NARROW:
        widths = [size if char > LAST_NARROW else size / 2 for char in chars]
        x1 = [(x + width) * POINTS_PER_MM for x, width in zip(lefts, widths, strict=True)]
    if len(set(down)) == 1:
        base = top + down[0]
        edges = ((base - rise) * POINTS_PER_MM, (base + fall) * POINTS_PER_MM, base * POINTS_PER_MM)
        y0, y1, baseline = ([edge] * len(chars) for edge in edges)
        return Places(x0, y0, x1, y1, baseline)
    bases = [top + y for y in down]
    y0, y1 = [(base - rise) * POINTS_PER_MM for base in bases], [(base + fall) * POINTS_PER_MM for base in bases]
    return Places(x0, y0, x1, y1, [base * POINTS_PER_MM for base in bases])


def _turned(element: Element, area: Area) -> Places:
    size = number(element.get("Size"), DEFAULT_SIZE)
    move = mover(element, area)
    places = Places([], [], [], [], [])
    for char, x, y in zip(*_columns(element, size), strict=True):
        x0, y0 = move(x, y - size * ASCENT)
        x1, y1 = move(x + natural_width(char, size), y + size * DESCENT)
        edges = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), move(x, y)[1])
        for column, edge in zip(places, edges, strict=True):
            column.append(edge)
    return places


def _pictures(root: Element, page: int, area: Area) -> Iterator[Picture]:
    for element in root.iter("{*}ImageObject"):
        box = box_of(element, area)
        if box and is_visible(element):
            yield Picture(element.get("ID") or "", element.get("ResourceID") or "", page, box)
