"""What lacks an invoice: payments and bills, with the last day to ask for it (R-53)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, func, literal, null, select, tuple_, union_all
from sqlalchemy.orm import aliased

from reimburse.services.access import SEE_ALL
from reimburse.services.errors import NotFound
from reimburse.services.missing.deadlines import counted_before, counted_up_to, last_day
from reimburse.services.policy import policies
from reimburse.store.bills import BillRow, InvoiceTieRow
from reimburse.store.chasing import ReminderRow
from reimburse.store.db import db, today
from reimburse.store.payments import PaymentRow
from reimburse.store.people import PersonRow

PAGE = 25
PAYMENT, BILL = "payment", "bill"
CHIPS = ("overdue", "soon", PAYMENT, BILL)


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list shows: a chip, a person (0: nobody in particular), a supplier; ``after`` is the page's key."""

    chip: str | None = None
    person_id: int | None = None
    party: str = ""
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A payment or a bill without its invoice. ``settled``: a bill's provider has taken its money (R-80)."""

    kind: str
    id: int
    party: str
    person_id: int | None
    person: str | None
    fen: int
    counts_from: date
    ref: str
    settled: bool
    reminded_on: date | None

    @property
    def last_day(self) -> date:
        """The last day to ask for the invoice."""
        return last_day(self.counts_from)

    @property
    def days_left(self) -> int:
        """Calendar days until the last one; negative: so many over it."""
        return (self.last_day - today()).days


@dataclass(frozen=True, slots=True)
class Page:
    """The most urgent first; count, sum and what is overdue are of all pages."""

    items: list[Item]
    after: str | None
    count: int
    sum_fen: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Sum:
    """What one person, or one supplier, has missing: how many, how much, the oldest day counted from."""

    key: str
    name: str
    count: int
    fen: int
    counts_from: date


def sees_all(person: PersonRow) -> bool:
    """Whether the person sees what everybody has missing."""
    return bool(person.roles() & SEE_ALL)


def listed(person: PersonRow, wanted: Filter) -> Page:
    """A page of what this person sees."""
    rows = _rows(person, wanted).subquery()
    late = case((rows.c.counts_from < counted_before(today()), 1), else_=0)
    counted = select(func.count(), func.coalesce(func.sum(rows.c.fen), 0), func.coalesce(func.sum(late), 0))
    count, total, overdue = db.session.execute(counted.select_from(rows)).one()
    newest = select(func.max(ReminderRow.on_day)).where(
        ReminderRow.kind == rows.c.kind, ReminderRow.subject_id == rows.c.id
    )
    query = select(rows, PersonRow.name, newest.scalar_subquery()).outerjoin(
        PersonRow, PersonRow.id == rows.c.person_id
    )
    order = (rows.c.counts_from, rows.c.kind, rows.c.id)
    key = _key(wanted.after)
    if key:
        query = query.where(tuple_(*order) > tuple_(*key))
    found = [made(row) for row in db.session.execute(query.order_by(*order).limit(PAGE + 1))]
    last = found[PAGE - 1] if len(found) > PAGE else None
    after = f"{last.counts_from}.{last.kind}.{last.id}" if last else None
    return Page(found[:PAGE], after, count, int(total), int(overdue))


def sums(person: PersonRow, by: str, after: str | None) -> tuple[list[Sum], str | None]:
    """What is missing by ``person`` or by ``supplier``, a page at a time in the order of their keys."""
    rows = _rows(person, Filter()).subquery()
    key: ColumnElement[Any] = func.coalesce(rows.c.person_id, 0) if by == "person" else rows.c.party
    query = select(key, func.count(), func.sum(rows.c.fen), func.min(rows.c.counts_from)).group_by(key).order_by(key)
    if after is not None:
        query = query.where(key > (int(after) if by == "person" and after.isdecimal() else after))
    found = db.session.execute(query.limit(PAGE + 1)).all()
    ids = [row[0] for row in found] if by == "person" else []
    people = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))
    names = {one.id: one.name for one in db.session.execute(people)} if ids else {}
    shown = [_sum(row, names.get(row[0], "") if by == "person" else row[0]) for row in found]
    return shown[:PAGE], shown[PAGE - 1].key if len(shown) > PAGE else None


def _sum(row: Any, name: str) -> Sum:
    key, count, fen, counts_from = row
    return Sum(str(key), name, count, int(fen), counts_from)


def item_of(person: PersonRow, kind: str, identity: int) -> Item:
    """One thing that lacks its invoice, or ``NotFound``."""
    rows = _rows(person, Filter()).subquery()
    query = select(rows, PersonRow.name, null()).outerjoin(PersonRow, PersonRow.id == rows.c.person_id)
    row = db.session.execute(query.where(rows.c.kind == kind, rows.c.id == identity)).one_or_none()
    if row is None:
        raise NotFound
    return made(row)


