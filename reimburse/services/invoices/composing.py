"""Bring an invoice's row up to date with its files and corrections. Runs in the caller's transaction."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from parsers.expected import mandatory
from reimburse.domain.composition import Composed, Correction, compose
from reimburse.domain.invoice import InvoiceKind, key_of
from reimburse.domain.invoice_fields import value_at
from reimburse.domain.money import to_fen
from reimburse.domain.reading import ReadStatus
from reimburse.domain.told import Told
from reimburse.services.missing import certifications
from reimburse.services.returns import red_postings
from reimburse.services.suppliers import suppliers
from reimburse.store.invoices import InvoiceRow


def recompose(session: Session, invoice: InvoiceRow) -> Composed:
    """Compute the row anew from its readings and corrections; the same ones give the same row."""
    session.flush()
    session.expire(invoice, ["readings", "corrections"])
    composed = compose(told_by(invoice), corrections_of(invoice))
    before = invoice.key
    _write(invoice, composed)
    suppliers.touch(session, invoice.seller_tax_id, invoice.seller_name)
    session.flush()
    certifications.follow(session, invoice, before)
    if invoice.red_letter and not invoice.has_conflicts:
        red_postings.post(session, invoice)
    return composed


def told_by(invoice: InvoiceRow) -> list[Told]:
    """What each file of the invoice says."""
    return [Told(reading.id, reading.document_id, reading.data) for reading in invoice.readings]


def corrections_of(invoice: InvoiceRow) -> list[Correction]:
    """What people changed by hand, oldest first."""
    return [
        Correction(row.field, row.value, row.state, row.by_id, row.at.isoformat(timespec="seconds"))
        for row in invoice.corrections
    ]


def _write(invoice: InvoiceRow, composed: Composed) -> None:
    data = composed.data
    invoice.data, invoice.seen, invoice.missing = data, composed.seen, composed.missing
    invoice.conflicts = [{"field": name, "values": values} for name, values in composed.conflicts.items()]
    invoice.has_conflicts = bool(composed.conflicts)
    needed = mandatory(InvoiceKind(data["kind"]), native=composed.native)
    status = ReadStatus.INCOMPLETE if needed & set(composed.missing) else ReadStatus.PARSED
    invoice.status, invoice.seal_status = status.value, composed.seal
    invoice.code = key_of(data.get("code"), data.get("number") or "").code
    invoice.number, invoice.kind = data.get("number"), data["kind"]
    invoice.issue_date = date.fromisoformat(data["issue_date"]) if data.get("issue_date") else None
    invoice.buyer_name = value_at(data, "buyer.name")
    invoice.seller_name, invoice.seller_tax_id = value_at(data, "seller.name"), value_at(data, "seller.tax_id")
    total = data.get("total_incl_tax")
    invoice.total_fen = to_fen(Decimal(total)) if total is not None else None
    _write_lineage(invoice, composed)


def _write_lineage(invoice: InvoiceRow, composed: Composed) -> None:
    reversed_one = composed.data.get("red_letter_of")
    invoice.red_letter = bool(composed.data.get("red_letter"))
    invoice.red_of_code = (
        key_of(reversed_one.get("code"), reversed_one.get("number") or "").code if reversed_one else None
    )
    invoice.red_of_number = reversed_one.get("number") if reversed_one else None
    invoice.leading_reading_id = composed.leading.reading_id
    invoice.picture_document_id = composed.pictured.document_id if composed.pictured else None
    invoice.picture_page = composed.pictured.data["page"] if composed.pictured else 1
