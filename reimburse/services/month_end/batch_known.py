"""What the rows of a batch are made of besides the claims themselves, looked up for several claims at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.ledger import LedgerEntry
from reimburse.services.invoices import verification
from reimburse.services.month_end.batch_claims import taken_of
from reimburse.services.month_end.input_taxes import rulings_of
from reimburse.services.month_end.mirrored_entries import booked_of
from reimburse.store.certifications import CertificationRow
from reimburse.store.claims import ClaimInvoiceRow, ClaimRow
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.input_taxes import LineInputTaxRow

SELECTED = ("selected", "certified")
NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class Known:
    """Of each claim what it takes, of documents and rulings all, of invoices which are verified and selected.

    ``booked`` is what stands in the books of the claims that mirrors undo.
    """

    taken: dict[int, dict[InvoiceKey, int]]
    documents: dict[int, DocumentRow]
    rulings: dict[int, LineInputTaxRow]
    verified: frozenset[InvoiceKey]
    selected: dict[InvoiceKey, str]
    booked: dict[int, LedgerEntry]

    def about(self, key: InvoiceKey | None) -> dict[str, Any]:
        """What is known of an invoice besides what it states."""
        return {"verified": key in self.verified, "selected_for": self.selected.get(key) if key else None}


def known_of(session: Session, claims: Sequence[ClaimRow]) -> Known:
    """What is known around these claims, in as many queries whatever their number."""
    ids = [claim.id for claim in claims]
    keys = {invoice.key for claim in claims for invoice in claim.invoices if invoice.key}
    verified = verification.latest(session, keys)
    return Known(
        taken=taken_of(session, ids),
        documents=_documents(session, ids),
        rulings=rulings_of(session, ids),
        verified=frozenset(key for key, row in verified.items() if row.status == NORMAL),
        selected=_selected(session, keys),
        booked=booked_of(session, claims),
    )


def _selected(session: Session, keys: set[InvoiceKey]) -> dict[InvoiceKey, str]:
    """The tax period that these invoices are selected for deduction in; those that are not are left out."""
    row = CertificationRow
    query = select(row.code, row.number, row.period).where(row.number.in_([key.number for key in keys]))
    found = session.execute(query.where(row.state.in_(SELECTED))).all()
    return {InvoiceKey(code, number): period or "" for code, number, period in found}


def _documents(session: Session, claim_ids: list[int]) -> dict[int, DocumentRow]:
    """The files of these claims' invoices, by id."""
    query = (
        select(DocumentRow)
        .join(ReadingRow, ReadingRow.document_id == DocumentRow.id)
        .join(ClaimInvoiceRow, ClaimInvoiceRow.invoice_id == ReadingRow.invoice_id)
        .where(ClaimInvoiceRow.claim_id.in_(claim_ids))
    )
    return {document.id: document for document in session.scalars(query).unique()}
