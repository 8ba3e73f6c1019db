"""One invoice: who may see it, what is left on it, who uses it, and its lineage."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import joinedload

from reimburse.domain.workflow import ClaimState
from reimburse.services.access import SEE_ALL, SEE_DEPARTMENT
from reimburse.services.approval.approvers import asked
from reimburse.services.errors import NotFound
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.balances import InvoiceBalanceRow
from reimburse.store.claims import AttachmentRow, ClaimInvoiceRow, ClaimRow
from reimburse.store.db import db
from reimburse.store.documents import DocumentRow, ReadingRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow

ENDED = (ClaimState.DELETED.value, ClaimState.REJECTED.value, ClaimState.REVERSED.value)


@dataclass(frozen=True, slots=True)
class Use:
    """A claim that uses an invoice. ``claim`` is None where the person who asks may not see it."""

    state: ClaimState
    claim: ClaimRow | None


@dataclass(frozen=True, slots=True)
class Balance:
    """What is claimed of an invoice over everyone and all years, in fen, and what red letters took of it."""

    face_fen: int
    claimed_fen: int
    reversed_fen: int = 0
    owed_fen: int = 0

    @property
    def left_fen(self) -> int:
        """What can still be claimed."""
        return self.face_fen - self.claimed_fen - self.reversed_fen + self.owed_fen


def may_see(person: PersonRow, invoice: InvoiceRow) -> bool:
    """The holder, the approvers of a submitted claim that it stands on, finance and auditors."""
    if invoice.holder_id == person.id or person.roles() & SEE_ALL:
        return True
    claims = select(ClaimInvoiceRow.claim_id).where(ClaimInvoiceRow.invoice_id == invoice.id)
    return _sees_one(person, ClaimRow.id.in_(claims))


def may_see_document(person: PersonRow, document: DocumentRow) -> bool:
    """The owner, finance and auditors, and the approvers of a claim that it stands on as invoice or attachment."""
    if document.owner_id == person.id or person.roles() & SEE_ALL:
        return True
    as_invoice = (
        select(ClaimInvoiceRow.claim_id)
        .join(ReadingRow, ReadingRow.invoice_id == ClaimInvoiceRow.invoice_id)
        .where(ReadingRow.document_id == document.id)
    )
    attached = select(AttachmentRow.claim_id).where(AttachmentRow.document_id == document.id)
    return _sees_one(person, or_(ClaimRow.id.in_(as_invoice), ClaimRow.id.in_(attached)))


def invoice_for(person: PersonRow, invoice_id: int) -> InvoiceRow:
    """The invoice, or ``NotFound`` where there is none that this person may see."""
    invoice = db.session.get(InvoiceRow, invoice_id)
    if invoice is None or not may_see(person, invoice):
        raise NotFound
    return invoice


def document_for(person: PersonRow, document_id: int) -> DocumentRow:
    """The document, or ``NotFound`` where there is none that this person may see."""
    document = db.session.get(DocumentRow, document_id)
    if document is None or not may_see_document(person, document):
        raise NotFound
    return document


def balance_of(invoice: InvoiceRow) -> Balance | None:
    """Face value, claimed and left; None while number or total are unknown."""
    if invoice.number is None or invoice.total_fen is None:
        return None
    row = db.session.get(InvoiceBalanceRow, (invoice.code, invoice.number))
    if row is None:
        return Balance(invoice.total_fen, 0)
    stated_fen, claimed_fen = row.face_fen + row.red_fen - row.owed_fen, row.reserved_fen + row.booked_fen
    return Balance(stated_fen, claimed_fen, row.red_fen, row.owed_fen)


def uses_of(person: PersonRow, invoice: InvoiceRow) -> list[Use]:
    """The claims that use this invoice out of any wallet; those that the person may not see come masked."""
    on_key = select(InvoiceRow.id).where(InvoiceRow.id == invoice.id)
    if invoice.number:
        on_key = select(InvoiceRow.id).where(InvoiceRow.code == invoice.code, InvoiceRow.number == invoice.number)
    rows = db.session.execute(
        select(ClaimRow, _sees(person))
        .join(ClaimInvoiceRow, ClaimInvoiceRow.claim_id == ClaimRow.id)
        .where(ClaimInvoiceRow.invoice_id.in_(on_key), ClaimRow.state.not_in(ENDED))
        .options(joinedload(ClaimRow.claimant).lazyload(PersonRow.grants))
        .order_by(ClaimRow.id)
    )
    return [
        Use(ClaimState(claim.state), claim if seen or claim.claimant_id == person.id else None)
        for claim, seen in rows.unique()
    ]


def lineage_of(invoice: InvoiceRow) -> tuple[InvoiceRow | None, list[InvoiceRow]]:
    """The blue invoice that this one reverses, as far as it is known here, and the red ones that reverse this one."""
    blue = None
    if invoice.red_of_number:
        of = select(InvoiceRow).where(
            InvoiceRow.code == (invoice.red_of_code or ""), InvoiceRow.number == invoice.red_of_number
        )
        blue = db.session.scalars(of.order_by((InvoiceRow.holder_id == invoice.holder_id).desc()).limit(1)).first()
    return blue, list(db.session.scalars(select(InvoiceRow).where(*reversing(invoice)))) if invoice.number else []


def reversing(invoice: InvoiceRow) -> tuple[ColumnElement[bool], ...]:
    """The condition that a red-letter invoice reverses this one."""
    return InvoiceRow.red_of_number == invoice.number, InvoiceRow.red_of_code == invoice.code


def _sees_one(person: PersonRow, which: ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(select(exists(select(ClaimRow.id).where(which, _sees(person))))))


def _sees(person: PersonRow) -> ColumnElement[bool]:
    """``claim_access.may_see`` for claims of others, as a condition."""
    if person.roles() & SEE_ALL:
        return ClaimRow.round > 0
    departments = [grant.department_id for grant in person.grants if grant.role in SEE_DEPARTMENT]
    of_department = true() if None in departments else ClaimRow.department_id.in_(departments)
    step = select(ApprovalStepRow.id).where(ApprovalStepRow.claim_id == ClaimRow.id, asked(person))
    return and_(ClaimRow.round > 0, or_(of_department, exists(step)))
