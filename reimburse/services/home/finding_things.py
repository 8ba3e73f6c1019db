"""Find claims and invoices by number, seller or purpose: one's own, and those one may see."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import defer, joinedload

from reimburse.services.access import SEE_ALL, SEE_DEPARTMENT
from reimburse.services.approval.approvers import asked
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.claims import ClaimInvoiceRow, ClaimRow
from reimburse.store.db import db
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow

MOST = 25
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, newest first, twenty-five of each at the most."""

    claims: list[ClaimRow]
    invoices: list[InvoiceRow]


def find(person: PersonRow, words: str) -> Hits:
    """Claims by number or purpose; invoices by number, code or seller. Fewer than two characters find nothing."""
    wanted = words.strip()
    if len(wanted) < SHORTEST:
        return Hits([], [])
    return Hits(_claims(person, wanted), _invoices(person, wanted))


def _claims(person: PersonRow, words: str) -> list[ClaimRow]:
    matches = or_(
        ClaimRow.claim_no.startswith(words, autoescape=True), ClaimRow.purpose.contains(words, autoescape=True)
    )
    query = select(ClaimRow).where(_may_see(person), matches).options(joinedload(ClaimRow.claimant))
    return list(db.session.scalars(query.order_by(ClaimRow.id.desc()).limit(MOST)))


def _invoices(person: PersonRow, words: str) -> list[InvoiceRow]:
    on_visible_claims = (
        select(ClaimInvoiceRow.invoice_id)
        .join(ClaimRow, ClaimRow.id == ClaimInvoiceRow.claim_id)
        .where(_may_see(person), ClaimInvoiceRow.invoice_id == InvoiceRow.id)
    )
    matches = or_(
        InvoiceRow.number.startswith(words, autoescape=True),
        InvoiceRow.code.startswith(words, autoescape=True),
        InvoiceRow.seller_name.contains(words, autoescape=True),
    )
    visible = or_(InvoiceRow.holder_id == person.id, on_visible_claims.exists())
    query = select(InvoiceRow).where(matches, visible).options(defer(InvoiceRow.data), defer(InvoiceRow.seen))
    return list(db.session.scalars(query.order_by(InvoiceRow.id.desc()).limit(MOST)))


def _may_see(person: PersonRow) -> ColumnElement[bool]:
    """The same as ``claim_access.may_see``, as a condition."""
    if person.roles() & SEE_ALL:
        return or_(ClaimRow.claimant_id == person.id, ClaimRow.round > 0)
    departments = [grant.department_id for grant in person.grants if grant.role in SEE_DEPARTMENT]
    with_my_step = select(ApprovalStepRow.claim_id).where(asked(person))
    submitted = ClaimRow.round > 0
    return or_(
        ClaimRow.claimant_id == person.id,
        submitted & ClaimRow.department_id.in_(departments),
        submitted & ClaimRow.id.in_(with_my_step),
    )
