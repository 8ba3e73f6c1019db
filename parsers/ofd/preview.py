"""A page of an OFD as a picture for people: text, lines and pictures as far as they matter for reading it.

Text is set in the one font that is shipped, each character at its own place, so boxes of a reading fit.
"""

import math
from collections.abc import Iterator

from PIL import Image

from parsers import safe_xml
from parsers.document import Document
from parsers.errors import ParseError
from parsers.ofd.canvas import Canvas, angle_of
from parsers.ofd.geometry import POINTS_PER_MM, Area, floats, mover, number
from parsers.ofd.images import picture_of
from parsers.ofd.outline import chains
from parsers.ofd.package import Body, Package
from parsers.ofd.page import is_visible, page_area, template_names
from parsers.ofd.placing import DEFAULT_SIZE, characters
from parsers.ofd.stamps import stamps
from parsers.ofd.styles import BLACK, Style, Styles
from parsers.safe_xml import Element
from reimburse.domain.reading import Box

MAX_OBJECTS = 20_000
SEE_THROUGH = frozenset({"Darken", "Multiply"})


def page_picture(document: Document, page: int, scale: float) -> Image.Image | None:
    """Page ``page`` counted from 1 over all documents in the package, ``scale`` pixels to the point; or None."""
    for body in Package(document.data).bodies:
        if page <= len(body.pages):
            return _Painter(body, page, scale).painted() if page >= 1 else None
        page -= len(body.pages)
    return None


def plain_page(document: Document, scale: float) -> Image.Image:
    """The first page of a package by itself, without seals: the picture of a seal."""
    return _Painter(Package(document.data).bodies[0], 1, scale).painted(sealed=False)


def page_size(document: Document, page: int) -> tuple[float, float] | None:
    """Width and height in points of a page counted as in ``page_picture``."""
    for body in Package(document.data).bodies:
        if 1 <= page <= len(body.pages):
            area = page_area(body, body.package.xml(body.pages[page - 1][1]))
            return area[2] * POINTS_PER_MM, area[3] * POINTS_PER_MM
        page -= len(body.pages)
    return None


class _Painter:
    """One page being drawn: what lies below first."""

    def __init__(self, body: Body, page: int, scale: float) -> None:
        self.body = body
        self.identifier, name = body.pages[page - 1]
        self.root = body.package.xml(name)
        self.area = page_area(body, self.root)
        self.styles = Styles(body)
        self.canvas = Canvas(self.area[2] * POINTS_PER_MM, self.area[3] * POINTS_PER_MM, scale)
        self.left = MAX_OBJECTS

    def painted(self, *, sealed: bool = True) -> Image.Image:
        """The picture; ``sealed`` puts the seals on it."""
        below = (self.body.package.xml(name) for name in template_names(self.body, self.root))
        for part in (*below, self.root):
            self._paint_all(part, self.area)
        for appearance, area in self._annotations():
            self._paint_all(appearance, area)
        for image, box in stamps(self.body, self.identifier, self.area) if sealed else ():
            self.canvas.picture(image, box, darken=True)
        return self.canvas.finished()

    def _paint_all(self, part: Element, area: Area) -> None:
        for element in part.iter("{*}TextObject", "{*}PathObject", "{*}ImageObject"):
            self.left -= 1
            if self.left < 0:
                return
            if is_visible(element) and element.get("Alpha") != "0":
                layer = next(element.iterancestors("{*}Layer"), None)
                self._paint(element, self.styles.of(element, layer), area)

    def _paint(self, element: Element, style: Style, area: Area) -> None:
        kind = safe_xml.local(element)
        if kind == "TextObject":
            self._paint_text(element, style, area)
        elif kind == "PathObject":
            self._paint_outline(element, style, area)
        else:
            self._paint_picture(element, area)

    def _paint_text(self, element: Element, style: Style, area: Area) -> None:
        move = mover(element, area)
        start, end = move(0, 0), move(1, 0)
        along = angle_of(start, end)
        size = number(element.get("Size"), DEFAULT_SIZE) * math.dist(start, end)
        for char, x, y in characters(element):
            left, base = move(x, y)
            self.canvas.glyph(char, left, base, size, style.fill or BLACK, along)

    def _paint_outline(self, element: Element, style: Style, area: Area) -> None:
        move = mover(element, area)
        width = style.width * math.dist(move(0, 0), move(1, 0)) / POINTS_PER_MM
        for chain in chains(safe_xml.only_text(element, "AbbreviatedData") or ""):
            placed = [move(x, y) for x, y in chain]
            if style.fill and (element.get("Fill") or "").lower() == "true":
                self.canvas.area(placed, style.fill)
            if (element.get("Stroke") or "").lower() != "false":
                self.canvas.line(placed, style.stroke, width)

    def _paint_picture(self, element: Element, area: Area) -> None:
        image = picture_of(self.body, element.get("ResourceID") or "")
        if image is None:
            return
        move = mover(element, area)
        corners = [move(0, 0), move(1, 1)] if element.get("CTM") else _corners(element, area)
        (x0, y0), (x1, y1) = corners
        box: Box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        self.canvas.picture(image, box, darken=element.get("BlendMode") in SEE_THROUGH)

    def _annotations(self) -> Iterator[tuple[Element, Area]]:
        """What annotations show on this page, each with the area that puts it in its place."""
        for entry, name in self.body.listed("Annotations", "Page"):
            if entry.get("PageID") == self.identifier:
                yield from self._appearances(name)

    def _appearances(self, name: str) -> Iterator[tuple[Element, Area]]:
        try:
            root = self.body.package.xml(name)
        except ParseError:
            return
        for appearance in safe_xml.children(root, "Annot", "Appearance"):
            boundary = floats(appearance.get("Boundary"))
            if len(boundary) == 4 and is_visible(appearance):
                left, top, width, height = self.area
                yield appearance, (left - boundary[0], top - boundary[1], width, height)


def _corners(element: Element, area: Area) -> list[tuple[float, float]]:
    move = mover(element, area)
    boundary = floats(element.get("Boundary"))
    width, height = (boundary[2], boundary[3]) if len(boundary) == 4 else (0.0, 0.0)
    return [move(0, 0), move(width, height)]
