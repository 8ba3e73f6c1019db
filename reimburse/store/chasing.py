"""Who was reminded of a missing invoice."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base, Key


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
