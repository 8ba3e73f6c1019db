"""What the Matching page shows: groups with their evidence, and what is left on each side with its sum."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from reimburse.matching.names import is_blank, likeness
from reimburse.services.errors import NotFound
from reimburse.services.matching import paid_by_company
from reimburse.services.matching.match_groups import CONFIRMED, PROPOSED, Key, key_of
from reimburse.services.matching.matching_left import LIGHT, Filter, Left, invoices_left, payments_left
from reimburse.services.matching.paid_by_company import PaidTwice
from reimburse.services.page_keys import day_and_id
from reimburse.services.statements.statement_pages import followers_of
from reimburse.store.db import db
from reimburse.store.invoices import InvoiceRow
from reimburse.store.matches import MatchDecisionRow, MatchGroupRow, MatchStandingRow
from reimburse.store.payments import PaymentRow

PAGE = 10
STATES = ("clear", "ask", "confirmed")


@dataclass(frozen=True, slots=True)
class Option:
    """One way to draw a doubtful group."""

    payments: Sequence[PaymentRow]
    invoices: Sequence[InvoiceRow]


@dataclass(frozen=True, slots=True)
class Shown:
    """A group; ``options``: the other ways to draw it; ``teaches``: the name that confirming it could teach.

    ``twice``: lines that say the employee paid what the company pays in this group.
    """

    group: MatchGroupRow
    options: Sequence[Option] = ()
    teaches: tuple[str, str] | None = None
    decided: MatchDecisionRow | None = None
    twice: Sequence[PaidTwice] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The three columns. ``counts``: groups by state; ``followers``: rows that follow one shown, by it."""

    groups: Sequence[Shown]
    after: str | None
    payments: Left
    invoices: Left
    counts: dict[str, int]
    standing: MatchStandingRow | None
    followers: dict[int, PaymentRow] = field(default_factory=dict)


def page_of(wanted: Filter) -> Page:
    """The page as it is filtered."""
    groups, after = _groups(wanted)
    shown = _shown(groups)
    payments = payments_left(wanted)
    rows = [*payments.rows, *(row for group in groups for row in group.payments)]
    standing = db.session.get(MatchStandingRow, 1)
    return Page(shown, after, payments, invoices_left(wanted), _counts(wanted), standing, followers_of(rows))


def group_of(group_id: int) -> Shown:
    """One group."""
    query = select(MatchGroupRow).where(MatchGroupRow.id == group_id).options(*_loaded())
    group = db.session.scalar(query)
    if group is None:
        raise NotFound
    return _shown([group])[0]


def _loaded() -> tuple[Any, ...]:
    return (
        selectinload(MatchGroupRow.payments).joinedload(PaymentRow.account),
        selectinload(MatchGroupRow.invoices).options(*LIGHT),
    )


def _groups(wanted: Filter) -> tuple[list[MatchGroupRow], str | None]:
    first, last = wanted.days
    query = (
        select(MatchGroupRow)
        .where(MatchGroupRow.first_on.between(first, last), _in_state(wanted.state))
        .order_by(MatchGroupRow.first_on.desc(), MatchGroupRow.id.desc())
        .options(*_loaded())
    )
    if key := day_and_id(wanted.after):
        query = query.where(tuple_(MatchGroupRow.first_on, MatchGroupRow.id) < tuple_(*key))
    rows = list(db.session.scalars(query.limit(PAGE + 1)))
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], f"{more.first_on}.{more.id}" if more else None


def _in_state(state: str) -> ColumnElement[bool]:
    group = MatchGroupRow
    if state == "confirmed":
        return group.state == CONFIRMED
    if state in {"clear", "ask"}:
        return and_(group.state == PROPOSED, group.is_unique if state == "clear" else ~group.is_unique)
    return group.state == PROPOSED


def _counts(wanted: Filter) -> dict[str, int]:
    group = MatchGroupRow
    query = select(group.state, group.is_unique, func.count()).where(group.first_on.between(*wanted.days))
    counts = dict.fromkeys(STATES, 0)
    for state, unique, count in db.session.execute(query.group_by(group.state, group.is_unique)):
        name = "confirmed" if state == CONFIRMED else "clear" if unique else "ask"
        counts[name] += count
    return counts


def _shown(groups: Sequence[MatchGroupRow]) -> list[Shown]:
    told = [option for group in groups if group.state == PROPOSED for option in group.alternatives]
    payments = _payments_by_id({row for option in told for row in option["payments"]})
    invoices = _invoices_by_key({(code, number) for option in told for code, number in option["invoices"]})
    ids = [group.decision_id for group in groups if group.decision_id]
    query = select(MatchDecisionRow).where(MatchDecisionRow.id.in_(ids))
    decisions = {row.id: row for row in db.session.scalars(query)} if ids else {}
    twice = paid_by_company.in_groups(db.session(), [group.id for group in groups]) if groups else {}
    return [
        Shown(
            group,
            [option for told in group.alternatives if (option := _option(told, payments, invoices))],
            _teaches(group),
            decisions.get(group.decision_id or 0),
            twice.get(group.id, ()),
        )
        for group in groups
    ]


def _option(told: dict[str, Any], payments: dict[int, PaymentRow], invoices: dict[Key, InvoiceRow]) -> Option | None:
    """The rows of a possibility; None where one of them has been dealt with since."""
    keys = [(code, number) for code, number in told["invoices"]]
    if not all(row in payments for row in told["payments"]) or not all(key in invoices for key in keys):
        return None
    return Option([payments[row] for row in told["payments"]], [invoices[key] for key in keys])


def _payments_by_id(ids: Iterable[int]) -> dict[int, PaymentRow]:
    free = PaymentRow.state.in_(("open", "proposed", "refunded"))
    query = select(PaymentRow).where(PaymentRow.id.in_(sorted(ids)), free).options(joinedload(PaymentRow.account))
    return {row.id: row for row in db.session.scalars(query)} if ids else {}


def _invoices_by_key(keys: Iterable[Key]) -> dict[Key, InvoiceRow]:
    query = select(InvoiceRow).where(tuple_(InvoiceRow.code, InvoiceRow.number).in_(sorted(keys))).options(*LIGHT)
    found: dict[Key, InvoiceRow] = {}
    for row in db.session.scalars(query.order_by(InvoiceRow.id)) if keys else ():
        found.setdefault(key_of(row), row)
    return found


def _teaches(group: MatchGroupRow) -> tuple[str, str] | None:
    """The payee and the seller whose names are not known to be one, where there is one of each."""
    if any(told.get("why") for told in group.evidence):
        return None
    sellers = {row.seller_name for row in group.invoices if row.seller_name}
    payees = {row.payee for row in group.payments if not is_blank(row.payee)}
    if len(sellers) != 1 or len(payees) != 1:
        return None
    payee, seller = payees.pop(), sellers.pop()
    return (payee, seller) if likeness(payee, seller) is None else None
