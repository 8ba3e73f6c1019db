"""Two rows of one wallet that turn out to be one invoice become one. Runs in the caller's transaction."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from reimburse.services.invoices.composing import recompose
from reimburse.services.matching import match_groups
from reimburse.store.claims import AttachmentRow, ClaimInvoiceRow, LineInvoiceRow
from reimburse.store.db import now
from reimburse.store.documents import ReadingRow
from reimburse.store.events import record
from reimburse.store.invoices import FieldCorrectionRow, InvoiceRow


def held(session: Session, holder_id: int, code: str, number: str | None) -> InvoiceRow | None:
    """The invoice of this key in this wallet; None where there is none or the number is unknown."""
    if not number:
        return None
    wanted = select(InvoiceRow).where(
        InvoiceRow.holder_id == holder_id, InvoiceRow.code == code, InvoiceRow.number == number
    )
    return session.scalar(wanted)


def merge(session: Session, gone: InvoiceRow, kept: InvoiceRow, actor_id: int | None) -> None:
    """Move files, corrections and uses of ``gone`` to ``kept`` and compose that anew."""
    gone_id, kept_id = gone.id, kept.id
    gone.leading_reading_id = None
    session.flush()
    for row in (ReadingRow, FieldCorrectionRow, AttachmentRow):
        session.execute(update(row).where(row.invoice_id == gone_id).values(invoice_id=kept_id))
    _move_uses(session, ClaimInvoiceRow, ClaimInvoiceRow.claim_id, gone_id, kept_id)
    _move_uses(session, LineInvoiceRow, LineInvoiceRow.line_id, gone_id, kept_id)
    match_groups.moved(session, gone_id, kept_id)
    session.execute(delete(InvoiceRow).where(InvoiceRow.id == gone_id))
    session.expunge(gone)
    session.expire_all()
    record(session, chain_of(gone_id), "merged_into", actor_id, now(), {"invoice": kept_id})
    record(session, chain_of(kept_id), "merged", actor_id, now(), {"invoice": gone_id})
    recompose(session, session.get_one(InvoiceRow, kept_id))


def chain_of(invoice_id: int) -> str:
    """The event chain of an invoice."""
    return f"invoice:{invoice_id}"


def _move_uses(
    session: Session, row: type[ClaimInvoiceRow | LineInvoiceRow], user: Any, gone_id: int, kept_id: int
) -> None:
    """A claim or line that already rests on the kept invoice does not rest on it twice."""
    already = list(session.scalars(select(user).where(row.invoice_id == kept_id)))
    session.execute(delete(row).where(row.invoice_id == gone_id, user.in_(already)))
    session.execute(update(row).where(row.invoice_id == gone_id).values(invoice_id=kept_id))
