"""Pictures of pages: drawn once in the sandboxed child, then kept by digest, page and resolution."""

import tempfile
from io import BytesIO
from pathlib import Path

from flask import url_for
from PIL import Image

from parsers.document import Document
from reimburse.services.company.accounts import settings
from reimburse.services.invoices import intake, sandboxed
from reimburse.store.documents import DocumentRow

SCREEN_DPI = 144
THUMBNAIL_DPI = 36
RESOLUTIONS = frozenset({THUMBNAIL_DPI, 72, SCREEN_DPI, 216})
MARGIN = 4.0
"""Points around a crop."""
Box = tuple[float, float, float, float]


def url_for_page(document_id: int, page: int = 1, dpi: int = SCREEN_DPI) -> str:
    """The address of the PNG of a page of a document."""
    return url_for("documents.page", document_id=document_id, page=page, dpi=dpi)


def page_png(document: DocumentRow, page: int, dpi: int) -> bytes:
    """The picture of a page; ``ParseError`` where there is no such page or the file cannot be drawn."""
    kept = _place(document.sha256, page, dpi)
    if kept.is_file():
        return kept.read_bytes()
    png = sandboxed.page_picture(Document(document.name, intake.files().get(document.sha256)), page, dpi)
    _keep(kept, png)
    return png


def crop(png: bytes, box: Box, dpi: int) -> bytes:
    """The piece of a page's picture at this place, in points from the top left."""
    image = Image.open(BytesIO(png))
    left, top, right, bottom = (edge * dpi / 72 for edge in _widened(box))
    edges = (max(0, left), max(0, top), min(image.width, right), min(image.height, bottom))
    if edges[0] >= edges[2] or edges[1] >= edges[3]:
        return png
    out = BytesIO()
    image.crop((int(edges[0]), int(edges[1]), int(edges[2]) or 1, int(edges[3]) or 1)).save(out, "PNG")
    return out.getvalue()


def forget(sha256: str) -> None:
    """Do away with the pictures kept of a file whose bytes were erased."""
    for place in _place(sha256, 1, 1).parent.glob(f"{sha256}-*.png"):
        place.unlink(missing_ok=True)


def _widened(box: Box) -> Box:
    return box[0] - MARGIN, box[1] - MARGIN, box[2] + MARGIN, box[3] + MARGIN


def _place(sha256: str, page: int, dpi: int) -> Path:
    return settings().data / "cache" / "pages" / sha256[:2] / f"{sha256}-{page}-{dpi}.png"


def _keep(place: Path, png: bytes) -> None:
    """Write beside, then rename: a reader never meets half a picture."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as beside:
        beside.write(png)
    Path(beside.name).replace(place)
