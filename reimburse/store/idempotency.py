"""Keys of writes that a client may repeat."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base


class IdempotencyKeyRow(Base):
    """A write that was done: ``result`` is where it led (a URL path)."""

    __tablename__ = "idempotency_keys"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    result: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[datetime]
