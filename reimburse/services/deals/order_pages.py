"""What the pages of orders and receipts show: finance and auditors see all, others the orders they answer for."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from reimburse.matching.three_flows import Flow, Point, three_flows
from reimburse.services.access import SEE_ALL
from reimburse.services.deals import deal_rows, deals
from reimburse.services.deals.deal_rows import Tied
from reimburse.services.errors import NotFound
from reimburse.store.bills import GoodsReceiptRow, InvoiceTieRow, OrderRow
from reimburse.store.db import db
from reimburse.store.people import PersonRow

PAGE = 25
ORDER_CHIPS = ("waiting", "received", "void")
RECEIPT_CHIPS = ("receipt", "acceptance", "void")
LOADED = (joinedload(OrderRow.owner).lazyload("*"), lazyload(OrderRow.legal_entity))


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows: a chip, words in number or supplier; ``before`` is the key of the page."""

    chip: str | None = None
    text: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """The latest first, each with whether anything arrived; ``count`` and ``sum_fen`` are of all pages."""

    items: list[tuple[OrderRow, bool]]
    before: int | None
    count: int
    sum_fen: int


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """The latest first, each with its order's id where that is on record."""

    items: list[tuple[GoodsReceiptRow, int | None]]
    before: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Order:
    """One order: what arrived (with its worth), what was invoiced, and how both compare."""

    row: OrderRow
    receipts: list[Tied]
    invoices: list[Tied]
    points: list[Point]
    ties: Sequence[InvoiceTieRow]

    @property
    def received_fen(self) -> int | None:
        """What arrived is worth; None where a paper does not say."""
        worth = [row.fen for row in deals.counted(self.receipts)]
        known = [fen for fen in worth if fen is not None]
        return sum(known) if len(known) == len(worth) else None

    @property
    def invoiced_fen(self) -> int:
        """What the invoices add up to."""
        return sum(row.fen or 0 for row in self.invoices)


def listed(person: PersonRow, wanted: Filter) -> OrderPage:
    """A page of the orders that this person sees."""
    query = visible(person).where(*_order_conditions(wanted))
    inner = query.subquery()
    count, total = db.session.execute(select(func.count(), func.coalesce(func.sum(inner.c.amount_fen), 0))).one()
    if wanted.before is not None:
        query = query.where(OrderRow.id < wanted.before)
    columns = query.add_columns(_arrived()).options(*LOADED).order_by(OrderRow.id.desc()).limit(PAGE + 1)
    rows = [(row, bool(arrived)) for row, arrived in db.session.execute(columns)]
    return OrderPage(rows[:PAGE], rows[PAGE - 1][0].id if len(rows) > PAGE else None, count, int(total))


def shown(person: PersonRow, order_id: int) -> Order:
    """One order, or ``NotFound``."""
    query = visible(person).where(OrderRow.id == order_id).options(*LOADED, selectinload(OrderRow.lines))
    row = db.session.scalar(query)
    if row is None:
        raise NotFound
    rows = deals.by_kind(deal_rows.on_order(db.session(), row.order_no))
    receipts, invoices = deals.with_worth(rows), rows.get("ordered_invoice", [])
    flows = three_flows(
        [deals.stated(one) for one in invoices], [], [deals.stated(one) for one in deals.counted(receipts)]
    )
    points = [point for point in flows.points if point.flow is Flow.GOODS] if invoices else []
    ties = select(InvoiceTieRow).where(InvoiceTieRow.order_id == row.id).order_by(InvoiceTieRow.id)
    return Order(row, receipts, invoices, points, list(db.session.scalars(ties)))


def receipts(wanted: Filter) -> ReceiptPage:
    """A page of receipts and acceptances, for finance and auditors."""
    query = select(GoodsReceiptRow).where(*_receipt_conditions(wanted))
    count = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if wanted.before is not None:
        query = query.where(GoodsReceiptRow.id < wanted.before)
    order_id = select(OrderRow.id).where(OrderRow.order_no == GoodsReceiptRow.order_no, OrderRow.state != "void")
    loaded = query.add_columns(order_id.scalar_subquery()).options(selectinload(GoodsReceiptRow.lines))
    found = db.session.execute(loaded.order_by(GoodsReceiptRow.id.desc()).limit(PAGE + 1))
    rows = [(row, identity) for row, identity in found]
    return ReceiptPage(rows[:PAGE], rows[PAGE - 1][0].id if len(rows) > PAGE else None, count)


def visible(person: PersonRow) -> Select[OrderRow]:
    """The orders that this person sees."""
    query = select(OrderRow)
    return query if person.roles() & SEE_ALL else query.where(OrderRow.owner_id == person.id)


def _arrived() -> ColumnElement[bool]:
    live = (GoodsReceiptRow.order_no == OrderRow.order_no, GoodsReceiptRow.state != "void")
    return exists(select(GoodsReceiptRow.id).where(*live).correlate(OrderRow))


def _order_conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [OrderRow.state == "void" if wanted.chip == "void" else OrderRow.state != "void"]
    if wanted.chip in ("waiting", "received"):
        found.append(_arrived() if wanted.chip == "received" else ~_arrived())
    if wanted.text:
        words = (column.contains(wanted.text, autoescape=True) for column in (OrderRow.order_no, OrderRow.party))
        found.append(or_(*words))
    return found


def _receipt_conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    is_void = GoodsReceiptRow.state == "void"
    found: list[ColumnElement[bool]] = [is_void if wanted.chip == "void" else ~is_void]
    if wanted.chip in ("receipt", "acceptance"):
        found.append(GoodsReceiptRow.kind == wanted.chip)
    if wanted.text:
        columns = (GoodsReceiptRow.order_no, GoodsReceiptRow.receipt_no, GoodsReceiptRow.party)
        found.append(or_(*(column.contains(wanted.text, autoescape=True) for column in columns)))
    return found
