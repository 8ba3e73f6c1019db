"""The demo's papers: a cloud provider's bills, a telephone bill, and an order for the printer that has arrived."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from reimburse.demo.samples import Sample
from reimburse.domain.bills import Bill, GoodsReceipt, Order
from reimburse.services.deals import ties
from reimburse.services.deals.bill_records import record_bills
from reimburse.services.deals.order_records import record_orders
from reimburse.services.deals.receipt_records import record_receipts
from reimburse.services.deals.recording import Source
from reimburse.store.bills import BillRow, OrderRow
from reimburse.store.db import db, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import LegalEntityRow, PersonRow

PRINTER = "printer.ofd"
ORDER_NO = "PO-DEMO-001"


def seed(people: dict[str, int], files: Sequence[Sample], on: date) -> None:
    """Put the papers on record and tie the printer's invoice to its order. What stands already is kept."""
    if db.session.scalar(select(BillRow.id).limit(1)) is not None:
        return
    entity = db.session.scalars(select(LegalEntityRow.id).order_by(LegalEntityRow.id)).first() or 0
    source = Source(entity, people["sun"])
    with transaction() as session:
        record_bills(session, list(enumerate(_bills(on), start=1)), source)
    number = next((sample.invoice.number for sample in files if sample.name == PRINTER and sample.invoice), None)
    held = select(InvoiceRow).where(InvoiceRow.number == number, InvoiceRow.holder_id == people["wu"])
    invoice = db.session.scalars(held).first()
    if invoice is None or invoice.total_fen is None or not invoice.seller_name:
        return
    ordered_on = (invoice.issue_date or on) - timedelta(days=7)
    total, seller, number = Decimal(invoice.total_fen) / 100, invoice.seller_name, invoice.number or ""
    order = Order(ORDER_NO, seller, total, ordered_on=ordered_on, owner="吴桐", memo="打印机")
    with transaction() as session:
        record_orders(session, [(1, order)], source)
        record_receipts(session, [(1, GoodsReceipt(ORDER_NO, "RK-001", ordered_on + timedelta(days=3)))], source)
    row = db.session.scalars(select(OrderRow).where(OrderRow.order_no == ORDER_NO)).one()
    ties.tie_order(db.session.get_one(PersonRow, people["sun"]), row.id, number)


def _bills(on: date) -> list[Bill]:
    """Last month's bill of the cloud provider, this month's that is not settled, and an old one of the telephone."""
    last = on.replace(day=1) - timedelta(days=1)
    old = last.replace(day=1) - timedelta(days=140)
    cloud = "样城云服务有限公司"
    return [
        Bill(cloud, f"YC-{last:%Y%m}", last.replace(day=1), last, Decimal("1190.00"), settled_on=last, owner="林晓"),
        Bill(cloud, f"YC-{on:%Y%m}", on.replace(day=1), on, Decimal("860.50"), owner="林晓"),
        Bill("示例通信有限公司", f"TX-{old:%Y%m}", old.replace(day=1), old, Decimal("399.00"), settled_on=old),
    ]
