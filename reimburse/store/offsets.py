"""Reimbursed invoices that were refunded, voided or red-lettered later: each has to be offset in time."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.claims import ClaimRow
from reimburse.store.db import Base, Key
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow


class OffsetRow(Base):
    """What one reimbursed claim owes on one invoice key. ``reason``: refund, voided, red_lettered.

    ``state``: open (the claimant has to act), submitted (finance has to look), closed. ``noticed_on`` starts the clock
    (R-63), ``due_on`` is the last day in time. ``violation``: handed in too late, or not at all by then.
    """

    __tablename__ = "offsets"
    __table_args__ = (
        UniqueConstraint("claim_id", "code", "number"),
        Index("ix_offsets_state_due_on_id", "state", "due_on", "id"),
        Index("ix_offsets_claimant_id_state", "claimant_id", "state"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    claimant_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    code: Mapped[str] = mapped_column(String(20), default="")
    number: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    noticed_on: Mapped[date]
    due_on: Mapped[date]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    submitted_on: Mapped[date | None]
    offset_claim_no: Mapped[str | None] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(Text, default="")
    violation: Mapped[bool] = mapped_column(default=False)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    claim: Mapped[ClaimRow] = relationship()
    claimant: Mapped[PersonRow] = relationship(foreign_keys=[claimant_id])
    invoice: Mapped[InvoiceRow] = relationship()
