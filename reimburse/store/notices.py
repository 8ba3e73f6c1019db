"""What people are told: in the product, and by mail."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base, Key


class NoticeRow(Base):
    """An in-app notice; the first words say what the person must do, ``link`` leads to that very field."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_person_id_read_at", "person_id", "read_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(30))
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class MailRow(Base):
    """A mail to send; ``sent_at`` is set when it left by SMTP or was written to the outbox folder."""

    __tablename__ = "mails"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
