"""The rows of a batch and the files that belong to them, claim by claim."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.money import from_fen
from reimburse.export.package import safe_name
from reimburse.export.rows import InvoiceUse, LineRow
from reimburse.services import policies
from reimburse.services.batch_claims import WITH_FILES, taken_of
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import AttachmentRow, ClaimInvoiceRow, ClaimRow, ExpenseLineRow
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.invoices import InvoiceRow

CLAIMS_AT_ONCE = 50
EXTENSIONS = {
    "application/pdf": "pdf",
    "application/ofd": "ofd",
    "application/xml": "xml",
    "application/zip": "zip",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "message/rfc822": "eml",
}
"""By content: the name under which a file was handed in may say anything."""


@dataclass(frozen=True, slots=True)
class Original:
    """A file of the package: its name inside, its digest, and what the manifest says about it."""

    name: str
    sha256: str
    facts: dict[str, Any]


@dataclass(slots=True)
class ClaimRows:
    """What one claim adds to the tables and to the package."""

    lines: list[LineRow] = field(default_factory=list)
    invoices: list[InvoiceUse] = field(default_factory=list)
    originals: list[Original] = field(default_factory=list)


class BatchRows:
    """Numbers lines and invoices over the whole batch, and names each original once, after the first row it belongs to.

    Evidence stands under each claim that it proves something for: the manifest alone ties it to its rows.
    """

    def __init__(self, session: Session, batch: BatchRow) -> None:
        self._session, self._batch = session, batch
        self._line, self._invoice = 0, 0
        self._names: dict[str, str] = {}

    def claims(self) -> Iterator[ClaimRows]:
        """The rows claim by claim, in the order of the claims' numbers."""
        inside = select(ClaimRow.id).join(BatchClaimRow).where(BatchClaimRow.batch_id == self._batch.id)
        ids = list(self._session.scalars(inside.order_by(ClaimRow.claim_no)))
        for start in range(0, len(ids), CLAIMS_AT_ONCE):
            some = ids[start : start + CLAIMS_AT_ONCE]
            taken = taken_of(self._session, some)
            query = select(ClaimRow).where(ClaimRow.id.in_(some)).options(*WITH_FILES).order_by(ClaimRow.claim_no)
            documents = _documents(self._session, some)
            for claim in self._session.scalars(query):
                yield self._rows_of(claim, taken.get(claim.id, {}), documents)

    def _rows_of(self, claim: ClaimRow, taken: dict[InvoiceKey, int], documents: dict[int, DocumentRow]) -> ClaimRows:
        rows, numbers = ClaimRows(), {line.id: self._line + place for place, line in enumerate(claim.lines, start=1)}
        self._line += len(claim.lines)
        files: dict[int, tuple[str, ...]] = {}
        for invoice in claim.invoices:
            use = tuple(numbers[line.id] for line in claim.lines if invoice in line.invoices)
            first = use[0] if use else min(numbers.values())
            found = [documents[reading.document_id] for reading in _leading_first(invoice)]
            files[invoice.id] = tuple(
                self._name(rows, claim, document, "originals", first, str(invoice.key), {"rows": list(use)})
                for document in dict.fromkeys(found)
            )
            rows.invoices.append(self._invoice_row(claim, invoice, use, taken, files[invoice.id], found))
        for attachment in claim.attachments:
            self._attach(rows, claim, attachment, numbers)
        rows.lines = [_line_row(claim, line, numbers[line.id], files) for line in claim.lines]
        return rows

    def _invoice_row(
        self,
        claim: ClaimRow,
        invoice: InvoiceRow,
        line_rows: tuple[int, ...],
        taken: dict[InvoiceKey, int],
        files: tuple[str, ...],
        found: list[DocumentRow],
    ) -> InvoiceUse:
        self._invoice += 1
        return InvoiceUse(
            row=self._invoice,
            claim_no=claim.claim_no,
            line_rows=line_rows,
            kind=invoice.kind,
            code=invoice.code,
            number=invoice.number or "",
            issue_date=invoice.issue_date,
            seller_name=invoice.seller_name,
            seller_tax_id=invoice.seller_tax_id,
            amount_excl_tax=_money(invoice.data.get("amount_excl_tax")),
            tax_amount=_money(invoice.data.get("tax_amount")),
            total_incl_tax=from_fen(invoice.total_fen or 0),
            taken=from_fen(taken.get(invoice.key, 0) if invoice.key else 0),
            files=files,
            sha256=found[0].sha256 if found else None,
        )

    def _attach(self, rows: ClaimRows, claim: ClaimRow, attachment: AttachmentRow, numbers: dict[int, int]) -> None:
        row = numbers.get(attachment.line_id or 0)
        facts = {"kind": attachment.kind, "rows": [row] if row else sorted(numbers.values())}
        first = row or min(numbers.values())
        self._name(rows, claim, attachment.document, "attachments", first, attachment.kind, facts)

    def _name(
        self,
        rows: ClaimRows,
        claim: ClaimRow,
        document: DocumentRow,
        folder: str,
        row: int,
        word: str,
        facts: dict[str, Any],
    ) -> str:
        place = f"{folder}/{document.sha256}" if folder == "originals" else f"{row}/{word}/{document.id}"
        if place not in self._names:
            stem = safe_name(f"{row:05}_{claim.claim_no}_{word}")
            name = f"{folder}/{stem}_{document.id}.{_extension(document)}"
            self._names[place] = name
            about = {"claim_no": claim.claim_no, "handed_in_as": document.name, **facts}
            rows.originals.append(Original(name, document.sha256, about))
        return self._names[place]


def _line_row(claim: ClaimRow, line: ExpenseLineRow, row: int, files: dict[int, tuple[str, ...]]) -> LineRow:
    category = policies.of_claim(claim).categories.get(line.category)
    return LineRow(
        row=row,
        claim_no=claim.claim_no,
        position=line.position,
        employee_no=claim.claimant.employee_no,
        employee=claim.claimant.name,
        department=claim.department.name,
        cost_center=claim.cost_center,
        project=claim.project,
        category=category.zh if category else line.category,
        account=category.account if category else "",
        description=line.description,
        occurred_on=line.occurred_on or line.ended_on or line.started_on,
        amount=from_fen(line.amount_fen),
        paid_by=line.paid_by,
        invoices=tuple(str(invoice.key) for invoice in line.invoices),
        files=tuple(dict.fromkeys(name for invoice in line.invoices for name in files.get(invoice.id, ()))),
    )


def _documents(session: Session, claim_ids: list[int]) -> dict[int, DocumentRow]:
    """The files of these claims' invoices, by id."""
    query = (
        select(DocumentRow)
        .join(ReadingRow, ReadingRow.document_id == DocumentRow.id)
        .join(ClaimInvoiceRow, ClaimInvoiceRow.invoice_id == ReadingRow.invoice_id)
        .where(ClaimInvoiceRow.claim_id.in_(claim_ids))
    )
    return {document.id: document for document in session.scalars(query).unique()}


def _leading_first(invoice: InvoiceRow) -> list[ReadingRow]:
    return sorted(invoice.readings, key=lambda reading: (reading.id != invoice.leading_reading_id, reading.id))


def _extension(document: DocumentRow) -> str:
    own = PurePosixPath(document.name).suffix.lstrip(".").lower()
    return EXTENSIONS.get(document.stored.media_type) or (own if own.isalnum() and len(own) <= 5 else "bin")


def _money(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
