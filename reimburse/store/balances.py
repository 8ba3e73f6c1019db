"""The balance ledger: what is reserved and booked on an invoice key, over everyone and all years."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base, Key


class InvoiceBalanceRow(Base):
    """The sums on one invoice key in fen; the database refuses more than the face value.

    ``face_fen`` is what is left of the stated total after red letters took ``red_fen`` of it. What a red letter could
    not take because it is reserved or booked stands in ``owed_fen``, and is taken as soon as it becomes free.
    """

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
    red_fen: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    owed_fen: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class RedPostingRow(Base):
    """A red-letter invoice that took from a blue one, once however often it is uploaded; append-only."""

    __tablename__ = "red_postings"
    __table_args__ = (Index("ix_red_postings_blue_code_blue_number", "blue_code", "blue_number"),)

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[str] = mapped_column(String(30), primary_key=True)
    blue_code: Mapped[str] = mapped_column(String(20))
    blue_number: Mapped[str] = mapped_column(String(30))
    fen: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]


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
