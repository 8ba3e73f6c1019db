"""What the supplier pages show: the list of credit files, and one file with its notes and invoices."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import defer, lazyload

from reimburse.domain.finding import Text
from reimburse.services.errors import NotFound
from reimburse.services.suppliers.suppliers import changes_of
from reimburse.store.db import db
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow
from reimburse.store.suppliers import SupplierNoteRow, SupplierRow

PAGE = 25
NOTES = 50
TROUBLE = "trouble"
"""The chip that shows files with something to look at, whatever their level."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list shows: words in the name or the beginning of the tax id; a level or ``trouble``."""

    text: str = ""
    level: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The largest sellers first; ``after`` is where the next page starts."""

    rows: list[SupplierRow]
    after: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """Something written or changed in a file."""

    text: str
    change: Text
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """One seller's file; ``before``: the key of the next page of its invoices."""

    row: SupplierRow
    notes: list[Note]
    invoices: list[tuple[InvoiceRow, str]]
    before: int | None


def listed(wanted: Filter) -> Page:
    """A page of the files."""
    query = select(SupplierRow).order_by(SupplierRow.total_fen.desc(), SupplierRow.tax_id)
    if wanted.text:
        query = query.where(
            or_(
                SupplierRow.tax_id.startswith(wanted.text.upper(), autoescape=True),
                SupplierRow.name.contains(wanted.text, autoescape=True),
            )
        )
    if wanted.level == TROUBLE:
        query = query.where(
            or_(
                SupplierRow.unreported > 0, SupplierRow.voids_90d > 0, SupplierRow.returns > 0, SupplierRow.at_limit > 0
            )
        )
    elif wanted.level:
        query = query.where(SupplierRow.level == wanted.level)
    total, _, tax_id = (wanted.after or "").partition(".")
    if tax_id and total.removeprefix("-").isdecimal():
        behind = and_(SupplierRow.total_fen == int(total), SupplierRow.tax_id > tax_id)
        query = query.where(or_(SupplierRow.total_fen < int(total), behind))
    rows = list(db.session.scalars(query.limit(PAGE + 1)))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{last.total_fen}.{last.tax_id}" if last else None)


def file_of(tax_id: str, before: int | None = None) -> File:
    """One file, or ``NotFound``."""
    row = db.session.get(SupplierRow, tax_id)
    if row is None:
        raise NotFound
    query = (
        select(InvoiceRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == InvoiceRow.holder_id)
        .where(InvoiceRow.seller_tax_id == tax_id)
        .options(defer(InvoiceRow.data), defer(InvoiceRow.seen), lazyload("*"))
        .order_by(InvoiceRow.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(InvoiceRow.id < before)
    invoices = [(invoice, holder) for invoice, holder in db.session.execute(query)]
    following = invoices[PAGE - 1][0].id if len(invoices) > PAGE else None
    return File(row, _notes(tax_id), invoices[:PAGE], following)


def _notes(tax_id: str) -> list[Note]:
    query = (
        select(SupplierNoteRow.text, SupplierNoteRow.change, PersonRow.name, SupplierNoteRow.at)
        .join(PersonRow, PersonRow.id == SupplierNoteRow.by_id)
        .where(SupplierNoteRow.tax_id == tax_id)
        .order_by(SupplierNoteRow.id.desc())
        .limit(NOTES)
    )
    return [Note(text, changes_of(change), by, at) for text, change, by, at in db.session.execute(query)]
