"""Orders on record with their lines."""

from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from reimburse.domain.bills import Order, OrderItem
from reimburse.domain.finding import Text
from reimburse.domain.money import to_fen
from reimburse.services.deals.recording import Owners, Recorded, Source, Values, chunks, completed, party_key
from reimburse.store.absent import insert_all_absent
from reimburse.store.bills import OrderLineRow, OrderRow
from reimburse.store.db import now

WORDS = {
    "party_key": Text("供应商", "supplier"),
    "amount_fen": Text("总额", "total"),
    "ordered_on": Text("下单日期", "ordered on"),
    "party_tax_id": Text("税号", "tax id"),
}
FIXED = ("party_key", "amount_fen")


def record_orders(session: Session, orders: Sequence[tuple[int, Order]], source: Source) -> Recorded:
    """Put orders on record, each with the number of its first row. In the caller's transaction."""
    done = Recorded()
    owners = Owners(session, [order.owner for _, order in orders])
    for part in chunks(orders):
        _record_some(session, part, source, owners, done)
    return done


def _record_some(
    session: Session, orders: Sequence[tuple[int, Order]], source: Source, owners: Owners, done: Recorded
) -> None:
    here = _here(session, [order.order_no for _, order in orders])
    fresh: dict[str, tuple[Order, Values]] = {}
    for number, order in orders:
        problem = owners.problem(order.owner)
        stated = _values(order, owners, source)
        if problem:
            done.leave_out(number, problem.zh, problem.en)
        elif order.order_no in here:
            _meet(here[order.order_no], order, stated, number, done)
        else:
            fresh[order.order_no] = order, stated
    added = insert_all_absent(
        session, OrderRow, [values for _, values in fresh.values()], (OrderRow.order_no, OrderRow.id)
    )
    lines = [line for order_no, order_id in added for line in _lines(order_id, fresh[order_no][0])]
    if lines:
        session.execute(insert(OrderLineRow), lines)
    done.added += len(added)
    done.known += len(fresh) - len(added)


def _meet(row: OrderRow, order: Order, stated: Values, number: int, done: Recorded) -> None:
    if row.state == "void":
        done.leave_out(number, "这张订单已作废", "this order is void")
        return
    said = completed(row, stated, WORDS, fixed=FIXED)
    if not isinstance(said, Text) and order.items and _items(row.lines) != _items(order.items):
        said = Text("已有记录，明细不同", "on record, and its lines differ")
    if isinstance(said, Text):
        done.leave_out(number, said.zh, said.en)
        return
    done.completed, done.known = done.completed + said, done.known + (not said)


def _items(lines: Iterable[OrderItem | OrderLineRow]) -> set[tuple[object, ...]]:
    return {(line.item_name, line.specification, line.unit, line.quantity, line.unit_price) for line in lines}


def _here(session: Session, order_nos: Sequence[str]) -> dict[str, OrderRow]:
    query = select(OrderRow).where(OrderRow.order_no.in_(order_nos)).options(selectinload(OrderRow.lines))
    return {row.order_no: row for row in session.scalars(query.with_for_update(of=OrderRow))}


def _values(order: Order, owners: Owners, source: Source) -> Values:
    return {
        "legal_entity_id": source.legal_entity_id,
        "owner_id": owners.id_of(order.owner),
        "order_no": order.order_no,
        "party": order.party,
        "party_key": party_key(order.party),
        "party_tax_id": order.party_tax_id,
        "amount_fen": to_fen(order.amount),
        "ordered_on": order.ordered_on,
        "memo": order.memo,
        "state": "open",
        "import_id": source.import_id,
        "created_by_id": source.by_id,
        "created_at": now(),
        "version": 1,
    }


def _lines(order_id: int, order: Order) -> list[Values]:
    return [
        {
            "order_id": order_id,
            "position": position,
            "item_name": item.item_name,
            "specification": item.specification,
            "unit": item.unit,
            "quantity": item.quantity,
            "unit_price": item.unit_price,
        }
        for position, item in enumerate(order.items, start=1)
    ]
