"""Goods receipts and acceptances on record."""

from collections.abc import Sequence

from sqlalchemy import insert, select, tuple_
from sqlalchemy.orm import Session

from reimburse.domain.bills import GoodsReceipt
from reimburse.domain.finding import Text
from reimburse.domain.money import to_fen
from reimburse.services.deals.recording import Recorded, Source, Values, chunks, completed
from reimburse.store.absent import insert_all_absent
from reimburse.store.bills import GoodsReceiptLineRow, GoodsReceiptRow, OrderRow
from reimburse.store.db import now

WORDS = {
    "kind": Text("类型", "kind"),
    "party": Text("交货方", "deliverer"),
    "received_on": Text("日期", "date"),
    "amount_fen": Text("金额", "amount"),
}
FIXED = ("kind", "received_on")
VOID = Text("这张单据已作废", "this receipt is void")
Key = tuple[str, str]


def record_receipts(session: Session, receipts: Sequence[tuple[int, GoodsReceipt]], source: Source) -> Recorded:
    """Put receipts on record; one that names nobody was delivered by the order's party. In the caller's transaction."""
    done = Recorded()
    for part in chunks(receipts):
        _record_some(session, part, source, done)
    return done


def _record_some(
    session: Session, receipts: Sequence[tuple[int, GoodsReceipt]], source: Source, done: Recorded
) -> None:
    here = _here(session, [key_of(receipt) for _, receipt in receipts])
    parties = _parties(session, [receipt.order_no for _, receipt in receipts])
    fresh: dict[Key, tuple[GoodsReceipt, Values]] = {}
    for number, receipt in receipts:
        key, party = key_of(receipt), receipt.party or parties.get(receipt.order_no)
        if party is None:
            done.leave_out(
                number,
                f"没有写明交货方，订单 {receipt.order_no} 也不在库中",
                f"no deliverer is named, and order {receipt.order_no} is not on record",
            )
        elif key in here:
            said = completed(here[key], _values(receipt, party, source), WORDS, fixed=FIXED, void=VOID)
            done.meet(number, said)
        elif key in fresh:
            done.leave_out(number, f"单据号 {key[1]} 重复", f"receipt {key[1]} stands twice in the table")
        else:
            fresh[key] = receipt, _values(receipt, party, source)
    _add(session, fresh, done)


def _add(session: Session, fresh: dict[Key, tuple[GoodsReceipt, Values]], done: Recorded) -> None:
    columns = (GoodsReceiptRow.order_no, GoodsReceiptRow.receipt_no, GoodsReceiptRow.id)
    added = insert_all_absent(session, GoodsReceiptRow, [values for _, values in fresh.values()], columns)
    lines = [line for *key, receipt_id in added for line in _lines(receipt_id, fresh[key[0], key[1]][0])]
    if lines:
        session.execute(insert(GoodsReceiptLineRow), lines)
    done.put(fresh, added)


def key_of(receipt: GoodsReceipt) -> Key:
    """What tells one receipt from another."""
    return receipt.order_no, receipt.receipt_no


def _here(session: Session, keys: Sequence[Key]) -> dict[Key, GoodsReceiptRow]:
    pair = tuple_(GoodsReceiptRow.order_no, GoodsReceiptRow.receipt_no)
    query = select(GoodsReceiptRow).where(pair.in_(keys)).with_for_update(of=GoodsReceiptRow)
    return {(row.order_no, row.receipt_no): row for row in session.scalars(query)}


def _parties(session: Session, order_nos: Sequence[str]) -> dict[str, str]:
    known = select(OrderRow.order_no, OrderRow.party).where(OrderRow.order_no.in_(order_nos), OrderRow.state != "void")
    return {row.order_no: row.party for row in session.execute(known)}


def _values(receipt: GoodsReceipt, party: str, source: Source) -> Values:
    return {
        "order_no": receipt.order_no,
        "receipt_no": receipt.receipt_no,
        "kind": receipt.kind.value,
        "party": party,
        "received_on": receipt.received_on,
        "amount_fen": None if receipt.amount is None else to_fen(receipt.amount),
        "by_whom": receipt.by_whom,
        "memo": receipt.memo,
        "state": "open",
        "import_id": source.import_id,
        "created_by_id": source.by_id,
        "created_at": now(),
        "version": 1,
    }


def _lines(receipt_id: int, receipt: GoodsReceipt) -> list[Values]:
    return [
        {
            "receipt_id": receipt_id,
            "position": position,
            "item_name": item.item_name,
            "unit": item.unit,
            "quantity": item.quantity,
        }
        for position, item in enumerate(receipt.items, start=1)
    ]
