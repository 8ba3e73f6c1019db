"""Bills, orders and receipts that a person types in; the same columns and checks as a table's."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from parsers.tables.kinds import TABLES
from parsers.tables.reading import stated
from parsers.tables.rows import BadRow
from reimburse.domain.bills import GoodsReceipt
from reimburse.domain.workflow import FINANCE
from reimburse.services.deals.recording import Recorded, Source
from reimburse.services.deals.table_imports import RECORDERS
from reimburse.services.errors import NotFound, Refused
from reimburse.store.bills import OrderRow
from reimburse.store.db import db, now, transaction
from reimburse.store.events import record
from reimburse.store.people import LegalEntityRow, PersonRow

BY_HAND = ("bills", "orders", "receipts")


def enter(person: PersonRow, kind: str, rows: Sequence[dict[str, str]], entity_id: int) -> Recorded:
    """Put one thing on record; what is wrong with it is refused in words."""
    if kind not in BY_HAND:
        raise NotFound
    try:
        thing = stated(TABLES[kind], [row for row in rows if row] or [{}])
    except BadRow as problem:
        raise Refused(
            "；".join(text.zh for text in problem.texts) + "。", "; ".join(text.en for text in problem.texts) + "."
        ) from None
    order_no = thing.order_no if isinstance(thing, GoodsReceipt) else None
    if not may_enter(person, kind, order_no):
        raise NotFound
    with transaction() as session:
        if session.get(LegalEntityRow, entity_id) is None:
            raise Refused("请选择公司抬头。", "Choose the company.")
        done = RECORDERS[kind](session, [(0, thing)], Source(entity_id, person.id))
        if done.left_out:
            why = done.left_out[0].why
            raise Refused(why.zh + "。", why.en + ".")
        record(session, f"person:{person.id}", "entered_by_hand", person.id, now(), {"kind": kind})
    return done


def may_enter(person: PersonRow, kind: str, order_no: str | None = None) -> bool:
    """Finance; of receipts also whoever answers for the order."""
    if person.roles() & FINANCE:
        return True
    if kind != "receipts" or not order_no:
        return False
    own = select(OrderRow.id).where(OrderRow.order_no == order_no, OrderRow.owner_id == person.id)
    return bool(db.session.scalar(select(exists(own.where(OrderRow.state != "void")))))
