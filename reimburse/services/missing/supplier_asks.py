"""Requests that went out to suppliers: when, by whom, how often, and whether the invoice has come since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from reimburse.services.access import SEE_ALL, answers_for
from reimburse.services.errors import NotFound, Refused
from reimburse.services.missing.deadlines import expected_on
from reimburse.services.missing.missing import BILL, PAYMENT, Item, item_of
from reimburse.services.page_keys import day_and_id
from reimburse.store.absent import insert_if_absent
from reimburse.store.bills import BillRow
from reimburse.store.chasing import SupplierAskRow
from reimburse.store.db import db, now, today, transaction
from reimburse.store.payments import PaymentRow
from reimburse.store.people import PersonRow

PAGE = 25
Row = SupplierAskRow
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """How often a supplier was asked for one invoice, and when last."""

    times: int
    last_on: date

    @property
    def expected_on(self) -> date:
        """The day by which suppliers usually have issued it (R-79)."""
        return expected_on(self.last_on)

    @property
    def is_late(self) -> bool:
        """Whether that day is over."""
        return self.expected_on < today()


@dataclass(frozen=True, slots=True)
class Sent:
    """One request; ``received``: the invoice has come since; ``ended``: none is waited for any more."""

    row: SupplierAskRow
    party: str
    fen: int
    received: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The latest first; ``before`` is where the next page starts."""

    sent: list[Sent]
    before: str | None


def note(person: PersonRow, kind: str, identity: int, *, special: bool, paper: bool) -> None:
    """The request went out today; whoever has to get the invoice says so, or finance."""
    item = item_of(person, kind, identity)
    if not answers_for(person, item.person_id):
        raise NotFound
    values = {"kind": kind, "subject_id": identity, "on_day": today(), "special": special, "paper": paper}
    with transaction() as session:
        if not insert_if_absent(session, Row, {**values, "by_id": person.id, "at": now()}):
            raise Refused("今天已经记过一次。", "It was noted today already.")


def of(items: Sequence[Item]) -> dict[Key, Asked]:
    """What was asked for of these, in one query."""
    keys = [(item.kind, item.id) for item in items]
    query = select(Row.kind, Row.subject_id, func.count(), func.max(Row.on_day)).where(
        tuple_(Row.kind, Row.subject_id).in_(keys)
    )
    rows = db.session.execute(query.group_by(Row.kind, Row.subject_id)) if keys else ()
    return {(kind, identity): Asked(times, last) for kind, identity, times, last in rows}


def history(item: Item) -> Sequence[SupplierAskRow]:
    """The requests for one invoice, the latest first."""
    query = (
        select(Row).where(Row.kind == item.kind, Row.subject_id == item.id).options(joinedload(Row.by).lazyload("*"))
    )
    return db.session.scalars(query.order_by(Row.on_day.desc())).all()


def listed(person: PersonRow, before: str | None) -> Page:
    """All requests that this person may see, what came of each."""
    bill = and_(Row.kind == BILL, BillRow.id == Row.subject_id)
    payment = and_(Row.kind == PAYMENT, PaymentRow.id == Row.subject_id)
    state = func.coalesce(BillRow.state, PaymentRow.state)
    query = (
        select(
            Row,
            func.coalesce(BillRow.party, PaymentRow.payee),
            func.coalesce(BillRow.amount_fen, PaymentRow.amount_fen),
            case((state.in_(("tied", "matched")), 1), else_=0),
            case((state.in_(("open", "proposed")), 0), else_=1),
        )
        .outerjoin(BillRow, bill)
        .outerjoin(PaymentRow, payment)
        .options(joinedload(Row.by).lazyload("*"))
        .order_by(Row.on_day.desc(), Row.id.desc())
    )
    if not person.roles() & SEE_ALL:
        query = query.where(or_(BillRow.owner_id == person.id, PaymentRow.holder_id == person.id))
    if key := day_and_id(before):
        query = query.where(tuple_(Row.on_day, Row.id) < tuple_(*key))
    rows = db.session.execute(query.limit(PAGE + 1)).all()
    sent = [Sent(row, party, int(fen), bool(received), bool(ended)) for row, party, fen, received, ended in rows]
    last = sent[PAGE - 1].row if len(sent) > PAGE else None
    return Page(sent[:PAGE], f"{last.on_day}.{last.id}" if last else None)
