"""What stands on a page: text and pictures with their places in PDF points from the page's top left."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parsers import safe_xml
from parsers.ofd.package import Body
from parsers.safe_xml import Element
from reimburse.domain.reading import Box

POINTS_PER_MM = 72 / 25.4
ASCENT, DESCENT = 0.88, 0.14
DEFAULT_PAGE = (0.0, 0.0, 210.0, 297.0)
IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
MAX_RUN = 20_000

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and the left end of its base line, in millimetres of its object before the matrix."""

    char: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Run:
    """A text object: ``text`` as drawn, ``box`` tight around it, ``baseline`` of its first character in points."""

    identifier: str
    text: str
    page: int
    box: Box
    baseline: float


@dataclass(frozen=True, slots=True)
class Picture:
    """An image object and the resource it shows."""

    identifier: str
    resource: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """A page in points. ``runs`` are its own, ``labels`` those of its templates; what lies off the page is left out."""

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
    width, height = area[2] * POINTS_PER_MM, area[3] * POINTS_PER_MM
    own = [run for run in _runs(root, number, area) if _on_page(run.box, width, height)]
    labels = [run for part in template_parts(body, root) for run in _runs(part, number, area)]
    return Page(
        number,
        identifier,
        width,
        height,
        tuple(own),
        tuple(run for run in labels if _on_page(run.box, width, height)),
        tuple(_pictures(root, number, area)),
    )


def page_area(body: Body, page: Element) -> tuple[float, float, float, float]:
    """Left, top, width and height of the page in millimetres."""
    for place in (safe_xml.only_text(page, "Area", "PhysicalBox"), _default_area(body)):
        numbers = floats(place)
        if len(numbers) == 4 and 0 < numbers[2] < 5000 and 0 < numbers[3] < 5000:
            return numbers[0], numbers[1], numbers[2], numbers[3]
    return DEFAULT_PAGE


def template_parts(body: Body, page: Element) -> list[Element]:
    """The template pages that a page stands on; templates are never followed further."""
    used = (template.get("TemplateID") or "" for template in safe_xml.children(page, "Template"))
    return [body.package.xml(body.templates[identifier]) for identifier in used if identifier in body.templates]


def glyphs(element: Element) -> Iterator[Glyph]:
    """The characters of a text object with their offsets; one delta too few repeats the last."""
    size = number(element.get("Size"), 3.175)
    for code in safe_xml.children(element, "TextCode"):
        text = (code.text or "")[:MAX_RUN]
        x, y = number(code.get("X"), 0.0), number(code.get("Y"), 0.0)
        across = deltas(code.get("DeltaX"), len(text))
        down = deltas(code.get("DeltaY"), len(text))
        for index, char in enumerate(text):
            yield Glyph(char, x, y)
            x += across[index] if across else (0.0 if down else natural_width(char, size))
            y += down[index] if down else 0.0


def deltas(text: str | None, count: int) -> list[float]:
    """Distances between ``count`` characters; ``g 3 2.5`` stands for three times 2.5.

    >>> deltas("g 2 1.5 3", 5)
    [1.5, 1.5, 3.0, 3.0, 3.0]
    """
    words = (text or "").split()
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
    return (found + found[-1:] * count)[:count]


def natural_width(char: str, size: float) -> float:
    """The usual advance of a character: a full square for Chinese, half of it for others."""
    return size if ord(char) > 0x2E7F else size / 2


def number(text: str | None, default: float) -> float:
    """A number as written in an attribute, or the default."""
    found = NUMBER.fullmatch((text or "").strip())
    return float(found[0]) if found and len(found[0]) < 32 else default


def floats(text: str | None) -> list[float]:
    """All numbers in an attribute."""
    return [float(word) for word in NUMBER.findall((text or "")[:1000]) if len(word) < 32]


def matrix_of(element: Element) -> Matrix:
    """The object's own matrix."""
    numbers = floats(element.get("CTM"))
    return (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]) if len(numbers) == 6 else IDENTITY


def is_visible(element: Element) -> bool:
    """False where the object or something around it is switched off."""
    return all((at.get("Visible") or "true").lower() != "false" for at in (element, *element.iterancestors("{*}Layer")))


def _default_area(body: Body) -> str | None:
    return safe_xml.only_text(body.root, "CommonData", "PageArea", "PhysicalBox")


def _runs(root: Element, page: int, area: tuple[float, float, float, float]) -> Iterator[Run]:
    for element in root.iter("{*}TextObject"):
        placed = list(glyphs(element))
        boundary = floats(element.get("Boundary"))
        if placed and len(boundary) == 4 and is_visible(element):
            text = "".join(glyph.char for glyph in placed)
            box, baseline = _text_box(element, placed, boundary, area)
            yield Run(element.get("ID") or "", text, page, box, baseline)


def _text_box(
    element: Element, placed: list[Glyph], boundary: list[float], area: tuple[float, float, float, float]
) -> tuple[Box, float]:
    size = number(element.get("Size"), 3.175)
    inked = [glyph for glyph in placed if not glyph.char.isspace()] or placed
    left, top = min(glyph.x for glyph in inked), min(glyph.y for glyph in inked) - size * ASCENT
    right = max(glyph.x + natural_width(glyph.char, size) for glyph in inked)
    bottom = max(glyph.y for glyph in inked) + size * DESCENT
    matrix = matrix_of(element)
    corners = [_moved(matrix, x, y) for x in (left, right) for y in (top, bottom)]
    base = _moved(matrix, inked[0].x, inked[0].y)[1]
    return _to_points(corners, boundary, area), (base + boundary[1] - area[1]) * POINTS_PER_MM


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _to_points(
    corners: list[tuple[float, float]], boundary: list[float], area: tuple[float, float, float, float]
) -> Box:
    xs = [(x + boundary[0] - area[0]) * POINTS_PER_MM for x, _ in corners]
    ys = [(y + boundary[1] - area[1]) * POINTS_PER_MM for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _on_page(box: Box, width: float, height: float) -> bool:
    middle_x, middle_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return 0 <= middle_x <= width and 0 <= middle_y <= height


def _pictures(root: Element, page: int, area: tuple[float, float, float, float]) -> Iterator[Picture]:
    for element in root.iter("{*}ImageObject"):
        boundary = floats(element.get("Boundary"))
        if len(boundary) == 4 and is_visible(element):
            corners = [(0.0, 0.0), (boundary[2], boundary[3])]
            box = _to_points(corners, boundary, area)
            yield Picture(element.get("ID") or "", element.get("ResourceID") or "", page, box)
