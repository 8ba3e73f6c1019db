"""Invoices for which no payment is known: not confirmed against a statement, and not paid by the employee."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased

from reimburse.services.invoices.invoices import ENDED
from reimburse.services.missing.missing import sees_all
from reimburse.store.claims import ClaimRow, ExpenseLineRow, LineInvoiceRow
from reimburse.store.db import db
from reimburse.store.invoices import InvoiceRow
from reimburse.store.matches import MatchGroupRow, MatchInvoiceRow
from reimburse.store.people import PersonRow

PAGE = 25


@dataclass(frozen=True, slots=True)
class Unpaid:
    """An invoice key once, by the first wallet that holds it; ``proposed``: a payment is proposed for it."""

    id: int
    number: str
    seller: str
    issue_date: Any
    fen: int
    holder: str
    proposed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The newest first; count and sum are of all pages."""

    items: list[Unpaid]
    before: int | None
    count: int
    sum_fen: int


def listed(person: PersonRow, before: int | None = None) -> Page:
    """A page of what this person sees: finance and auditors everything, others their own wallet."""
    conditions = _conditions(person)
    counted = select(func.count(), func.coalesce(func.sum(InvoiceRow.total_fen), 0)).where(*conditions)
    count, total = db.session.execute(counted).one()
    columns = (InvoiceRow.id, InvoiceRow.number, InvoiceRow.seller_name, InvoiceRow.issue_date, InvoiceRow.total_fen)
    query: Select[*tuple[Any, ...]] = select(*columns, PersonRow.name, exists(_groups("proposed")))
    query = query.join(PersonRow, PersonRow.id == InvoiceRow.holder_id).where(*conditions)
    if before is not None:
        query = query.where(InvoiceRow.id < before)
    rows = [Unpaid(*row) for row in db.session.execute(query.order_by(InvoiceRow.id.desc()).limit(PAGE + 1))]
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None, count, int(total or 0))


def _conditions(person: PersonRow) -> list[ColumnElement[bool]]:
    earlier = aliased(InvoiceRow)
    same = (earlier.code == InvoiceRow.code, earlier.number == InvoiceRow.number, earlier.id < InvoiceRow.id)
    own_pocket = (
        select(ExpenseLineRow.id)
        .join(LineInvoiceRow, LineInvoiceRow.line_id == ExpenseLineRow.id)
        .join(ClaimRow, ClaimRow.id == ExpenseLineRow.claim_id)
        .where(LineInvoiceRow.invoice_id == InvoiceRow.id, ClaimRow.state.not_in(ENDED))
        .where(ExpenseLineRow.paid_by.in_(("employee", "advance")))
    )
    found = [
        InvoiceRow.number.is_not(None),
        InvoiceRow.total_fen > 0,
        InvoiceRow.red_letter.is_(False),
        ~exists(_groups("confirmed")),
        ~exists(own_pocket),
    ]
    if sees_all(person):
        return [*found, ~exists(select(earlier.id).where(*same))]
    return [*found, InvoiceRow.holder_id == person.id]


def _groups(state: str) -> Select[int]:
    return (
        select(MatchGroupRow.id)
        .join(MatchInvoiceRow, MatchInvoiceRow.group_id == MatchGroupRow.id)
        .where(MatchInvoiceRow.code == InvoiceRow.code, MatchInvoiceRow.number == InvoiceRow.number)
        .where(MatchGroupRow.state == state)
        .correlate(InvoiceRow)
    )
