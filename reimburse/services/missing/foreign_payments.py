"""Payments in a foreign currency: never matched with yuan; listed apart until somebody has dealt with them (U-30)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import joinedload

from reimburse.services.missing.missing import lacks_invoice, sees_all
from reimburse.services.page_keys import day_and_id
from reimburse.store.db import db
from reimburse.store.payments import PaymentRow
from reimburse.store.people import PersonRow

PAGE = 25
CNY = "CNY"


@dataclass(frozen=True, slots=True)
class Page:
    """The oldest first; ``sums``: of all pages, by currency, how many and how much in hundredths of it."""

    rows: Sequence[PaymentRow]
    after: str | None
    sums: Sequence[tuple[str, int, int]]


def listed(person: PersonRow, after: str | None = None) -> Page:
    """What this person sees: finance and auditors everything, others what they paid."""
    conditions = _conditions(person)
    summed = select(PaymentRow.currency, func.count(), func.sum(PaymentRow.amount_fen - PaymentRow.refunded_fen))
    by_currency = summed.where(*conditions).group_by(PaymentRow.currency).order_by(PaymentRow.currency)
    sums = [(currency, count, int(fen)) for currency, count, fen in db.session.execute(by_currency)]
    query = select(PaymentRow).where(*conditions).options(joinedload(PaymentRow.holder).lazyload(PersonRow.grants))
    if key := day_and_id(after):
        query = query.where(tuple_(PaymentRow.paid_on, PaymentRow.id) > tuple_(*key))
    rows = list(db.session.scalars(query.order_by(PaymentRow.paid_on, PaymentRow.id).limit(PAGE + 1)))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{last.paid_on}.{last.id}" if last else None, sums)


def _conditions(person: PersonRow) -> list[ColumnElement[bool]]:
    found = [lacks_invoice(PaymentRow), PaymentRow.currency != CNY]
    return found if sees_all(person) else [*found, PaymentRow.holder_id == person.id]
