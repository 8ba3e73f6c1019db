"""What the tax office's platform said about invoices, and how often it was asked."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base, Key


class VerificationRow(Base):
    """One result of an invoice key; append-only, the newest holds.

    ``status``: normal, voided, red_lettered, out_of_control, not_found. ``source``: manual, or the service's name;
    ``by_id``: who entered it or asked. ``document_id``: the screenshot of an entry by hand. ``answer_sha256``: the
    service's raw answer in the file store.
    """

    __tablename__ = "verifications"
    __table_args__ = (
        Index("ix_verifications_code_number_id", "code", "number", "id"),
        Index("ix_verifications_source", "source"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(20), default="")
    number: Mapped[str] = mapped_column(String(30))
    seller_tax_id: Mapped[str | None] = mapped_column(String(20), index=True)
    status: Mapped[str] = mapped_column(String(20))
    checked_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), index=True)
    answer_sha256: Mapped[str | None] = mapped_column(String(64))
    said: Mapped[str] = mapped_column(String(300), default="")


class VerificationAttemptRow(Base):
    """One question to a service that gave no status, and why (``verification.Outcome``)."""

    __tablename__ = "verification_attempts"
    __table_args__ = (Index("ix_verification_attempts_code_number_id", "code", "number", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(20), default="")
    number: Mapped[str] = mapped_column(String(30))
    asked_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[str] = mapped_column(String(20))
    said: Mapped[str] = mapped_column(String(300), default="")
    answer_sha256: Mapped[str | None] = mapped_column(String(64))


class VerificationCountRow(Base):
    """How often a service was asked on a day (China) about an invoice key; the empty number counts all of them."""

    __tablename__ = "verification_counts"

    on_day: Mapped[date] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[str] = mapped_column(String(30), primary_key=True)
    asked: Mapped[int] = mapped_column(default=0)
