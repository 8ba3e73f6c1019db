"""Prepayments (R-75): which of them an invoice has cleared."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base


class PrepaymentClearingRow(Base):
    """A prepaid line whose invoice arrived later, or that finance closed with a note."""

    __tablename__ = "prepayment_clearings"

    line_id: Mapped[int] = mapped_column(ForeignKey("expense_lines.id"), primary_key=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    note: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
