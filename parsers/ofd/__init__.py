"""OFD invoices: tags, custom data, attachments, QR and the printed face, each a witness by itself."""

import contextlib
from collections.abc import Iterable, Iterator
from functools import cache

from parsers import einvoice_xml, safe_xml, xbrl
from parsers.document import Document
from parsers.errors import Damaged, NoInvoice, ParseError, TooLarge, of_page
from parsers.ofd import codes, custom_data, scans, tags
from parsers.ofd.confirmation import beside
from parsers.ofd.package import ENTRY, Body, package_of
from parsers.ofd.page import Page, page_of
from parsers.ofd.text import MAX_FACES, MAX_FACES_ALONE, parts_printed
from parsers.pdf.parts import Part
from parsers.safe_xml import Parse
from parsers.safe_zip import is_zip
from parsers.testimony import Found, Testimony
from reimburse.domain.reading import DocumentKind


def recognises(document: Document) -> bool:
    """True for an archive with an ``OFD.xml`` at its root."""
    if not is_zip(document.data) or ENTRY.encode() not in document.data:
        return False
    try:
        return ENTRY in package_of(document.data).zip
    except ParseError:
        return True


def read(document: Document) -> tuple[Found, ...]:
    """One invoice for each document in the package, or for each that its pages print."""
    found = tuple(one for body in package_of(document.data).bodies for one in _found(body))
    if not found:
        raise NoInvoice
    return found


def _found(body: Body) -> Iterator[Found]:
    named = dict.fromkeys(name for _, name in body.listed("Attachments", "Attachment"))
    attachments = [body.package.zip.read(name) for name in named]
    parse = cache(safe_xml.parse)
    attached = tuple(_attached(attachments, parse))
    most = MAX_FACES if attached else MAX_FACES_ALONE
    tag_files = tags.files_of(body)
    needed = len(body.pages) if tag_files else min(len(body.pages), most)
    pages, broken = _pages(body, needed)
    data = _telling((*attached, *tags.testimonies(body, tag_files, pages)))
    others = _telling((*codes.testimonies(body, pages, attachments, parse), custom_data.testimony(body.entry)))
    parts = parts_printed(pages[:most])
    if data or others:
        numbers = {seen.value for said in (*data, *others) if (seen := said.fields.get("number"))}
        apart = [part for part in parts[1:] if part.kind and part.number and part.number not in numbers]
        own = [part for part in parts if part not in apart]
        yield Found(1, (*data, *others, *_telling(beside(data, own))), native=bool(data))
        yield from _apart(apart, body, pages)
    elif document := _document(attachments, parse):
        yield Found(1, document=document, native=True)
    else:
        yield from tuple(_printed(parts)) or scans.found_on(body, pages)
    yield from broken


def _pages(body: Body, count: int) -> tuple[list[Page], list[Found]]:
    """The first pages, and those behind the first that cannot be read."""
    pages: list[Page] = []
    broken: list[Found] = []
    for number in range(1, count + 1):
        try:
            pages.append(page_of(body, number))
        except (Damaged, TooLarge) as problem:
            if number == 1:
                raise
            broken.append(Found(number, problem=of_page(problem, number)))
    return pages, broken


def _apart(parts: Iterable[Part], body: Body, pages: list[Page]) -> Iterator[Found]:
    """Invoices behind the first, as tools merge files: print and code are all that is left of them."""
    for part in parts:
        number = part.pages[0].number
        page = next(page for page in pages if page.number == number)
        yield Found(number, (*codes.on_page(body, page), *part.testimonies))


def _attached(attachments: Iterable[bytes], parse: Parse) -> Iterator[Testimony]:
    for data in attachments:
        # A broken attachment takes nothing from the rest; an unsafe one condemns the file.
        with contextlib.suppress(Damaged, NoInvoice):
            yield from einvoice_xml.testimony_of(data, parse)
            yield from xbrl.testimony_of(data, parse)


def _document(attachments: Iterable[bytes], parse: Parse) -> DocumentKind | None:
    """What an attached voucher says the file is, where that is no invoice: a bank's receipt, a payment slip."""
    for data in attachments:
        with contextlib.suppress(Damaged):
            if document := xbrl.document_of(data, parse):
                return document
    return None


def _printed(parts: Iterable[Part]) -> Iterator[Found]:
    for part in parts:
        if part.kind or part.document:
            yield Found(part.pages[0].number, tuple(part.testimonies), part.document if not part.kind else None)


def _telling(testimonies: Iterable[Testimony]) -> tuple[Testimony, ...]:
    return tuple(testimony for testimony in testimonies if testimony.fields or testimony.lines)
