"""What stands on a page: text and pictures with their places in PDF points from the page's top left."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from parsers import safe_xml
from parsers.ofd.geometry import POINTS_PER_MM, Area, around, box_of, deltas, floats, mover, number
from parsers.ofd.package import Body
from parsers.safe_xml import Element
from reimburse.domain.reading import Box

ASCENT, DESCENT = 0.88, 0.14
DEFAULT_AREA = (0.0, 0.0, 210.0, 297.0)
LARGEST_SIDE = 5000
DEFAULT_SIZE = 3.175
MAX_RUN = 20_000


class Glyph(NamedTuple):
    """One character, its box and the height of its base line, in points."""

    char: str
    box: Box
    baseline: float


class Run:
    """A text object. Its places are worked out when asked for: most labels of a page never are."""

    def __init__(self, element: Element, page: int, area: Area) -> None:
        self.element = element
        self.page = page
        self.identifier = element.get("ID") or ""
        self._area = area

    @cached_property
    def text(self) -> str:
        """The characters in the order in which they are drawn."""
        return "".join((code.text or "")[:MAX_RUN] for code in self.element.iterchildren("{*}TextCode"))

    @cached_property
    def glyphs(self) -> tuple[Glyph, ...]:
        """The characters with their places."""
        place = _turned if self.element.get("CTM") else _straight
        return tuple(place(self.element, self._area))

    @cached_property
    def box(self) -> Box:
        """Tight around what is inked."""
        inked = [glyph.box for glyph in self.glyphs if not glyph.char.isspace()]
        return around(inked or [glyph.box for glyph in self.glyphs])

    @property
    def baseline(self) -> float:
        """The height at which the first character stands."""
        return self.glyphs[0].baseline

    @property
    def is_on_page(self) -> bool:
        """False for what is drawn beyond the edge, where nobody sees it."""
        middle_x, middle_y = (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2
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
    size = number(element.get("Size"), DEFAULT_SIZE)
    for code in element.iterchildren("{*}TextCode"):
        text = (code.text or "")[:MAX_RUN]
        x, y = number(code.get("X"), 0.0), number(code.get("Y"), 0.0)
        across = deltas(code.get("DeltaX"), len(text))
        down = deltas(code.get("DeltaY"), len(text))
        for index, char in enumerate(text):
            yield char, x, y
            x += across[index] if across else (0.0 if down else natural_width(char, size))
            y += down[index] if down else 0.0


def natural_width(char: str, size: float) -> float:
    """The usual advance of a character: a full square for Chinese, half of it for others."""
    return size if ord(char) > 0x2E7F else size / 2


def is_visible(element: Element) -> bool:
    """False where the object or the layer around it is switched off."""
    around_it = (element, *element.iterancestors("{*}Layer"))
    return all((at.get("Visible") or "true").lower() != "false" for at in around_it)


def _runs(root: Element, page: int, area: Area) -> Iterator[Run]:
    for element in root.iter("{*}TextObject"):
        run = Run(element, page, area)
        if run.text and is_visible(element):
            yield run


def _straight(element: Element, area: Area) -> Iterator[Glyph]:
    """The glyphs of an object without a matrix, which nearly all are."""
    size = number(element.get("Size"), DEFAULT_SIZE)
    boundary = floats(element.get("Boundary"))
    left, top = (boundary[0] - area[0], boundary[1] - area[1]) if len(boundary) == 4 else (0.0, 0.0)
    rise, fall = size * ASCENT, size * DESCENT
    for char, x, y in characters(element):
        x0, base = (left + x) * POINTS_PER_MM, top + y
        x1 = (left + x + natural_width(char, size)) * POINTS_PER_MM
        y0, y1 = (base - rise) * POINTS_PER_MM, (base + fall) * POINTS_PER_MM
        yield Glyph(char, (x0, y0, x1, y1), base * POINTS_PER_MM)


def _turned(element: Element, area: Area) -> Iterator[Glyph]:
    size = number(element.get("Size"), DEFAULT_SIZE)
    move = mover(element, area)
    for char, x, y in characters(element):
        x0, y0 = move(x, y - size * ASCENT)
        x1, y1 = move(x + natural_width(char, size), y + size * DESCENT)
        yield Glyph(char, (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), move(x, y)[1])


def _pictures(root: Element, page: int, area: Area) -> Iterator[Picture]:
    for element in root.iter("{*}ImageObject"):
        box = box_of(element, area)
        if box and is_visible(element):
            yield Picture(element.get("ID") or "", element.get("ResourceID") or "", page, box)
