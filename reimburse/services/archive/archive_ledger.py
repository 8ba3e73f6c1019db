"""The archive's ledger (台账, R-120): what an exported claim rests on goes in, and stays until its day."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.services.archive.retention import retain_until
from reimburse.store.archive import ArchiveEntryRow
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import today


def enter(session: Session, claim: ClaimRow, batch: BatchRow) -> None:
    """Enter the claim's invoices, each under its kind. In the transaction that exports the claim; again is harmless."""
    entered = set(session.scalars(select(ArchiveEntryRow.invoice_id).where(ArchiveEntryRow.claim_id == claim.id)))
    archived_on = today()
    for invoice in claim.invoices:
        if invoice.id not in entered:
            session.add(
                ArchiveEntryRow(
                    invoice_id=invoice.id,
                    claim_id=claim.id,
                    batch_id=batch.id,
                    kind=invoice.kind,
                    archived_on=archived_on,
                    retain_until=retain_until(claim, invoice.kind, archived_on),
                )
            )
