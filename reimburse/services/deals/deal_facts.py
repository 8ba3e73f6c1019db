"""What the rules learn of orders, goods receipts and bills (CONTRACTS: ``check``); one query if an order is named.

A claim is judged anew at every edit, so bills come with the query that asks about its invoices.
"""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from reimburse.domain.invoice_json import Json, plain_number
from reimburse.domain.money import from_fen, money_text
from reimburse.store.bills import BillRow, GoodsReceiptRow, InvoiceTieRow, OrderLineRow, OrderRow
from reimburse.store.claims import ClaimRow
from reimburse.store.invoices import InvoiceRow

ORDER, RECEIPT, SOME_ORDER, SOME_RECEIPT = "order", "receipt", "some_order", "some_receipt"


def of_claim(session: Session, claim: ClaimRow) -> Json:
    """The lists ``orders`` and ``goods_receipts`` for the orders that the claim's lines name.

    Where none is named nothing can have arrived on one. A company that keeps no orders, or no receipts, knows nothing
    of them: the list is then absent.
    """
    order_nos = sorted({line.order_no for line in claim.lines if line.order_no})
    if not order_nos:
        return {"goods_receipts": []}
    rows = session.execute(_papers(order_nos)).all()
    kinds = {row.kind for row in rows}
    facts: Json = {}
    if kinds & {ORDER, SOME_ORDER}:
        facts["orders"] = _orders([row for row in rows if row.kind == ORDER])
    if kinds & {RECEIPT, SOME_RECEIPT}:
        found = [row for row in rows if row.kind == RECEIPT]
        facts["goods_receipts"] = [{"order_no": row.no, "party": row.party, "on": row.on.isoformat()} for row in found]
    return facts


def _papers(order_nos: list[str]) -> Select[*tuple[Any, ...]]:
    orders = (
        select(
            literal(ORDER).label("kind"),
            OrderRow.order_no.label("no"),
            OrderRow.party.label("party"),
            OrderRow.ordered_on.label("on"),
            OrderRow.amount_fen.label("fen"),
            func.coalesce(OrderLineRow.position, 0).label("position"),
            OrderLineRow.item_name.label("item_name"),
            OrderLineRow.unit.label("unit"),
            OrderLineRow.quantity.label("quantity"),
            OrderLineRow.unit_price.label("unit_price"),
        )
        .outerjoin(OrderLineRow, OrderLineRow.order_id == OrderRow.id)
        .where(OrderRow.order_no.in_(order_nos), OrderRow.state != "void")
    )
    blank = [null()] * 4
    receipts = select(
        literal(RECEIPT),
        GoodsReceiptRow.order_no,
        GoodsReceiptRow.party,
        GoodsReceiptRow.received_on,
        GoodsReceiptRow.amount_fen,
        literal(0),
        *blank,
    ).where(GoodsReceiptRow.order_no.in_(order_nos), GoodsReceiptRow.state != "void")
    nothing = [literal(""), literal(""), null(), null(), literal(0), *blank]
    some = [
        select(literal(kind), *nothing).where(exists(select(row.id)))
        for kind, row in ((SOME_ORDER, OrderRow), (SOME_RECEIPT, GoodsReceiptRow))
    ]
    both = union_all(orders, receipts, *some).subquery()
    return select(both).order_by(both.c.kind, both.c.no, both.c.on, both.c.position, both.c.party)


def _orders(rows: list[Row[Any]]) -> list[Json]:
    found: dict[str, Json] = {}
    for row in rows:
        stated = {"order_no": row.no, "party": row.party, "amount": money_text(from_fen(row.fen)), "lines": []}
        order = found.setdefault(row.no, stated)
        if row.item_name is not None:
            line = {"item_name": row.item_name, "unit": row.unit}
            order["lines"].append({**line, "quantity": _plain(row.quantity), "unit_price": _plain(row.unit_price)})
    return list(found.values())


def waiting_bill() -> ColumnElement[str | None]:
    """The number of a bill of the invoice's seller that waits for an invoice, as a column of a query on invoices."""
    of_seller = or_(BillRow.party == InvoiceRow.seller_name, BillRow.party_tax_id == InvoiceRow.seller_tax_id)
    query = select(func.min(BillRow.bill_no)).where(of_seller, BillRow.state == "open").correlate(InvoiceRow)
    return query.scalar_subquery().label("waiting_bill")


def tied_bill(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The query on invoices with the bills that each is tied to, a row each."""
    tie = aliased(InvoiceTieRow)
    same_key = and_(tie.code == InvoiceRow.code, tie.number == InvoiceRow.number)
    return (
        query.add_columns(BillRow)
        .outerjoin(tie, and_(same_key, tie.bill_id.is_not(None), tie.state == "tied"))
        .outerjoin(BillRow, BillRow.id == tie.bill_id)
    )


def bill_fact(row: BillRow) -> Json:
    """An entry of ``bills``, which stands beside the contract's lists; ``invoices`` are those tied to it."""
    return {
        "bill_no": row.bill_no,
        "party": row.party,
        "amount": money_text(from_fen(row.amount_fen)),
        "period_end": row.period_end.isoformat(),
        "settled_on": row.settled_on.isoformat() if row.settled_on else None,
        "invoices": [],
    }


def _plain(number: Any) -> str | None:
    return None if number is None else plain_number(number.normalize())
