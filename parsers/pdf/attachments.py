"""XML and XBRL that a PDF carries inside."""

from collections.abc import Iterator
from typing import Any

import pypdfium2

from parsers import einvoice_xml, xbrl
from parsers.errors import ParseError
from parsers.safe_xml import parse
from parsers.testimony import Testimony

MOST_ATTACHMENTS = 20
MOST_BYTES = 8 * 1024 * 1024
"""Of one attachment; a voucher has some ten thousand."""


def attached_testimonies(pdf: Any) -> list[tuple[Testimony, ...]]:
    """What each attached voucher says; attachments that are none, or cannot be read, say nothing."""
    return [said for data in _attached(pdf) if (said := _said(data))]


def _attached(pdf: Any) -> Iterator[bytes]:
    for index in range(min(pdf.count_attachments(), MOST_ATTACHMENTS)):
        try:
            data = bytes(pdf.get_attachment(index).get_data())
        except pypdfium2.PdfiumError:
            continue
        if len(data) <= MOST_BYTES:
            yield data


def _said(data: bytes) -> tuple[Testimony, ...]:
    try:
        return xbrl.testimony_of(data, parse) or einvoice_xml.testimony_of(data, parse)
    except ParseError:
        return ()
