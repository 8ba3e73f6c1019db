"""The rows of a batch and the files that belong to them, claim by claim."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.ledger import LedgerEntry
from reimburse.domain.money import ZERO, from_fen
from reimburse.export.package import safe_name
from reimburse.export.rows import InvoiceUse, LineRow
from reimburse.services.month_end.batch_claims import WITH_FILES, category_of
from reimburse.services.month_end.batch_known import Known, known_of
from reimburse.services.month_end.input_taxes import Shares, shares_of
from reimburse.services.month_end.mirrored_entries import taxes_of
from reimburse.services.policy import policies
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import AttachmentRow, ClaimRow, ExpenseLineRow
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import LegalEntityRow

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
    """What one claim adds to the tables and to the package; ``undoes`` is what a mirror takes back from the books."""

    lines: list[LineRow] = field(default_factory=list)
    invoices: list[InvoiceUse] = field(default_factory=list)
    originals: list[Original] = field(default_factory=list)
    undoes: LedgerEntry | None = None


class BatchRows:
    """Numbers lines and invoices over the whole batch, and names each original once, after the first row it belongs to.

    Evidence stands under each claim that it proves something for: the manifest alone ties it to its rows.
    """

    def __init__(self, session: Session, batch: BatchRow) -> None:
        self._session, self._batch = session, batch
        self._entity = session.get_one(LegalEntityRow, batch.legal_entity_id).name
        self._line, self._invoice = 0, 0
        self._names: dict[str, str] = {}

    def claims(self) -> Iterator[ClaimRows]:
        """The rows claim by claim, in the order of the claims' numbers."""
        inside = select(ClaimRow.id).join(BatchClaimRow).where(BatchClaimRow.batch_id == self._batch.id)
        ids = list(self._session.scalars(inside.order_by(ClaimRow.claim_no)))
        for start in range(0, len(ids), CLAIMS_AT_ONCE):
            some = ids[start : start + CLAIMS_AT_ONCE]
            query = select(ClaimRow).where(ClaimRow.id.in_(some)).options(*WITH_FILES).order_by(ClaimRow.claim_no)
            claims = self._session.scalars(query).all()
            known = known_of(self._session, claims)
            for claim in claims:
                yield self._rows_of(claim, known)

    def _rows_of(self, claim: ClaimRow, known: Known) -> ClaimRows:
        booked = known.booked.get(claim.id)
        rows, numbers = (
            ClaimRows(undoes=booked),
            {line.id: self._line + place for place, line in enumerate(claim.lines, start=1)},
        )
        self._line += len(claim.lines)
        policy, taken = policies.of_claim(claim), known.taken.get(claim.id, {})
        taxes = taxes_of(claim, booked) if booked else shares_of(claim, taken, policy, known.rulings)
        files: dict[int, tuple[str, ...]] = {}
        for invoice in claim.invoices:
            use = tuple(numbers[line.id] for line in claim.lines if invoice in line.invoices)
            first = use[0] if use else min(numbers.values())
            found = [known.documents[reading.document_id] for reading in _leading_first(invoice)]
            files[invoice.id] = tuple(
                self._name(rows, claim, document, "originals", first, str(invoice.key), {"rows": list(use)})
                for document in dict.fromkeys(found)
            )
            row = self._invoice_row(claim, invoice, use, taken, files[invoice.id], found)
            rows.invoices.append(replace(row, **known.about(invoice.key), deductible=_tax_of(invoice, taxes)))
        for attachment in claim.attachments:
            self._attach(rows, claim, attachment, numbers)
        rows.lines = [
            replace(_line_row(claim, line, numbers[line.id], files), **self._money(line, taxes)) for line in claim.lines
        ]
        return rows

    def _money(self, line: ExpenseLineRow, taxes: Shares) -> dict[str, Any]:
        sellers = {(invoice.seller_name, invoice.seller_tax_id) for invoice in line.invoices}
        name, tax_id = sellers.pop() if len(sellers) == 1 else (None, None)
        return {
            "taxes": taxes.get(line.id, ()),
            "supplier": name or "",
            "supplier_tax_id": tax_id or "",
            "legal_entity": self._entity,
        }

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
            red_letter=invoice.red_letter,
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


def _tax_of(invoice: InvoiceRow, taxes: Shares) -> Decimal:
    key = str(invoice.key)
    return sum((share.amount for shares in taxes.values() for share in shares if share.invoice == key), ZERO)


def _line_row(claim: ClaimRow, line: ExpenseLineRow, row: int, files: dict[int, tuple[str, ...]]) -> LineRow:
    category = category_of(claim, line.category)
    return LineRow(
        row=row,
        claim_no=claim.claim_no,
        position=line.position,
        employee_no=claim.claimant.employee_no,
        employee=claim.claimant.name,
        department=claim.department.name,
        cost_center=claim.cost_center,
        project=claim.project,
        category=line.category,
        account=category.account if category else "",
        description=line.description,
        occurred_on=line.occurred_on or line.ended_on or line.started_on,
        amount=from_fen(line.amount_fen),
        paid_by=line.paid_by,
        invoices=tuple(str(invoice.key) for invoice in line.invoices),
        files=tuple(dict.fromkeys(name for invoice in line.invoices for name in files.get(invoice.id, ()))),
        category_name=category.zh if category else "",
        category_en=category.en if category else "",
        account_name=category.account_name if category else "",
        adjustment=line.adjustment,
    )


def _leading_first(invoice: InvoiceRow) -> list[ReadingRow]:
    return sorted(invoice.readings, key=lambda reading: (reading.id != invoice.leading_reading_id, reading.id))


def _extension(document: DocumentRow) -> str:
    own = PurePosixPath(document.name).suffix.lstrip(".").lower()
    return EXTENSIONS.get(document.stored.media_type) or (own if own.isalnum() and len(own) <= 5 else "bin")


def _money(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
