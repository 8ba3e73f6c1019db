"""Sheets as OFD pages: text objects with run-length advances, paths, the QR image, and the tags that refer to them."""

import io
from itertools import count, groupby
from xml.etree.ElementTree import Element, SubElement, register_namespace

from reimburse.demo.samples.qr_picture import qr_picture
from reimburse.demo.samples.sheet import PT, Align, Code, Face, Ink, Mark, Ring, Sheet, Stroke, Text, em_width
from reimburse.demo.samples.xml_bytes import xml_bytes

OFD_NS = "http://www.ofdspec.org/2016"
PAGE_ID, IMAGE_ID = "61", "6920"
FONTS = {Face.PLAIN: "6919", Face.CODE: "6925"}
LATIN_WIDTHS = {Face.PLAIN: 0.5, Face.CODE: 0.6}
Refs = list[tuple[str, str]]
register_namespace("ofd", OFD_NS)


def q(name: str) -> str:
    """An element name in the OFD namespace."""
    return f"{{{OFD_NS}}}{name}"


def content(sheet: Sheet, first_id: int, page: bool = True) -> tuple[bytes, Refs]:
    """The values of a sheet as page content, and (tag, object id) for every tagged text."""
    root = Element(q("Page"))
    SubElement(SubElement(root, q("Area")), q("PhysicalBox")).text = f"0 0 {sheet.width:.6g} {sheet.height:.6g}"
    if page:
        SubElement(root, q("Template"), TemplateID="1", ZOrder="Background")
    layer = SubElement(SubElement(root, q("Content")), q("Layer"), ID="6949" if page else "6")
    refs: Refs = []
    for identity, mark in zip(count(first_id), sheet.values, strict=False):
        _add(layer, str(identity), mark)
        if isinstance(mark, Text) and mark.tag:
            refs.append((mark.tag, str(identity)))
    return xml_bytes(root), refs


def tag_tree(root_name: str, refs: Refs) -> bytes:
    """The tag file: a tree of field names whose leaves refer to text objects."""
    root = Element(q(root_name), version="1.0")
    for path, identity in refs:
        parent = root
        for name in path.split("/"):
            found = parent.find(q(name))
            parent = SubElement(parent, q(name)) if found is None else found
        SubElement(parent, q("ObjectRef"), PageRef=PAGE_ID).text = identity
    return xml_bytes(root)


def public_resources() -> bytes:
    """Colours and fonts; fonts are named, not embedded."""
    root = Element(q("Res"))
    spaces = SubElement(root, q("ColorSpaces"))
    SubElement(spaces, q("ColorSpace"), ID="2", Type="RGB")
    fonts = SubElement(root, q("Fonts"))
    SubElement(fonts, q("Font"), ID=FONTS[Face.PLAIN], FontName="宋体", FamilyName="SimSun")
    SubElement(fonts, q("Font"), ID=FONTS[Face.CODE], FontName="Courier New")
    return xml_bytes(root)


def document_resources() -> bytes:
    """The one image of the document."""
    root = Element(q("Res"), BaseLoc="Res")
    media = SubElement(SubElement(root, q("MultiMedias")), q("MultiMedia"), ID=IMAGE_ID, Type="Image")
    SubElement(media, q("MediaFile")).text = f"image_{IMAGE_ID}.png"
    return xml_bytes(root)


def qr_png(sheet: Sheet) -> bytes:
    """The sheet's QR code as PNG."""
    code = next(mark for mark in sheet.values if isinstance(mark, Code))
    file = io.BytesIO()
    qr_picture(code.payload, code.marked).save(file, "PNG")
    return file.getvalue()


def advances(text: str, size: float, latin: float = 0.5) -> str:
    """The advance from each character to the next, runs of equal ones as ``g count value``.

    >>> advances("2026年", 9)
    'g 4 1.5875'
    """
    widths = [f"{em_width(char, size, latin):.6g}" for char in text[:-1]]
    runs = [(value, len(list(group))) for value, group in groupby(widths)]
    return " ".join(f"g {length} {value}" if length > 1 else value for value, length in runs)


