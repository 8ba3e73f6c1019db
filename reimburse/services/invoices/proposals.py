"""Proposed changes that wait for finance."""

from dataclasses import dataclass

from sqlalchemy import select

from reimburse.domain.invoice_fields import same
from reimburse.services.invoices.invoice_view import Choice, choices_of
from reimburse.store.db import db
from reimburse.store.invoices import FieldCorrectionRow, InvoiceRow
from reimburse.store.people import PersonRow

PAGE = 20


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value somebody proposes, and what is stated now with the places where it stands."""

    row: FieldCorrectionRow
    invoice: InvoiceRow
    by: PersonRow
    stated: list[Choice]
    proposed: Choice | None
    """The choice whose value is proposed, where a source states it; None where no document does."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of proposals; ``after`` is the key of the next one."""

    items: list[Proposal]
    after: int | None


def waiting(after: int = 0) -> Page:
    """The proposals that wait, the oldest first."""
    query = (
        select(FieldCorrectionRow, InvoiceRow, PersonRow)
        .join(InvoiceRow, InvoiceRow.id == FieldCorrectionRow.invoice_id)
        .join(PersonRow, PersonRow.id == FieldCorrectionRow.by_id)
        .where(FieldCorrectionRow.state == "proposed", FieldCorrectionRow.id > after)
        .order_by(FieldCorrectionRow.id)
    )
    rows = db.session.execute(query.limit(PAGE + 1)).unique().all()
    items = [_proposal(row, invoice, person) for row, invoice, person in rows[:PAGE]]
    return Page(items, items[-1].row.id if len(rows) > PAGE else None)


def _proposal(row: FieldCorrectionRow, invoice: InvoiceRow, person: PersonRow) -> Proposal:
    choices = choices_of(invoice, row.field)
    proposed = next((choice for choice in choices if same(choice.value, row.value)), None)
    return Proposal(row, invoice, person, [choice for choice in choices if choice is not proposed], proposed)
