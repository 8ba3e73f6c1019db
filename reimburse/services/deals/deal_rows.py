"""Everything tied to one invoice key, in one query: payments, bills, orders with what arrived, invoices beside it."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import CTE, Date, Select, String, cast, literal, null, select, union, union_all
from sqlalchemy.orm import Session, aliased

from reimburse.domain.invoice import InvoiceKey
from reimburse.services.invoices.invoices import ENDED
from reimburse.store.bills import (
    BillRow,
    GoodsReceiptLineRow,
    GoodsReceiptRow,
    InvoiceTieRow,
    OrderLineRow,
    OrderRow,
)
from reimburse.store.claims import ClaimRow, ExpenseLineRow, LineInvoiceRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.matches import MatchAliasRow, MatchGroupRow, MatchInvoiceRow, MatchPaymentRow
from reimburse.store.payments import PaymentRow

Query = Select[*tuple[Any, ...]]
NO_FEN, NO_DAY = cast(null(), InvoiceRow.total_fen.type), cast(null(), Date)
NO_NUMBER = cast(null(), OrderLineRow.quantity.type)


class Tied(NamedTuple):
    """One row. ``kind``: payment, alias, paid_invoice, bill, order, item, receipt, arrived, ordered_invoice.

    ``ref`` is a number that people know it by, of an alias the seller that a person said the party is; ``word`` what
    kind of payment or receipt, or the state of the group.
    """

    kind: str
    id: int
    ref: str
    party: str
    fen: int | None
    on: date | None
    word: str
    quantity: Decimal | None
    price: Decimal | None


def tied_to(session: Session, key: InvoiceKey) -> list[Tied]:
    """All rows around the invoice key, in a fixed order."""
    group = select(MatchInvoiceRow.group_id).where(
        MatchInvoiceRow.code == key.code, MatchInvoiceRow.number == key.number
    )
    order_nos = _order_nos(key)
    parts = (*_money(group.cte("own_group")), _bills(key), *_orders(order_nos), _ordered_invoices(order_nos))
    rows = union_all(*parts).subquery()
    query = select(rows).order_by(rows.c.kind, rows.c.on, rows.c.id, rows.c.ref)
    return [Tied(*row) for row in session.execute(query)]


def on_order(session: Session, order_no: str) -> list[Tied]:
    """All rows around an order: its items, what arrived, the invoices on it."""
    order_nos = select(literal(order_no).label("order_no")).cte("order_nos")
    rows = union_all(*_orders(order_nos), _ordered_invoices(order_nos)).subquery()
    return [Tied(*row) for row in session.execute(select(rows).order_by(rows.c.kind, rows.c.on, rows.c.id, rows.c.ref))]


def _row(kind: str, *columns: Any) -> Query:
    names = ("id", "ref", "party", "fen", "on", "word", "quantity", "price")
    return select(
        literal(kind).label("kind"), *(column.label(name) for name, column in zip(names, columns, strict=True))
    )


def _money(group: CTE) -> tuple[Query, ...]:
    payments = (
        _row(
            "payment",
            PaymentRow.id,
            PaymentRow.kind,
            PaymentRow.payee,
            PaymentRow.amount_fen,
            PaymentRow.paid_on,
            MatchGroupRow.state,
            NO_NUMBER,
            NO_NUMBER,
        )
        .join(MatchPaymentRow, MatchPaymentRow.payment_id == PaymentRow.id)
        .join(MatchGroupRow, MatchGroupRow.id == MatchPaymentRow.group_id)
        .where(MatchPaymentRow.group_id.in_(select(group.c.group_id)))
    )
    invoices = (
        _invoice("paid_invoice")
        .join(MatchInvoiceRow, MatchInvoiceRow.invoice_id == InvoiceRow.id)
        .where(MatchInvoiceRow.group_id.in_(select(group.c.group_id)))
    )
    payees = (
        select(PaymentRow.payee)
        .join(MatchPaymentRow, MatchPaymentRow.payment_id == PaymentRow.id)
        .where(MatchPaymentRow.group_id.in_(select(group.c.group_id)))
    )
    taught = (literal(0), MatchAliasRow.seller, MatchAliasRow.payee, NO_FEN, NO_DAY, literal(""), NO_NUMBER, NO_NUMBER)
    return payments, invoices, _row("alias", *taught).where(MatchAliasRow.payee.in_(payees))


def _invoice(kind: str) -> Query:
    return _row(
        kind,
        literal(0),
        InvoiceRow.number,
        InvoiceRow.seller_name,
        InvoiceRow.total_fen,
        InvoiceRow.issue_date,
        InvoiceRow.code,
        NO_NUMBER,
        NO_NUMBER,
    )


def _bills(key: InvoiceKey) -> Query:
    tie = aliased(InvoiceTieRow)
    of_key = (tie.code == key.code, tie.number == key.number, tie.state == "tied")
    return (
        _row(
            "bill",
            BillRow.id,
            BillRow.bill_no,
            BillRow.party,
            BillRow.amount_fen,
            BillRow.period_end,
            BillRow.state,
            NO_NUMBER,
            NO_NUMBER,
        )
        .join(tie, tie.bill_id == BillRow.id)
        .where(*of_key)
    )


def _order_nos(key: InvoiceKey) -> CTE:
    """Orders that a living claim's line on this key names, and those that a person tied it to."""
    named = (
        select(ExpenseLineRow.order_no.label("order_no"))
        .join(LineInvoiceRow, LineInvoiceRow.line_id == ExpenseLineRow.id)
        .join(InvoiceRow, InvoiceRow.id == LineInvoiceRow.invoice_id)
        .join(ClaimRow, ClaimRow.id == ExpenseLineRow.claim_id)
        .where(InvoiceRow.code == key.code, InvoiceRow.number == key.number)
        .where(ExpenseLineRow.order_no.is_not(None), ClaimRow.state.not_in(ENDED))
    )
    tie = aliased(InvoiceTieRow)
    tied = (
        select(OrderRow.order_no)
        .join(tie, tie.order_id == OrderRow.id)
        .where(tie.code == key.code, tie.number == key.number, tie.state == "tied")
    )
    return union(named, tied).cte("order_nos")