def _add(layer: Element, identity: str, mark: Mark) -> None:
    match mark:
        case Text():
            _add_text(layer, identity, mark)
        case Stroke():
            _add_stroke(layer, identity, mark)
        case Ring():
            _add_ring(layer, identity, mark)
        case Code():
            edges = f"{mark.x:.6g} {mark.y:.6g} {mark.side:.6g} {mark.side:.6g}"
            matrix = f"{mark.side:.6g} 0 0 {mark.side:.6g} 0 0"
            SubElement(layer, q("ImageObject"), ID=identity, CTM=matrix, Boundary=edges, ResourceID=IMAGE_ID)


def _colour(ink: Ink) -> str:
    return " ".join(str(round(part * 255)) for part in ink.value)


def _add_text(layer: Element, identity: str, mark: Text) -> None:
    size = mark.size * PT
    latin = LATIN_WIDTHS[mark.face]
    width = em_width(mark.text, mark.size, latin)
    left = mark.x - width * {Align.LEFT: 0, Align.CENTRE: 0.5, Align.RIGHT: 1}[mark.align]
    edges = f"{left:.4f} {mark.y - size:.4f} {width + 1:.4f} {size * 1.3:.4f}"
    attributes = {"ID": identity, "Boundary": edges, "Font": FONTS[mark.face], "Size": f"{size:.4f}", "Fill": "true"}
    if not mark.upright:
        attributes["CTM"] = "0 1 -1 0 0 0"
        attributes["Boundary"] = f"{mark.x:.4f} {mark.y:.4f} {size * 1.3:.4f} {width + 1:.4f}"
    element = SubElement(layer, q("TextObject"), attributes)
    SubElement(element, q("FillColor"), Value=_colour(mark.ink), ColorSpace="2")
    code = SubElement(element, q("TextCode"), X="0", Y=f"{size:.4f}" if mark.upright else "0")
    if len(mark.text) > 1:
        code.set("DeltaX", advances(mark.text, mark.size, latin))
    code.text = mark.text


def _add_path(layer: Element, identity: str, edges: str, ink: Ink, width: float, path: str) -> None:
    attributes = {"ID": identity, "Boundary": edges, "LineWidth": f"{width:.6g}"}
    element = SubElement(layer, q("PathObject"), attributes)
    SubElement(element, q("StrokeColor"), Value=_colour(ink), ColorSpace="2")
    SubElement(element, q("AbbreviatedData")).text = path


def _add_stroke(layer: Element, identity: str, mark: Stroke) -> None:
    left, top = min(mark.x0, mark.x1) - 0.1, min(mark.y0, mark.y1) - 0.1
    width, height = abs(mark.x1 - mark.x0) + 0.2, abs(mark.y1 - mark.y0) + 0.2
    path = f"M {mark.x0 - left:.4f} {mark.y0 - top:.4f} L {mark.x1 - left:.4f} {mark.y1 - top:.4f}"
    _add_path(layer, identity, f"{left:.4f} {top:.4f} {width:.4f} {height:.4f}", mark.ink, mark.width, path)


def _add_ring(layer: Element, identity: str, mark: Ring) -> None:
    rx, ry = mark.radius_x, mark.radius_y
    x, y = rx + 0.5, ry + 0.5
    path = (
        f"M {x - rx:.4f} {y:.4f} A {rx:.4f} {ry:.4f} 0 1 1 {x + rx:.4f} {y:.4f} "
        f"A {rx:.4f} {ry:.4f} 0 1 1 {x - rx:.4f} {y:.4f} C"
    )
    edges = f"{mark.x - x:.4f} {mark.y - y:.4f} {2 * x:.4f} {2 * y:.4f}"
    _add_path(layer, identity, edges, mark.ink, mark.width, path)
