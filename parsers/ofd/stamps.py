"""The pictures of the seals on a page. They show that a seal is there; whether it holds is for ``parsers.seal``."""

from collections.abc import Iterator

from PIL import Image

from parsers import safe_xml
from parsers.document import Document
from parsers.errors import ParseError
from parsers.ofd.geometry import POINTS_PER_MM, Area, floats
from parsers.ofd.images import opened
from parsers.ofd.package import ENTRY, Body
from parsers.safe_xml import Element
from parsers.seal import ses
from parsers.seal.der import Malformed
from reimburse.domain.reading import Box

MAX_STAMPS = 20
NESTED_SCALE = 4.0


def stamps(body: Body, page: str, area: Area) -> Iterator[tuple[Image.Image, Box]]:
    """Picture and place of each seal put on the page with this identifier."""
    for signature, name in list(_signatures(body))[:MAX_STAMPS]:
        boxes = [box for box in _boxes(signature, page, area) if box]
        image = _seal_picture(body, signature, name) if boxes else None
        if image:
            yield from ((image, box) for box in boxes)


def _signatures(body: Body) -> Iterator[tuple[Element, str]]:
    package = body.package
    listing = package.resolve(safe_xml.only_text(body.entry, "Signatures"), ENTRY)
    try:
        entries = safe_xml.children(package.xml(listing), "Signature") if listing else []
        for entry in entries:
            name = package.resolve(entry.get("BaseLoc"), listing or ENTRY)
            if name:
                yield package.xml(name), name
    except ParseError:
        return


def _boxes(signature: Element, page: str, area: Area) -> Iterator[Box | None]:
    for stamp in safe_xml.children(signature, "SignedInfo", "StampAnnot"):
        edges = floats(stamp.get("Boundary"))
        if stamp.get("PageRef") == page and len(edges) == 4:
            left, top = edges[0] - area[0], edges[1] - area[1]
            right, bottom = left + edges[2], top + edges[3]
            yield left * POINTS_PER_MM, top * POINTS_PER_MM, right * POINTS_PER_MM, bottom * POINTS_PER_MM


def _seal_picture(body: Body, signature: Element, name: str) -> Image.Image | None:
    part = body.package.resolve(safe_xml.only_text(signature, "SignedValue"), name)
    try:
        picture = ses.parse(body.package.zip.read(part)).seal.picture if part else b""
    except (Malformed, ParseError):
        return None
    if not picture.startswith(b"PK"):
        return opened(picture)
    from parsers.ofd.preview import plain_page  # A seal's picture may be an OFD itself, drawn without seals.

    try:
        return plain_page(Document("seal", picture), NESTED_SCALE)
    except ParseError:
        return None
