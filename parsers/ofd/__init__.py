"""OFD invoices: tags, custom data, attachments, QR and the printed face, each a witness by itself."""

from collections.abc import Iterator

from parsers import einvoice_xml, xbrl
from parsers.document import Document
from parsers.errors import NoInvoice
from parsers.ofd import custom_data, tags
from parsers.ofd.face import face_of
from parsers.ofd.package import ENTRY, Body, Package
from parsers.ofd.page import Page, Run, page_of
from parsers.safe_zip import is_zip
from parsers.testimony import Found, Testimony


def recognises(document: Document) -> bool:
    """True for an archive with an ``OFD.xml`` at its root."""
    return is_zip(document.data) and ENTRY.encode() in document.data


def read(document: Document) -> tuple[Found, ...]:
    """One invoice for each document in the package."""
    found = tuple(_found(body) for body in Package(document.data).bodies)
    if not any(one.testimonies for one in found):
        raise NoInvoice
    return tuple(one for one in found if one.testimonies)


def _found(body: Body) -> Found:
    pages = [page_of(body, number) for number in range(1, len(body.pages) + 1)]
    said = (*_structured(body, pages), *(_face(page) for page in pages[:1]))
    testimonies = tuple(testimony for testimony in said if testimony.fields or testimony.lines)
    return Found(1, testimonies, native=True)


def _structured(body: Body, pages: list[Page]) -> Iterator[Testimony]:
    for _, name in body.listed("Attachments", "Attachment"):
        data = body.package.zip.read(name)
        yield from einvoice_xml.testimony_of(data)
        yield from xbrl.testimony_of(data)
    yield from tags.testimonies(body, _by_reference(pages))
    yield custom_data.testimony(body.entry)


def _face(page: Page) -> Testimony:
    return face_of(page).testimony()


def _by_reference(pages: list[Page]) -> dict[tuple[str, str], Run]:
    """Text objects by page and object identifier; a tag may leave the page out."""
    runs = {("", run.identifier): run for page in pages for run in page.runs}
    runs.update({(page.identifier, run.identifier): run for page in pages for run in page.runs})
    return runs
