"""Bills, orders and receipts that turn out wrong: they stay on record, void."""

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.workflow import FINANCE
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.store.bills import BillRow, GoodsReceiptRow, InvoiceTieRow, OrderRow
from reimburse.store.db import now, transaction
from reimburse.store.events import record
from reimburse.store.people import PersonRow

Paper = TypeVar("Paper", BillRow, OrderRow, GoodsReceiptRow)
VOID = "void"
CHAINS = {BillRow: "bill", OrderRow: "order", GoodsReceiptRow: "receipt"}
"""The beginning of the event chain of each kind of paper."""


def void(person: PersonRow, kind: type[Paper], paper_id: int, reason: str, version: int) -> None:
    """Say that a paper is wrong, and why: it asks for no invoice and proves nothing any more."""
    if not reason.strip():
        raise Refused("请说明作废的原因。", "Say why it is void.")
    with transaction() as session:
        row = locked(session, kind, person, paper_id, version)
        if not isinstance(row, GoodsReceiptRow):
            _refuse_tied(session, row)
        row.state = VOID
        record(session, f"{CHAINS[kind]}:{row.id}", "voided", person.id, now(), {"reason": reason.strip()[:300]})


def locked(session: Session, kind: type[Paper], person: PersonRow, paper_id: int, version: int | None = None) -> Paper:
    """The paper for somebody in finance, locked; ``NotFound`` for others, and where it is void."""
    query = select(kind).where(kind.id == paper_id, kind.state != VOID).with_for_update(of=kind)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None or not person.roles() & FINANCE:
        raise NotFound
    if version is not None and row.version != version:
        raise Stale
    return row


def _refuse_tied(session: Session, row: BillRow | OrderRow) -> None:
    target = InvoiceTieRow.bill_id if isinstance(row, BillRow) else InvoiceTieRow.order_id
    tied = select(InvoiceTieRow.id).where(target == row.id, InvoiceTieRow.state == "tied")
    if session.scalar(tied.limit(1)):
        raise Refused("已有发票对应，请先解除。", "Invoices are tied to it: untie them first.")
