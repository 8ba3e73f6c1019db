"""What is left on each side of the Matching page: payments without an invoice, invoices without a payment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import aliased, defer, joinedload, lazyload

from reimburse.domain.payment import PaymentKind
from reimburse.services.matching.match_pool import is_grouped
from reimburse.services.page_keys import day_and_id
from reimburse.store.db import db, today
from reimburse.store.invoices import InvoiceRow
from reimburse.store.payments import PaymentRow
from reimburse.store.people import PersonRow

LEFT = 15
DAYS = 90
MONTHS = 4
LIGHT = (defer(InvoiceRow.data), defer(InvoiceRow.seen), lazyload("*"))


@dataclass(frozen=True, slots=True)
class Filter:
    """What is shown: groups in this state, rows of this month (``2026-11``) or of the last 90 days; and where from."""

    state: str = ""
    month: str = ""
    after: str = ""
    payment: str = ""
    invoice: str = ""

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day shown."""
        if first := _month(self.month):
            return first, _next(first) - timedelta(days=1)
        return today() - timedelta(days=DAYS), date.max


@dataclass(frozen=True, slots=True)
class Left:
    """What is left on one side: some rows, how many there are and what they add up to in fen of yuan."""

    rows: Sequence[Any]
    count: int
    fen: int
    after: str | None


def months() -> list[str]:
    """The months that can be chosen, this one first."""
    first, found = today().replace(day=1), []
    for _ in range(MONTHS):
        found.append(f"{first:%Y-%m}")
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def payments_left(wanted: Filter) -> Left:
    """Payments for which no invoice is in sight."""
    row = PaymentRow
    left = and_(row.state == "open", row.paid_on.between(*wanted.days), row.kind == PaymentKind.PAYMENT.value)
    query = select(row).where(left).options(joinedload(row.account), joinedload(row.holder).lazyload(PersonRow.grants))
    if key := day_and_id(wanted.payment):
        query = query.where(tuple_(row.paid_on, row.id) < tuple_(*key))
    rows = list(db.session.scalars(query.order_by(row.paid_on.desc(), row.id.desc()).limit(LEFT + 1)))
    yuan = func.sum(row.amount_fen - row.refunded_fen).filter(row.currency == "CNY")
    count, fen = db.session.execute(select(func.count(), yuan).where(left)).one()
    more = rows[LEFT - 1] if len(rows) > LEFT else None
    return Left(rows[:LEFT], count, int(fen or 0), f"{more.paid_on}.{more.id}" if more else None)


def invoices_left(wanted: Filter) -> Left:
    """Invoices in no group; one in several wallets counts once."""
    row, other = InvoiceRow, aliased(InvoiceRow)
    elsewhere = select(other.id).where(other.code == row.code, other.number == row.number, other.id < row.id)
    left = and_(
        row.issue_date.between(*wanted.days), row.number.is_not(None), row.total_fen.is_not(None), ~is_grouped()
    )
    once = and_(left, ~elsewhere.exists())
    query = select(row).where(once).options(*LIGHT).order_by(row.issue_date.desc(), row.id.desc())
    if key := day_and_id(wanted.invoice):
        query = query.where(tuple_(row.issue_date, row.id) < tuple_(*key))
    rows = list(db.session.scalars(query.limit(LEFT + 1)))
    count, fen = db.session.execute(select(func.count(), func.sum(row.total_fen)).where(once)).one()
    more = rows[LEFT - 1] if len(rows) > LEFT else None
    return Left(rows[:LEFT], count, int(fen or 0), f"{more.issue_date}.{more.id}" if more else None)


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
