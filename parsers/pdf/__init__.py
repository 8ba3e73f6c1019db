"""PDF: every page's text by position, its QR codes, the information dictionary and what is attached.

pdfium does the work; pdfplumber reads a page again where pdfium left a field missing or contradictory.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from parsers.document import Document
from parsers.errors import Damaged, NoInvoice, ParseError, TooLarge, of_page
from parsers.pdf import labels
from parsers.pdf.attachments import attached_testimonies
from parsers.pdf.bands import heads_of, is_legible
from parsers.pdf.codes import codes_of
from parsers.pdf.docinfo import docinfo_testimony
from parsers.pdf.doubt import characters, faults, hides_something, is_named, without_hidden
from parsers.pdf.layout import Page
from parsers.pdf.opening import is_pdf, loaded, opened, page_of
from parsers.pdf.parts import Part, as_shown, parts_of, read_part
from parsers.pdf.second_reader import read_again
from parsers.testimony import Found, Testimony
from reimburse.domain.invoice import InvoiceKind

MOST_SCANNED_PAGES = 30
"""Pages without text that are rendered for their codes."""
LITTLE_TEXT = 20


def recognises(document: Document) -> bool:
    """True where the header of a PDF stands near the beginning."""
    return is_pdf(document.data)


def read(document: Document) -> tuple[Found, ...]:
    """Every invoice in the file, every other document that can be named, and the pages that cannot be read."""
    with opened(document) as pdf:
        pages, codes, broken = _pages(pdf, document.data)
        parts = parts_of(pages)
        for part in parts:
            part.testimonies.extend(said for said in codes if _stands_on(said, part.pages))
        parts = list(_once(each for part in parts for each in _by_code(part)))
        for part in parts:
            if part.kind:
                part.testimonies[:0] = as_shown(_faces(document.data, part.kind, part.pages), part.pages)
        natives = _hand_out(pdf, [part for part in parts if part.testimonies])
    found = [_found(part, native=id(part) in natives) for part in parts if part.testimonies or part.document]
    if not found:
        raise next(iter(broken.values()), NoInvoice())
    found += (Found(number, problem=problem) for number, problem in broken.items())
    return tuple(sorted(found, key=lambda one: one.page))


def _pages(pdf: Any, data: bytes) -> tuple[list[Page], list[Testimony], dict[int, ParseError]]:
    """The pages, what codes on them say, and by number why a page cannot be read."""
    pages: list[Page] = []
    codes: list[Testimony] = []
    broken: dict[int, ParseError] = {}
    scanned = 0
    for index in range(len(pdf)):
        try:
            with loaded(pdf, index) as page:
                shown = page_of(page, index + 1)
                bare = len(shown.written) < LITTLE_TEXT
                scanned += bare
                if scanned <= MOST_SCANNED_PAGES or not bare:
                    codes.extend(_codes(page, shown, codes, bare=bare))
            pages.append(shown)
        except (Damaged, TooLarge) as problem:
            broken[index + 1] = of_page(problem, index + 1) if len(pdf) > 1 else problem
    return [_legible(data, page) for page in pages], codes, broken


def _codes(page: Any, shown: Page, before: list[Testimony], *, bare: bool) -> list[Testimony]:
    thorough = bare or (bool(shown.find(labels.NUMBER)) and not _is_further_page(shown, before))
    return codes_of(page, shown.number, len(heads_of(shown)), scanned=bare, thorough=thorough)


def _legible(data: bytes, page: Page) -> Page:
    """The page, or what the second reader makes of it where the first could not read a number beside its label."""
    if is_legible(page):
        return page
    again = read_again(data, [page])
    return again[0] if again and heads_of(again[0]) else page


def _is_further_page(page: Page, codes: list[Testimony]) -> bool:
    """Whether the page belongs to an invoice whose code was read already: further pages carry none."""
    return any(said.fields["number"].value in page.written for said in codes)


def _stands_on(said: Testimony, pages: list[Page]) -> bool:
    seen = next(iter(said.fields.values()))
    x0, y0, x1, y1 = seen.box or (0.0, 0.0, 0.0, 0.0)
    reaches = (page.reach for page in pages if page.number == seen.page)
    return any(
        left <= (x0 + x1) / 2 <= right and top <= (y0 + y1) / 2 <= bottom for left, top, right, bottom in reaches
    )


def _by_code(part: Part) -> list[Part]:
    """A part without a face, as one part for each code on it; else the part with the codes that are its own."""
    numbers = list(dict.fromkeys(said.fields["number"].value for said in part.testimonies))
    if part.kind or len(numbers) < 2:
        return [part]
    return [
        Part(part.pages, testimonies=[said for said in part.testimonies if said.fields["number"].value == number])
        for number in numbers
    ]


def _once(parts: Iterable[Part]) -> Iterator[Part]:
    """Without pages that show nothing but the code of an invoice before them: its other copies."""
    numbers: set[str] = set()
    for part in parts:
        own = _numbers(part)
        if part.kind or not own or not own <= numbers:
            yield part
        numbers |= own | ({part.number} if part.number else set())


def _faces(data: bytes, kind: InvoiceKind, pages: list[Page]) -> tuple[Testimony, ...]:
    """What the pages say; read a second time where that leaves anything missing, contradictory or unreadable."""
    first = read_part(kind, pages)
    doubts = faults(kind, first)
    holes = any(hides_something(page, first) for page in pages)
    if not doubts and not holes:
        return first
    second = read_again(data, pages)
    if not second:
        return without_hidden(pages, first)
    again = read_part(kind, second)
    better = faults(kind, again)
    fuller = better == doubts and characters(again) > characters(first)
    if better < doubts or (holes and fuller):
        return without_hidden(second, again)
    return without_hidden([replace(page, holes=()) for page in pages] if all(map(is_named, second)) else pages, first)


def _hand_out(pdf: Any, parts: list[Part]) -> set[int]:
    """Gives each attached voucher and the information dictionary to its invoice; the ids of those that got a voucher.

    A lone invoice takes whatever there is, so that another number in it shows as a conflict.
    """
    natives = set()
    for said in attached_testimonies(pdf):
        for part in _owners(parts, said):
            part.testimonies.extend(said)
            natives.add(id(part))
    docinfo = docinfo_testimony(pdf)
    for part in _owners(parts, (docinfo,)) if docinfo else []:
        part.testimonies.extend([docinfo] if docinfo else [])
    return natives


def _owners(parts: list[Part], said: tuple[Testimony, ...]) -> list[Part]:
    if len(parts) == 1:
        return parts
    number = next((testimony.fields["number"].value for testimony in said if "number" in testimony.fields), None)
    return [part for part in parts if number in _numbers(part)]


def _numbers(part: Part) -> set[str]:
    return {testimony.fields["number"].value for testimony in part.testimonies if "number" in testimony.fields}


def _found(part: Part, *, native: bool) -> Found:
    document = None if part.testimonies else part.document
    return Found(part.pages[0].number, tuple(part.testimonies), document, native)
