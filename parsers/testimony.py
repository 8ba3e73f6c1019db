"""What one source in a file says about one invoice, before sources are compared.

Field names are those of the invoice's JSON form, dotted: ``number``, ``buyer.tax_id``, ``total_incl_tax``,
``travel.from``. Values are normalised text in the JSON form ("1250.00", "2024-01-15").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from parsers.errors import ParseError
from reimburse.domain.invoice import InvoiceLine
from reimburse.domain.reading import Box, DocumentKind, Seen, Source


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """An invoice line and where its parts stood: ``boxes`` by field name of the line.

    ``or_else`` holds what a field may say as well, where print does not tell two columns apart.
    """

    line: InvoiceLine
    page: int | None = None
    boxes: Mapping[str, Box] = field(default_factory=lambda: MappingProxyType({}))
    or_else: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    is_grouped: bool = False
    """True where a tag file says which parts make the line, so that no place had to be judged."""


@dataclass(frozen=True, slots=True)
class Testimony:
    """All that one source says: fields with their places, and the lines it lists."""

    source: Source
    fields: Mapping[str, Seen]
    lines: tuple[PlacedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One invoice in a file as its sources tell it, a document that is none, or a page that cannot be read."""

    page: int
    testimonies: tuple[Testimony, ...] = ()
    document: DocumentKind | None = None
    native: bool = False
    """True where structured data (XML, XBRL, OFD tags) came with the file."""
    problem: ParseError | None = None
    """Why the page cannot be read, where others of the file can."""
