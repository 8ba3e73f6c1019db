"""The decisions about payments, the newest first, with the rows that each was about."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_

from reimburse.services.matching.match_groups import Key, key_of
from reimburse.services.matching.matching_left import LIGHT
from reimburse.store.db import db
from reimburse.store.invoices import InvoiceRow
from reimburse.store.matches import MatchDecisionRow
from reimburse.store.payments import PaymentRow
from reimburse.store.people import PersonRow

PAGE = 25
KINDS = ("confirm", "choose", "split", "never", "waive", "not_twin")


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, who took it, and the rows it was about as they are now."""

    row: MatchDecisionRow
    by: str
    payments: Sequence[PaymentRow]
    invoices: Sequence[InvoiceRow]


@dataclass(frozen=True, slots=True)
class Page:
    """Some decisions; ``before`` is where the next page starts."""

    rows: Sequence[Decided]
    before: int | None


def listed(kind: str | None, before: int | None = None) -> Page:
    """The decisions, those of this kind only."""
    query = select(MatchDecisionRow).order_by(MatchDecisionRow.id.desc()).limit(PAGE + 1)
    if kind in KINDS:
        query = query.where(MatchDecisionRow.kind == kind)
    if before:
        query = query.where(MatchDecisionRow.id < before)
    rows = list(db.session.scalars(query))
    shown = rows[:PAGE]
    names, payments, invoices = _names(shown), _payments(shown), _invoices(shown)
    decided = [
        Decided(
            row,
            names.get(row.by_id, ""),
            [payments[item] for item in row.said["payments"] if item in payments],
            [invoices[code, number] for code, number in row.said["invoices"] if (code, number) in invoices],
        )
        for row in shown
    ]
    return Page(decided, rows[PAGE - 1].id if len(rows) > PAGE else None)


def _names(rows: Sequence[MatchDecisionRow]) -> dict[int, str]:
    query = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_({row.by_id for row in rows}))
    return {row.id: row.name for row in db.session.execute(query)} if rows else {}


def _payments(rows: Sequence[MatchDecisionRow]) -> dict[int, PaymentRow]:
    ids = sorted({payment for row in rows for payment in row.said["payments"]})
    query = select(PaymentRow).where(PaymentRow.id.in_(ids))
    return {row.id: row for row in db.session.scalars(query)} if ids else {}


def _invoices(rows: Sequence[MatchDecisionRow]) -> dict[Key, InvoiceRow]:
    keys = sorted({(code, number) for row in rows for code, number in row.said["invoices"]})
    query = select(InvoiceRow).where(tuple_(InvoiceRow.code, InvoiceRow.number).in_(keys)).options(*LIGHT)
    found: dict[Key, InvoiceRow] = {}
    for row in db.session.scalars(query.order_by(InvoiceRow.id)) if keys else ():
        found.setdefault(key_of(row), row)
    return found
