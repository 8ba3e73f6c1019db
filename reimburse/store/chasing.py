"""Who was reminded of a missing invoice, and which supplier was asked for one."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.db import Base, Key
from reimburse.store.people import PersonRow


class ReminderRow(Base):
    """Somebody was reminded of a missing invoice, of each once a day. ``by_id`` None: the daily job."""

    __tablename__ = "missing_reminders"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "on_day"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    on_day: Mapped[date]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]


class SupplierAskRow(Base):
    """A supplier was asked for an invoice: of a payment or a bill (``kind``, ``subject_id``), each once a day."""

    __tablename__ = "supplier_asks"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "on_day"),
        Index("ix_supplier_asks_on_day_id", "on_day", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    on_day: Mapped[date]
    special: Mapped[bool]
    paper: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    by: Mapped[PersonRow] = relationship()