def _orders(order_nos: CTE) -> tuple[Query, ...]:
    wanted = select(order_nos.c.order_no)
    of_order = (OrderRow.order_no.in_(wanted), OrderRow.state != "void")
    of_receipt = (GoodsReceiptRow.order_no.in_(wanted), GoodsReceiptRow.state != "void")
    order = (OrderRow.id, OrderRow.order_no, OrderRow.party, OrderRow.amount_fen, OrderRow.ordered_on, OrderRow.state)
    item = (OrderRow.id, OrderRow.order_no, OrderLineRow.item_name, NO_FEN, NO_DAY, literal(""))
    paper = (
        GoodsReceiptRow.id,
        GoodsReceiptRow.order_no,
        GoodsReceiptRow.party,
        GoodsReceiptRow.amount_fen,
        GoodsReceiptRow.received_on,
        GoodsReceiptRow.kind,
    )
    arrived = (GoodsReceiptRow.id, GoodsReceiptRow.order_no, GoodsReceiptLineRow.item_name, NO_FEN, NO_DAY, literal(""))
    return (
        _row("order", *order, NO_NUMBER, NO_NUMBER).where(*of_order),
        _row("item", *item, OrderLineRow.quantity, OrderLineRow.unit_price)
        .join(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
        .where(*of_order),
        _row("receipt", *paper, NO_NUMBER, NO_NUMBER).where(*of_receipt),
        _row("arrived", *arrived, GoodsReceiptLineRow.quantity, NO_NUMBER)
        .join(GoodsReceiptLineRow, GoodsReceiptLineRow.receipt_id == GoodsReceiptRow.id)
        .where(*of_receipt),
    )


def _ordered_invoices(order_nos: CTE) -> Query:
    """Every invoice key on these orders once, by claims' lines or by a person's tie."""
    wanted = select(order_nos.c.order_no)
    lines = (
        select(InvoiceRow.code, InvoiceRow.number, InvoiceRow.seller_name, InvoiceRow.total_fen, InvoiceRow.issue_date)
        .join(LineInvoiceRow, LineInvoiceRow.invoice_id == InvoiceRow.id)
        .join(ExpenseLineRow, ExpenseLineRow.id == LineInvoiceRow.line_id)
        .join(ClaimRow, ClaimRow.id == ExpenseLineRow.claim_id)
        .where(ExpenseLineRow.order_no.in_(wanted), ClaimRow.state.not_in(ENDED), InvoiceRow.number.is_not(None))
    )
    tie = aliased(InvoiceTieRow)
    tied = (
        select(InvoiceRow.code, InvoiceRow.number, InvoiceRow.seller_name, InvoiceRow.total_fen, InvoiceRow.issue_date)
        .join(tie, (tie.code == InvoiceRow.code) & (tie.number == InvoiceRow.number))
        .join(OrderRow, OrderRow.id == tie.order_id)
        .where(OrderRow.order_no.in_(wanted), tie.state == "tied")
    )
    once = union(lines, tied).subquery()
    columns = (once.c.number, once.c.seller_name, once.c.total_fen, once.c.issue_date, cast(once.c.code, String))
    return _row("ordered_invoice", literal(0), *columns, NO_NUMBER, NO_NUMBER)
