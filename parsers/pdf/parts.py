"""Pages sorted into invoices and other documents."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from parsers.pdf.air import read_air
from parsers.pdf.bands import bands_of
from parsers.pdf.face import read_face, say_header
from parsers.pdf.fiscal import read_fiscal
from parsers.pdf.kind import is_list_of_goods, kind_of
from parsers.pdf.layout import Page
from parsers.pdf.rail import read_rail
from parsers.pdf.slips import FORMS, slip_of
from parsers.support_documents import kind_of_text
from parsers.testimony import Testimony
from parsers.witness import Witness
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.reading import Box, DocumentKind, Source

OTHER_FACES: dict[InvoiceKind, Callable[[Page], tuple[Testimony, ...]]] = {
    InvoiceKind.RAIL_TICKET: read_rail,
    InvoiceKind.AIR_ITINERARY: read_air,
    InvoiceKind.FISCAL: read_fiscal,
    **{kind: slip_of(kind) for kind in FORMS},
}
ONCE_MORE = frozenset({"remark", "total_in_words", "payee", "reviewer", "drawer"})
"""Fields that later pages of one invoice may print otherwise or not at all."""


@dataclass(slots=True)
class Part:
    """One invoice's pages, or one other document's; neither where nothing on the page says what it is."""

    pages: list[Page]
    kind: InvoiceKind | None = None
    document: DocumentKind | None = None
    testimonies: list[Testimony] = field(default_factory=list)

    @property
    def number(self) -> str | None:
        """The invoice's number as its first page prints it; asked for only where there are several parts."""
        return _number_of(self.pages[0]) if self.kind else None


def parts_of(pages: Iterable[Page]) -> list[Part]:
    """The documents that the pages make, in their order.

    Pages that repeat a number go on with its invoice; a second copy and a list of its goods add nothing to it.
    """
    parts: list[Part] = []
    for page in (band for whole in pages for band in bands_of(whole)):
        part = _part(page)
        last = parts[-1] if parts else None
        if last is None or not last.kind or not _goes_on(last, part):
            parts.append(part)
        elif part.kind and all(page.written != other.written for other in last.pages):
            last.pages.append(page)
    return parts


def read_part(kind: InvoiceKind, pages: Iterable[Page]) -> tuple[Testimony, ...]:
    """What the faces of one invoice's pages say together."""
    other = OTHER_FACES.get(kind)
    first, *others = [other(page) if other else read_face(page, kind) for page in pages]
    return _combined(first, [testimony for said in others for testimony in said])


def as_shown(testimonies: Iterable[Testimony], pages: Iterable[Page]) -> tuple[Testimony, ...]:
    """The same with boxes where viewers show the values, for pages that lie on their side."""
    turns = {page.number: page.onto_shown for page in pages if page.onto_shown}
    return tuple(_turned(testimony, turns) for testimony in testimonies) if turns else tuple(testimonies)


def _turned(testimony: Testimony, turns: Mapping[int, Callable[[Box], Box]]) -> Testimony:
    def moved(page: int | None, box: Box | None) -> Box | None:
        turn = turns.get(page or 0)
        return turn(box) if turn and box else box

    fields = {name: seen._replace(box=moved(seen.page, seen.box)) for name, seen in testimony.fields.items()}
    lines = tuple(
        replace(placed, boxes={name: moved(placed.page, box) or box for name, box in placed.boxes.items()})
        for placed in testimony.lines
    )
    return replace(testimony, fields=fields, lines=lines)


def _part(page: Page) -> Part:
    if is_list_of_goods(page):
        return Part([page], document=DocumentKind.SALES_LIST)
    kind = kind_of(page)
    if kind is None:
        return Part([page], document=kind_of_text(page.written))
    return Part([page], kind)


def _number_of(page: Page) -> str | None:
    header = Witness(Source.TEXT, page.number)
    say_header(header, page, ["number"])
    return header.says("number")


def _goes_on(last: Part, part: Part) -> bool:
    if part.kind:
        number = part.number
        return number is not None and number == last.number
    return part.document is DocumentKind.SALES_LIST


def _combined(first: tuple[Testimony, ...], later: list[Testimony]) -> tuple[Testimony, ...]:
    """One testimony with all lines; what a later page prints otherwise stays a testimony of its own."""
    if not later:
        return first
    fields = dict(first[0].fields)
    lines = list(first[0].lines)
    others = []
    for testimony in later:
        lines.extend(testimony.lines)
        other = {name: seen for name, seen in testimony.fields.items() if name in fields and name not in ONCE_MORE}
        fields |= {name: seen for name, seen in testimony.fields.items() if name not in fields}
        others.append(Testimony(testimony.source, other))
    return (Testimony(first[0].source, fields, tuple(lines)), *first[1:], *others)
