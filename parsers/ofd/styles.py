"""Colours and line widths: an object's own, else those of the drawing parameters it or its layer names."""

from dataclasses import dataclass

from parsers import safe_xml
from parsers.ofd.geometry import floats, number
from parsers.ofd.package import Body
from parsers.safe_xml import Element

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
DEFAULT_WIDTH = 0.353
MAX_RELATIVES = 10


@dataclass(frozen=True, slots=True)
class Style:
    """How an object is drawn; the width is in millimetres. Text without a colour is black, an area is not filled."""

    fill: Colour | None
    stroke: Colour
    width: float


class Styles:
    """The drawing parameters of a document by identifier."""

    def __init__(self, body: Body) -> None:
        self._parameters = {
            parameter.get("ID") or "": parameter
            for root, _ in body.resources()
            for parameter in safe_xml.children(root, "DrawParams", "DrawParam")
        }

    def of(self, element: Element, layer: Element | None) -> Style:
        """The style of an object on a layer."""
        sources = [element, *self._named(element.get("DrawParam"))]
        if layer is not None:
            sources += self._named(layer.get("DrawParam"))
        widths = (source.get("LineWidth") for source in sources)
        width = number(next((text for text in widths if text), None), DEFAULT_WIDTH)
        fill, stroke = (_first_colour(sources, name) for name in ("FillColor", "StrokeColor"))
        return Style(fill, stroke or BLACK, width)

    def _named(self, identifier: str | None) -> list[Element]:
        """The parameters of this identifier and those they refer to; a circle of references ends."""
        found: list[Element] = []
        while identifier in self._parameters and len(found) < MAX_RELATIVES:
            parameter = self._parameters[identifier]
            found.append(parameter)
            identifier = parameter.get("Relative") or ""
        return found


def _first_colour(sources: list[Element], name: str) -> Colour | None:
    values = (safe_xml.child(source, name) for source in sources)
    return next((_colour(element.get("Value")) for element in values if element is not None), None)


def _colour(value: str | None) -> Colour:
    """Red, green and blue; one number is grey, four are cyan, magenta, yellow and black."""
    if value and "#" in value:
        return BLACK
    levels = [min(max(round(level), 0), 255) for level in floats(value)]
    if len(levels) == 1:
        return levels[0], levels[0], levels[0]
    if len(levels) == 4:
        cyan, magenta, yellow, black = levels
        red, green, blue = ((255 - ink) * (255 - black) // 255 for ink in (cyan, magenta, yellow))
        return red, green, blue
    return (levels[0], levels[1], levels[2]) if len(levels) == 3 else BLACK
