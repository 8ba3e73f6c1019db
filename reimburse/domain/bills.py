"""What companies keep beside invoices: bills by period, orders, goods receipts and acceptances, and deductions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Bill:
    """What a provider asks for a period: ``amount`` in yuan with tax.

    ``bill_no`` is the provider's, else the period; ``settled_on`` the day it took its money; ``owner`` the employee
    number or name of whoever has to get the invoice.
    """

    party: str
    bill_no: str
    period_start: date
    period_end: date
    amount: Decimal
    party_tax_id: str | None = None
    settled_on: date | None = None
    order_no: str | None = None
    owner: str | None = None
    memo: str = ""

    @property
    def counts_from(self) -> date:
        """The day from which an invoice can be had (R-80): the settlement, else the last of the period."""
        return self.settled_on or self.period_end


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One item of an order; ``unit_price`` in yuan without tax, as an invoice states it."""

    item_name: str
    specification: str | None = None
    unit: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A purchase order, or a contract; ``amount`` in yuan with tax."""

    order_no: str
    party: str
    amount: Decimal
    party_tax_id: str | None = None
    ordered_on: date | None = None
    owner: str | None = None
    memo: str = ""
    items: tuple[OrderItem, ...] = ()


class ReceiptKind(StrEnum):
    """Goods that arrived, or work that was accepted."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True)
class ReceiptItem:
    """One item that arrived."""

    item_name: str
    quantity: Decimal
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class GoodsReceipt:
    """What arrived or was accepted on an order; ``party`` None is the order's, ``amount`` yuan with tax if stated."""

    order_no: str
    receipt_no: str
    received_on: date
    kind: ReceiptKind = ReceiptKind.RECEIPT
    party: str | None = None
    amount: Decimal | None = None
    by_whom: str = ""
    memo: str = ""
    items: tuple[ReceiptItem, ...] = ()


class CertificationState(StrEnum):
    """Where an invoice stands with the tax office (勾选认证)."""

    UNSELECTED = "unselected"
    SELECTED = "selected"
    CERTIFIED = "certified"
    NOT_DEDUCTIBLE = "not_deductible"


@dataclass(frozen=True, slots=True)
class Certification:
    """A row of the tax office's list. ``period``: the tax period as YYYY-MM; ``tax``: input VAT in yuan."""

    code: str
    number: str
    state: CertificationState
    period: str | None = None
    state_on: date | None = None
    issue_date: date | None = None
    seller_name: str | None = None
    tax: Decimal | None = None
    reason: str = ""
