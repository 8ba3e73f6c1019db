"""Pictures of pages: drawn once in the sandboxed child, then kept by digest, page and resolution."""

from flask import url_for

SCREEN_DPI = 144
THUMBNAIL_DPI = 36


def url_for_page(document_id: int, page: int = 1, dpi: int = SCREEN_DPI) -> str:
    """The address of the PNG of a page of a document."""
    return url_for("documents.page", document_id=document_id, page=page, dpi=dpi)
