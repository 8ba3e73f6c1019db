"""What tests of deals start from: bills, orders and receipts on record, an invoice of their supplier."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from reimburse.domain.bills import Bill, GoodsReceipt, Order, OrderItem, ReceiptItem
from reimburse.services.deals.bill_records import record_bills
from reimburse.services.deals.order_records import record_orders
from reimburse.services.deals.receipt_records import record_receipts
from reimburse.services.deals.recording import Source
from reimburse.store.bills import BillRow
from reimburse.store.db import db, transaction
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import LegalEntityRow
from tests.builders import make_invoice

SUPPLIER = "示例五金有限公司"
CLOUD = "样例云计算有限公司"
SCREWS, NUTS = (
    OrderItem("螺丝", unit="盒", quantity=Decimal(10), unit_price=Decimal(50)),
    OrderItem("螺母", unit="盒", quantity=Decimal(5), unit_price=Decimal(100)),
)
DAY = date(2026, 11, 5)


def source(by_id: int) -> Source:
    return Source(db.session.scalars(select(LegalEntityRow.id)).first() or 0, by_id)


def an_invoice(holder_id: int, total: str, seller: str = SUPPLIER, on: date = DAY, **fields: Any) -> InvoiceRow:
    """An invoice of this seller and day in the wallet."""
    with transaction():
        row = make_invoice(holder_id, total, fields.pop("number", None))
        row.seller_name, row.seller_tax_id, row.issue_date = seller, None, on
        row.data = {**row.data, "seller": {"name": seller}, "issue_date": on.isoformat()}
        for name, value in fields.items():
            setattr(row, name, value)
    return row


def an_order(by_id: int, order_no: str = "PO-1", amount: str = "1130.00", **fields: Any) -> None:
    """An order of ten boxes of screws and five of nuts."""
    order = Order(order_no, SUPPLIER, Decimal(amount), items=(SCREWS, NUTS), **fields)
    with transaction() as session:
        record_orders(session, [(1, order)], source(by_id))


def a_receipt(by_id: int, receipt_no: str = "RK-1", order_no: str = "PO-1", **quantities: str) -> None:
    """So many boxes arrived; none named: all of it."""
    items = tuple(ReceiptItem(name, Decimal(quantity)) for name, quantity in quantities.items())
    with transaction() as session:
        record_receipts(
            session, [(1, GoodsReceipt(order_no, receipt_no, DAY, party=SUPPLIER, items=items))], source(by_id)
        )


def a_bill(by_id: int, amount: str = "600.00", bill_no: str = "B-10", **fields: Any) -> BillRow:
    """October's bill of the cloud provider."""
    stated = {"party": CLOUD, "period_start": date(2026, 10, 1), "period_end": date(2026, 10, 31), **fields}
    with transaction() as session:
        done = record_bills(session, [(1, Bill(bill_no=bill_no, amount=Decimal(amount), **stated))], source(by_id))
        assert not done.left_out, done.left_out
    return db.session.scalars(select(BillRow).where(BillRow.bill_no == bill_no)).one()
