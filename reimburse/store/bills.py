"""Bills by period, orders with their lines, goods receipts and acceptances, and which invoices belong to them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.db import Base, Key
from reimburse.store.people import LegalEntityRow, PersonRow


class TableImportRow(Base):
    """A table of ``kind`` (bills, orders, receipts, certifications). ``state``: preview, imported.

    ``mapping``: the column, counted from 0, of each field under the heading in ``heading_row``. Of the ``rows``,
    ``added`` things are new, ``completed`` gained what was blank, ``known`` were here before; ``left_out``: row number
    and reason in both languages. The same file of one kind comes in once.
    """

    __tablename__ = "table_imports"
    __table_args__ = (UniqueConstraint("kind", "sha256"), Index("ix_table_imports_kind_id", "kind", "id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"))
    file_name: Mapped[str] = mapped_column(String(300))
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    state: Mapped[str] = mapped_column(String(10), default="preview")
    sheet: Mapped[int] = mapped_column(default=0)
    heading_row: Mapped[int] = mapped_column(default=1)
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rows: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    completed: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[list[Any]] = mapped_column(default=list)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    imported_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    by: Mapped[PersonRow] = relationship()


class BillRow(Base):
    """What a provider asks for a period, with tax, in fen. ``state``: open (lacks an invoice), tied, void.

    ``party_key`` is the name as it is compared; ``settled_on`` the day the provider took its money, before which it
    issues no invoice (R-80); ``counts_from`` is that day, else the last of the period: the deadline runs from it
    (R-53). ``owner_id``: who has to get the invoice; nobody in particular leaves it to finance.
    """

    __tablename__ = "bills"
    __table_args__ = (
        UniqueConstraint("party_key", "bill_no"),
        CheckConstraint("period_end >= period_start", name="period"),
        CheckConstraint("amount_fen <> 0", name="amount"),
        Index("ix_bills_state_counts_from_id", "state", "counts_from", "id"),
        Index("ix_bills_owner_id_state", "owner_id", "state"),
        Index("ix_bills_party_state", "party", "state"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    party: Mapped[str] = mapped_column(String(200))
    party_key: Mapped[str] = mapped_column(String(200))
    party_tax_id: Mapped[str | None] = mapped_column(String(20), index=True)
    bill_no: Mapped[str] = mapped_column(String(100))
    period_start: Mapped[date]
    period_end: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    settled_on: Mapped[date | None]
    counts_from: Mapped[date]
    order_no: Mapped[str | None] = mapped_column(String(50), index=True)
    memo: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(10), default="open")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("table_imports.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    owner: Mapped[PersonRow | None] = relationship(foreign_keys=[owner_id])
    legal_entity: Mapped[LegalEntityRow] = relationship()


class OrderRow(Base):
    """A purchase order, or a contract, with its total with tax in fen. ``state``: open, closed, void."""

    __tablename__ = "orders"
    __table_args__ = (Index("ix_orders_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    order_no: Mapped[str] = mapped_column(String(50), unique=True)
    party: Mapped[str] = mapped_column(String(200))
    party_key: Mapped[str] = mapped_column(String(200), index=True)
    party_tax_id: Mapped[str | None] = mapped_column(String(20))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    ordered_on: Mapped[date | None]
    memo: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(10), default="open")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("table_imports.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    owner: Mapped[PersonRow | None] = relationship(foreign_keys=[owner_id])
    legal_entity: Mapped[LegalEntityRow] = relationship()
    lines: Mapped[list["OrderLineRow"]] = relationship(order_by="OrderLineRow.position", cascade="all, delete-orphan")


class OrderLineRow(Base):
    """One item of an order; ``unit_price`` without tax, as an invoice states it."""

    __tablename__ = "order_lines"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    item_name: Mapped[str] = mapped_column(String(200))
    specification: Mapped[str | None] = mapped_column(String(200))
    unit: Mapped[str | None] = mapped_column(String(20))
    quantity: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))
    unit_price: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))


class GoodsReceiptRow(Base):
    """What arrived (``receipt``) or was accepted (``acceptance``) on an order, which may come on record later.

    ``amount_fen``: its worth with tax where the paper states it.
    """

    __tablename__ = "goods_receipts"
    __table_args__ = (
        UniqueConstraint("order_no", "receipt_no"),
        Index("ix_goods_receipts_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_no: Mapped[str] = mapped_column(String(50))
    receipt_no: Mapped[str] = mapped_column(String(50))
    kind: Mapped[str] = mapped_column(String(10), default="receipt")
    party: Mapped[str] = mapped_column(String(200))
    received_on: Mapped[date]
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    by_whom: Mapped[str] = mapped_column(String(100), default="")
    memo: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(10), default="open")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("table_imports.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    lines: Mapped[list["GoodsReceiptLineRow"]] = relationship(
        order_by="GoodsReceiptLineRow.position", cascade="all, delete-orphan"
    )


class GoodsReceiptLineRow(Base):
    """One item that arrived."""

    __tablename__ = "goods_receipt_lines"

    receipt_id: Mapped[int] = mapped_column(ForeignKey("goods_receipts.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    item_name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str | None] = mapped_column(String(20))
    quantity: Mapped[Decimal] = mapped_column(Numeric(20, 6))


class InvoiceTieRow(Base):
    """A person tied an invoice key to a bill or an order (``tied``), or told them apart (``never``).

    ``amount_fen`` is the invoice's total with tax when it was tied.
    """

    __tablename__ = "invoice_ties"
    __table_args__ = (
        UniqueConstraint("bill_id", "code", "number"),
        UniqueConstraint("order_id", "code", "number"),
        CheckConstraint("(bill_id IS NULL) <> (order_id IS NULL)", name="one_target"),
        Index("ix_invoice_ties_code_number", "code", "number"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    bill_id: Mapped[int | None] = mapped_column(ForeignKey("bills.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    code: Mapped[str] = mapped_column(String(20), default="")
    number: Mapped[str] = mapped_column(String(30))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10), default="tied")
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
