"""The papers of a claim as pictures to print: each invoice's pages once, then the attachments'."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from parsers.errors import ParseError
from reimburse.domain.finding import Text
from reimburse.services.invoices import pictures
from reimburse.store.claims import ClaimRow
from reimburse.store.documents import DocumentRow
from reimburse.store.invoices import InvoiceRow

MOST_PAGES = 80
"""Pictures in one print: what is beyond them is named, not drawn."""
NO_PAGE = Text("没有可打印的页面，数据见原件。", "No page to print; see the original for its data.")
GONE = Text("原件不在存储中。", "The original is not in storage.")
TOO_MANY = Text("页数过多，未打印，请看原件。", "Too many pages: not printed, see the original.")


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A page to print: of an invoice or an attachment of this kind; ``why`` it has no picture."""

    document: DocumentRow
    page: int
    invoice: InvoiceRow | None
    attachment: str | None
    png: bytes | None
    why: Text | None = None


def papers_of(session: Session, claim: ClaimRow) -> Iterator[PaperPage]:
    """Every page, in the order of the claim's lines; a document that serves several is printed once."""
    printed: set[int] = set()
    drawn = 0
    for invoice, attachment, document, only in _documents(session, claim):
        if document.id in printed:
            continue
        if only is None:
            printed.add(document.id)
        for page in _pages(document, only, MOST_PAGES - drawn):
            drawn += page.png is not None
            yield PaperPage(document, page.page, invoice, attachment, page.png, page.why)


@dataclass(frozen=True, slots=True)
class _Page:
    page: int
    png: bytes | None
    why: Text | None = None


def _documents(
    session: Session, claim: ClaimRow
) -> Iterator[tuple[InvoiceRow | None, str | None, DocumentRow, int | None]]:
    """Invoices in the order of the lines, then attachments; with the page where the file holds other invoices too."""
    in_order = {invoice.id: invoice for line in claim.lines for invoice in line.invoices}
    in_order |= {invoice.id: invoice for invoice in claim.invoices}
    for invoice in in_order.values():
        document_id = invoice.picture_document_id or next((one.document_id for one in invoice.readings), None)
        document = session.get(DocumentRow, document_id) if document_id else None
        if document:
            others = sum(reading.invoice_id is not None for reading in document.readings)
            yield invoice, None, document, invoice.picture_page if others > 1 else None
    for attachment in claim.attachments:
        yield None, attachment.kind, attachment.document, None


def _pages(document: DocumentRow, only: int | None, most: int) -> Iterator[_Page]:
    page = only or 1
    while True:
        if page > most and only is None:
            yield _Page(page, None, TOO_MANY)
            return
        try:
            yield _Page(page, pictures.page_png(document, page, pictures.SCREEN_DPI))
        except FileNotFoundError:
            yield _Page(page, None, GONE)
            return
        except ParseError:
            if page == (only or 1):
                yield _Page(page, None, NO_PAGE)
            return
        if only:
            return
        page += 1
