"""Files of the sample company for tests, and the way from a file to its invoices without a queue."""

import atexit
import io
from collections.abc import Sequence
from datetime import date
from functools import cache

from flask import current_app
from sqlalchemy import select

from parsers.sandbox import Sandbox
from reimburse.demo.samples import Sample, samples
from reimburse.domain.workflow import ClaimState
from reimburse.services.invoices import intake
from reimburse.services.invoices.intake import Upload
from reimburse.services.invoices.reading import read_document
from reimburse.store.claims import ClaimInvoiceRow, ClaimRow
from reimburse.store.db import db, now, transaction
from reimburse.store.documents import DocumentRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.outbox import OutboxRow
from reimburse.store.people import PersonRow

READER = Sandbox()
"""One warm child for all tests; a test that needs its own puts that into the app first."""
atexit.register(READER.close)
TODAY = date(2026, 11, 23)


@cache
def _samples() -> dict[str, Sample]:
    return {sample.name: sample for sample in samples(TODAY)}


def sample(name: str) -> bytes:
    """The bytes of this sample."""
    return _samples()[name].data


def upload(owner_id: int, *files: tuple[str, bytes]) -> list[int]:
    """Take the files in and read them as the worker would; the ids of their documents."""
    receipts = intake.receive(owner_id, [Upload(name, io.BytesIO(data)) for name, data in files])
    work()
    return [receipt.document_id for receipt in receipts if receipt.document_id]


def upload_samples(owner_id: int, *names: str) -> list[int]:
    """The same with sample files."""
    return upload(owner_id, *((name, sample(name)) for name in names))


def work() -> None:
    """Run every reading job that waits, and those that these ask for."""
    current_app.extensions.setdefault("sandbox", READER)
    while jobs := list(
        db.session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.job == "read_document"))
    ):
        waiting = [(job.id, job.args[0]) for job in jobs]
        db.session.rollback()
        for job_id, document_id in waiting:
            read_document(document_id, outbox_id=job_id)


def document(document_id: int) -> DocumentRow:
    """The document as it stands in the database."""
    db.session.rollback()
    return db.session.get_one(DocumentRow, document_id)


def invoices(holder_id: int) -> Sequence[InvoiceRow]:
    """The invoices of this wallet, oldest first."""
    db.session.rollback()
    return db.session.scalars(select(InvoiceRow).where(InvoiceRow.holder_id == holder_id).order_by(InvoiceRow.id)).all()


def put_on_claim(invoice: InvoiceRow, claim_no: str, state: ClaimState) -> ClaimRow:
    """A claim of the holder in this state that the invoice stands on."""
    with transaction() as session:
        holder = session.get_one(PersonRow, invoice.holder_id)
        claim = ClaimRow(
            claim_no=claim_no,
            claimant=holder,
            department=holder.department,
            legal_entity_id=holder.department.legal_entity_id,
            state=state.value,
            round=0 if state is ClaimState.DRAFT else 1,
            created_at=now(),
            updated_at=now(),
        )
        session.add(claim)
        session.flush()
        session.add(ClaimInvoiceRow(claim_id=claim.id, invoice_id=invoice.id))
        return claim
