"""The signature fields of a PDF's form, with what they hold."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pdfminer.psexceptions import PSException
from pdfminer.psparser import PSLiteral

MAX_FIELDS = 2000
BROKEN = (PDFException, PSException, ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError)
"""What the parser raises on a file that is not as it should be."""


def signature_fields(data: bytes) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    """Signature fields by name with their dictionaries; None for an empty one."""
    try:
        catalog = PDFDocument(PDFParser(io.BytesIO(data))).catalog
        form = resolve1(catalog.get("AcroForm"))
        waiting = [(entry, "", "") for entry in resolve1(form.get("Fields")) or ()] if isinstance(form, dict) else []
        yield from _walk(waiting)
    except BROKEN:
        return


def _walk(waiting: list[tuple[Any, str, str]]) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    for _ in range(MAX_FIELDS):
        if not waiting:
            return
        entry, path, inherited = waiting.pop(0)
        field = resolve1(entry)
        if not isinstance(field, dict):
            continue
        name = ".".join(part for part in (path, text(field.get("T"))) if part)
        kind = literal(field.get("FT")) or inherited
        kids = resolve1(field.get("Kids"))
        if isinstance(kids, list):
            waiting.extend((kid, name, kind) for kid in kids)
        value = resolve1(field.get("V"))
        if kind == "Sig" and (isinstance(value, dict) or not kids):
            yield name, value if isinstance(value, dict) else None


def literal(value: Any) -> str:
    """The name that an entry states, or nothing."""
    found = resolve1(value)
    return str(found.name) if isinstance(found, PSLiteral) else ""


def text(value: Any) -> str:
    """The string that an entry states, or nothing."""
    found = resolve1(value)
    return found.decode("latin-1") if isinstance(found, bytes) else ""
