"""The balance ledger: what is reserved and booked on an invoice key, over everyone and all years."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base, Key


class InvoiceBalanceRow(Base):
    """The sums on one invoice key in fen; the database refuses more than the face value."""

    __tablename__ = "invoice_balances"
    __table_args__ = (
        CheckConstraint("reserved_fen >= 0 AND booked_fen >= 0", name="not_negative"),
        CheckConstraint("reserved_fen + booked_fen <= face_fen", name="within_face_value"),
    )

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[str] = mapped_column(String(30), primary_key=True)
    face_fen: Mapped[int] = mapped_column(BigInteger)
    reserved_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    booked_fen: Mapped[int] = mapped_column(BigInteger, default=0)


class BalanceEntryRow(Base):
    """One movement on an invoice key; append-only. ``kind``: reserve, release, book, unbook."""

    __tablename__ = "balance_entries"
    __table_args__ = (Index("ix_balance_entries_code_number", "code", "number"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(30))
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    reserved_delta_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    booked_delta_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    at: Mapped[datetime]
