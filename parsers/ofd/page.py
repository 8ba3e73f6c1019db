"""What stands on a page: text and pictures with their places in PDF points from the page's top left."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from parsers import safe_xml
from parsers.ink import Ink
from parsers.lean import is_upright
from parsers.ofd.geometry import POINTS_PER_MM, Area, box_of, floats, matrix_of
from parsers.ofd.package import Body
from parsers.ofd.placing import MAX_RUN, Extent, Places, extent_around, line_extent, places_of
from parsers.safe_xml import Element
from reimburse.domain.reading import Box

DEFAULT_AREA = (0.0, 0.0, 210.0, 297.0)
LARGEST_SIDE = 5000
LONGEST_COLOUR = 64
LARGEST_FORM = 64 * 1024
"""Templates up to this size are kept: all invoices of one kind are written on the same form."""
ANY_SWITCH = etree.XPath("boolean(//@Visible)")


class Glyph(NamedTuple):
    """One character, its box and the height of its base line, in points."""

    char: str
    box: Box
    baseline: float


class Run:
    """A text object. Its places are worked out when asked for: most labels of a page never are."""

    __slots__ = (
        "_area", "_codes", "_colour", "_extent", "_is_on_page", "_places", "element", "identifier", "page", "text",
    )  # fmt: skip

    def __init__(self, element: Element, page: int, area: Area) -> None:
        self.element = element
        self.page = page
        self.identifier = element.get("ID") or ""
        self._codes: list[Element] = []
        self._colour: str | None = None
        for child in element:
            name = safe_xml.local(child)
            if name == "TextCode" and child.text:
                self._codes.append(child)
            elif name == "FillColor" and self._colour is None:
                self._colour = (child.get("Value") or "")[:LONGEST_COLOUR]
        self.text = "".join([(code.text or "")[:MAX_RUN] for code in self._codes])
        """The characters in the order in which they are drawn."""
        self._area = area
        self._places: Places | None = None
        self._extent: Extent | None = None
        self._is_on_page: bool | None = None

    @property
    def places(self) -> Places:
        """Where each character of ``text`` stands."""
        if self._places is None:
            self._places = places_of(self.element, self._codes, self._area)
        return self._places

    @property
    def extent(self) -> Extent:
        """Where the object stands as a whole."""
        if self._extent is None:
            simple = line_extent(self.element, self._codes, self.text, self._area)
            self._extent = simple or extent_around(self.places, self.text)
        return self._extent

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """The characters with their places."""
        *edges, baselines = self.places
        return tuple(map(Glyph, self.text, zip(*edges, strict=True), baselines))

    @property
    def box(self) -> Box:
        """Tight around what is inked."""
        return self.extent.box

    @property
    def baseline(self) -> float:
        """The height at which the first character stands."""
        return self.extent.baseline

    @property
    def is_upright(self) -> bool:
        """Whether it runs from left to right."""
        return self.element.get("CTM") is None or is_upright(matrix_of(self.element))

    @property
    def ink(self) -> Ink:
        """The colour that the object itself says it is filled with."""
        return _ink(self._colour) if self._colour else ()

    @property
    def is_on_page(self) -> bool:
        """False for what is drawn beyond the edge, where nobody sees it."""
        if self._is_on_page is None:
            left, top, right, bottom = self.extent.box
            self._is_on_page = (
                0 <= left + right <= 2 * self._area[2] * POINTS_PER_MM
                and 0 <= top + bottom <= 2 * self._area[3] * POINTS_PER_MM
            )
        return self._is_on_page


@dataclass(frozen=True, slots=True)
class Picture:
    """An image object and the resource it shows."""

    identifier: str
    resource: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """A page in points. ``runs`` are its own, ``labels`` those of its templates; some may lie beyond its edge.

    The same templates give the same labels, whatever page they are on: their own page is 0.
    """

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
    labels = _labels(tuple(body.package.zip.read(name) for name in template_names(body, root)), area)
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


def template_names(body: Body, page: Element) -> list[str]:
    """The template pages that a page stands on; templates are never followed further."""
    used = dict.fromkeys(template.get("TemplateID") or "" for template in safe_xml.children(page, "Template"))
    return [body.templates[identifier] for identifier in used if identifier in body.templates]


def _labels(templates: tuple[bytes, ...], area: Area) -> tuple[Run, ...]:
    return (_known_labels if sum(map(len, templates)) < LARGEST_FORM else _read_labels)(templates, area)


def _read_labels(templates: tuple[bytes, ...], area: Area) -> tuple[Run, ...]:
    return tuple(run for template in templates for run in _runs(safe_xml.parse(template), 0, area))


_known_labels = lru_cache(maxsize=16)(_read_labels)


@lru_cache(maxsize=64)
def _ink(colour: str) -> Ink:
    """A colour as written: a form has few."""
    return floats(colour)


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


def _pictures(root: Element, page: int, area: Area) -> Iterator[Picture]:
    for element in root.iter("{*}ImageObject"):
        box = box_of(element, area)
        if box and is_visible(element):
            yield Picture(element.get("ID") or "", element.get("ResourceID") or "", page, box)
