"""What the pages of bills show: finance and auditors see all, others those whose invoice they have to get."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import joinedload, lazyload

from reimburse.services.access import SEE_ALL
from reimburse.services.deals.ties import NEVER, TIED, Proposal, proposals
from reimburse.services.errors import NotFound
from reimburse.services.missing.deadlines import counted_before, last_day
from reimburse.services.page_keys import day_and_id
from reimburse.store.bills import BillRow, InvoiceTieRow
from reimburse.store.db import db, today
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow

PAGE = 25
CHIPS = ("open", "overdue", "unsettled", "tied", "void")
LOADED = (joinedload(BillRow.owner).lazyload("*"), lazyload(BillRow.legal_entity))


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list shows: a chip, words in supplier or number; ``before`` is the key of the page."""

    chip: str | None = None
    text: str = ""
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """A decision on an invoice key; ``invoice_id`` where the invoice stands in a wallet."""

    row: InvoiceTieRow
    invoice_id: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """A bill with its deadline (R-53), the invoices tied to it, and what the engine proposes."""

    row: BillRow
    last_day: date
    ties: Sequence[Tie]
    proposal: Proposal | None

    @property
    def days_left(self) -> int:
        """Calendar days until the last one; negative: so many over it."""
        return (self.last_day - today()).days

    @property
    def tied_fen(self) -> int:
        """What the invoices tied to it add up to."""
        return sum(tie.row.amount_fen for tie in self.ties if tie.row.state == TIED)


@dataclass(frozen=True, slots=True)
class Page:
    """The latest first; ``count`` and ``sum_fen`` are of all pages."""

    items: list[Item]
    before: str | None
    count: int
    sum_fen: int


def listed(person: PersonRow, wanted: Filter) -> Page:
    """A page of the bills that this person sees."""
    query = _filtered(visible(person), wanted)
    inner = query.subquery()
    count, total = db.session.execute(select(func.count(), func.coalesce(func.sum(inner.c.amount_fen), 0))).one()
    key = day_and_id(wanted.before)
    if key:
        query = query.where(tuple_(BillRow.counts_from, BillRow.id) < tuple_(*key))
    ordered = query.options(*LOADED).order_by(BillRow.counts_from.desc(), BillRow.id.desc())
    rows = list(db.session.scalars(ordered.limit(PAGE + 1)))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(items_of(rows[:PAGE]), f"{last.counts_from}.{last.id}" if last else None, count, int(total))


def items_of(rows: Sequence[BillRow]) -> list[Item]:
    """Bills with what stands beside them."""
    ties = _ties([row.id for row in rows])
    found = proposals(rows)
    return [Item(row, last_day(row.counts_from), ties.get(row.id, []), found.get(row.id)) for row in rows]


def shown(person: PersonRow, bill_id: int) -> Item:
    """One bill, or ``NotFound``."""
    query = visible(person).where(BillRow.id == bill_id).options(*LOADED)
    row = db.session.scalar(query)
    if row is None:
        raise NotFound
    return items_of([row])[0]


def visible(person: PersonRow) -> Select[BillRow]:
    """The bills that this person sees."""
    query = select(BillRow)
    return query if person.roles() & SEE_ALL else query.where(BillRow.owner_id == person.id)


def _filtered(query: Select[BillRow], wanted: Filter) -> Select[BillRow]:
    if wanted.text:
        words = (column.contains(wanted.text, autoescape=True) for column in (BillRow.party, BillRow.bill_no))
        query = query.where(or_(*words))
    conditions: dict[str, tuple[ColumnElement[bool], ...]] = {
        "overdue": (BillRow.state == "open", BillRow.counts_from < counted_before(today())),
        "unsettled": (BillRow.state == "open", BillRow.settled_on.is_(None)),
        **{state: (BillRow.state == state,) for state in ("open", "tied", "void")},
    }
    return query.where(*conditions.get(wanted.chip or "", (BillRow.state != "void",)))


def _ties(bill_ids: Sequence[int]) -> dict[int, list[Tie]]:
    of_key = and_(InvoiceRow.code == InvoiceTieRow.code, InvoiceRow.number == InvoiceTieRow.number)
    query = (
        select(InvoiceTieRow, func.min(InvoiceRow.id))
        .outerjoin(InvoiceRow, of_key)
        .where(InvoiceTieRow.bill_id.in_(bill_ids), InvoiceTieRow.state.in_((TIED, NEVER)))
        .group_by(InvoiceTieRow.id)
        .order_by(InvoiceTieRow.id)
    )
    found: dict[int, list[Tie]] = {}
    for row, invoice_id in db.session.execute(query) if bill_ids else ():
        found.setdefault(row.bill_id or 0, []).append(Tie(row, invoice_id))
    return found
