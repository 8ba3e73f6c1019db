"""Advances (借款): asked for, approved, paid out, offset by claims, the remainder returned; and their ledger."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from reimburse.store.approvals import Asked, Step
from reimburse.store.db import Base, Key


class AdvanceRow(Asked, Base):
    """Money for an employee beforehand. ``needed_on`` is the day it is wanted, ``due_on`` the last to settle it.

    ``state``: draft, in_review, approved, rejected, withdrawn, paid (out, something is left), settled.
    """

    __tablename__ = "advances"
    __table_args__ = (
        Index("ix_advances_claimant_id_state", "claimant_id", "state"),
        Index("ix_advances_state_due_on_id", "state", "due_on", "id"),
    )

    advance_no: Mapped[str] = mapped_column(String(30), unique=True)
    number: Mapped[str] = synonym("advance_no")
    cost_center: Mapped[str] = mapped_column(String(50), default="")
    project: Mapped[str | None] = mapped_column(String(100))
    needed_on: Mapped[date]
    due_on: Mapped[date]
    paid_on: Mapped[date | None]
    settled_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None]

    steps: Mapped[list["AdvanceStepRow"]] = relationship(back_populates="advance", order_by="AdvanceStepRow.position")


class AdvanceStepRow(Step, Base):
    """One step of an advance: waiting, open, approved, rejected or dropped."""

    __tablename__ = "advance_steps"
    __table_args__ = (
        Index("ix_advance_steps_assignee_id_state", "assignee_id", "state"),
        Index("ix_advance_steps_state_opened_at", "state", "opened_at"),
    )

    advance_id: Mapped[int] = mapped_column(ForeignKey("advances.id"), index=True)

    advance: Mapped[AdvanceRow] = relationship(back_populates="steps")


class AdvanceBalanceRow(Base):
    """The sums of one advance in fen: the database takes them only as its entries add up, and never more than went out.

    ``reserved_fen`` is what claims on their way take, ``offset_fen`` what exported claims took, ``returned_fen`` what
    came back.
    """

    __tablename__ = "advance_balances"
    __table_args__ = (
        CheckConstraint(
            "paid_fen >= 0 AND reserved_fen >= 0 AND offset_fen >= 0 AND returned_fen >= 0", name="not_negative"
        ),
        CheckConstraint("reserved_fen + offset_fen + returned_fen <= paid_fen", name="within_what_was_paid"),
    )

    advance_id: Mapped[int] = mapped_column(ForeignKey("advances.id"), primary_key=True)
    paid_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    offset_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    returned_fen: Mapped[int] = mapped_column(BigInteger, default=0)


class AdvanceEntryRow(Base):
    """One movement of an advance; append-only.

    ``kind``: pay_out, reserve, release, offset, undo_offset, return, bank_return (the payment came back from the bank:
    it is to be paid out anew). ``claim_id`` is the claim that takes it; ``reference`` the bank's word for money that
    went out or came back.
    """

    __tablename__ = "advance_entries"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    advance_id: Mapped[int] = mapped_column(ForeignKey("advances.id"), index=True)
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    paid_delta_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved_delta_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    offset_delta_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    returned_delta_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    reference: Mapped[str] = mapped_column(String(100), default="")
    happened_on: Mapped[date]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
