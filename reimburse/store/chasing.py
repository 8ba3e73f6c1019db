"""What was done about an invoice that is missing: reminders, and requests to suppliers."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.db import Base, Key
from reimburse.store.people import LegalEntityRow, PersonRow

RUNNING = text("state IN ('asked', 'shipped')")


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


class InvoiceRequestRow(Base):
    """A supplier was asked to issue an invoice (F-13), perhaps on paper (F-32). One at a time runs for a subject.

    ``kind``: payment or bill; ``subject_id``: its id. ``form``: electronic or paper; ``delivery``: ems, sf or pickup,
    of paper only. ``state``: asked, shipped, arrived, withdrawn. ``expected_on``: the last of the working days that a
    supplier usually takes.
    """

    __tablename__ = "invoice_requests"
    __table_args__ = (
        Index(
            "uq_invoice_requests_running",
            "kind",
            "subject_id",
            unique=True,
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        Index("ix_invoice_requests_kind_subject_id", "kind", "subject_id"),
        Index("ix_invoice_requests_state_expected_on_id", "state", "expected_on", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    party: Mapped[str] = mapped_column(String(200))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    special: Mapped[bool] = mapped_column(default=False)
    form: Mapped[str] = mapped_column(String(10), default="electronic")
    delivery: Mapped[str] = mapped_column(String(10), default="")
    send_to: Mapped[str] = mapped_column(String(300), default="")
    asked_on: Mapped[date]
    expected_on: Mapped[date]
    carrier_no: Mapped[str] = mapped_column(String(100), default="")
    shipped_on: Mapped[date | None]
    arrived_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10), default="asked")
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    by: Mapped[PersonRow] = relationship()
    legal_entity: Mapped[LegalEntityRow] = relationship()
