"""Orders on record with their lines."""

from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from reimburse.domain.bills import Order, OrderItem
from reimburse.domain.finding import Text
from reimburse.services.deals.recording import Owners, Recorded, Source, Values, chunks, completed, values_of
from reimburse.store.absent import insert_all_absent
from reimburse.store.bills import OrderLineRow, OrderRow

WORDS = {
    "party_key": Text("供应商", "supplier"),
    "amount_fen": Text("总额", "total"),
    "ordered_on": Text("下单日期", "ordered on"),
    "party_tax_id": Text("税号", "tax id"),
}
FIXED = ("party_key", "amount_fen")
VOID = Text("这张订单已作废", "this order is void")
OTHER_LINES = Text("已有记录，明细不同", "on record, and its lines differ")


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
        stated = values_of(order, owners, source) | {"ordered_on": order.ordered_on}
        if problem:
            done.leave_out(number, problem.zh, problem.en)
        elif order.order_no in here:
            done.meet(number, _met(here[order.order_no], order, stated))
        else:
            fresh[order.order_no] = order, stated
    added = insert_all_absent(
        session, OrderRow, [values for _, values in fresh.values()], (OrderRow.order_no, OrderRow.id)
    )
    lines = [line for order_no, order_id in added for line in _lines(order_id, fresh[order_no][0])]
    if lines:
        session.execute(insert(OrderLineRow), lines)
    done.put(fresh, added)


def _met(row: OrderRow, order: Order, stated: Values) -> Text | bool:
    said = completed(row, stated, WORDS, fixed=FIXED, void=VOID)
    if not isinstance(said, Text) and order.items and _items(row.lines) != _items(order.items):
        return OTHER_LINES
    return said


def _items(lines: Iterable[OrderItem | OrderLineRow]) -> set[tuple[object, ...]]:
    return {(line.item_name, line.specification, line.unit, line.quantity, line.unit_price) for line in lines}


def _here(session: Session, order_nos: Sequence[str]) -> dict[str, OrderRow]:
    query = select(OrderRow).where(OrderRow.order_no.in_(order_nos)).options(selectinload(OrderRow.lines))
    return {row.order_no: row for row in session.scalars(query.with_for_update(of=OrderRow))}


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