def _rows(person: PersonRow, wanted: Filter) -> Select[*tuple[Any, ...]]:
    rows = union_all(payments(), bills()).subquery()
    query = select(rows)
    if not sees_all(person):
        query = query.where(rows.c.person_id == person.id)
    if wanted.chip in (PAYMENT, BILL):
        query = query.where(rows.c.kind == wanted.chip)
    elif wanted.chip == "overdue":
        query = query.where(rows.c.counts_from < counted_before(today()))
    elif wanted.chip == "soon":
        ends = counted_up_to(today() + timedelta(days=policies.in_force().parameters.chase_before_days))
        query = query.where(rows.c.counts_from.between(counted_before(today()), ends))
    if wanted.person_id is not None:
        query = query.where(func.coalesce(rows.c.person_id, 0) == wanted.person_id)
    return query.where(rows.c.party == wanted.party) if wanted.party else query


def payments() -> Select[*tuple[Any, ...]]:
    """Payments without a confirmed invoice, as rows of an item; what settled a bill that lacks one counts there."""
    return select(
        literal(PAYMENT).label("kind"),
        PaymentRow.id.label("id"),
        PaymentRow.payee.label("party"),
        PaymentRow.holder_id.label("person_id"),
        (PaymentRow.amount_fen - PaymentRow.refunded_fen).label("fen"),
        PaymentRow.paid_on.label("counts_from"),
        func.coalesce(PaymentRow.own_id, "").label("ref"),
        literal(1).label("settled"),
    ).where(lacks_invoice(PaymentRow), PaymentRow.currency == "CNY", ~_settled_a_bill())


def lacks_invoice(row: type[PaymentRow]) -> ColumnElement[bool]:
    """Whether a payment lacks its invoice, in whatever currency."""
    return and_(row.state.in_(("open", "proposed")), row.kind == "payment")


def _settled_a_bill() -> ColumnElement[bool]:
    """Whether a bill lacks the same invoice: of its supplier and amount, its period begun before the payment.

    Of several such payments as many as there are such bills, the earliest first.
    """
    other = aliased(PaymentRow)
    before = and_(
        lacks_invoice(other),
        other.currency == "CNY",
        other.payee == PaymentRow.payee,
        _paid(other) == _paid(PaymentRow),
        tuple_(other.paid_on, other.id) < tuple_(PaymentRow.paid_on, PaymentRow.id),
        _bills_like(other).exists(),
    )
    earlier = select(func.count(other.id)).where(before).correlate(PaymentRow)
    asked = _bills_like(PaymentRow).with_only_columns(func.count())
    return earlier.scalar_subquery() < asked.correlate(PaymentRow).scalar_subquery()


def _bills_like(row: type[PaymentRow]) -> Select[Any]:
    """Open bills that this payment may have settled."""
    return select(BillRow.id).where(
        BillRow.state == "open",
        BillRow.party == row.payee,
        BillRow.amount_fen == _paid(row),
        BillRow.period_start <= row.paid_on,
    )


def _paid(row: type[PaymentRow]) -> ColumnElement[int]:
    return row.amount_fen - row.refunded_fen


def bills() -> Select[*tuple[Any, ...]]:
    """Bills without an invoice, as rows of an item."""
    tied = select(func.coalesce(func.sum(InvoiceTieRow.amount_fen), 0)).where(
        InvoiceTieRow.bill_id == BillRow.id, InvoiceTieRow.state == "tied"
    )
    return select(
        literal(BILL),
        BillRow.id,
        BillRow.party,
        BillRow.owner_id,
        BillRow.amount_fen - tied.correlate(BillRow).scalar_subquery(),
        BillRow.counts_from,
        BillRow.bill_no.cast(String),
        case((BillRow.settled_on.is_not(None), 1), else_=0),
    ).where(BillRow.state == "open", BillRow.amount_fen > 0)


def made(row: Any) -> Item:
    """An item from its row with the person's name and the last reminder."""
    kind, identity, party, person_id, fen, counts_from, ref, settled, person, reminded_on = row
    return Item(kind, identity, party, person_id, person, int(fen), counts_from, ref, bool(settled), reminded_on)


def _key(after: str | None) -> tuple[date, str, int] | None:
    day, _, rest = (after or "").partition(".")
    kind, _, identity = rest.partition(".")
    try:
        return date.fromisoformat(day), kind, int(identity)
    except ValueError:
        return None
