"""Invoices on their way back to the seller, and the new ones that take their place."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.db import Base, Key
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import PersonRow

RUNNING = text("state = 'open'")


class ReissueRow(Base):
    """A task: one invoice key goes back. ``state``: open, done, dropped. ``next_due_on``: of the step that comes next.

    ``certified``: the invoice was selected for deduction, so that the buyer files the form (R-49); ``lost``: a special
    invoice of which the paper is gone (R-50).
    """

    __tablename__ = "reissues"
    __table_args__ = (
        Index("uq_reissues_running", "code", "number", unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING),
        Index("ix_reissues_code_number", "code", "number"),
        Index("ix_reissues_state_id", "state", "id"),
        Index("ix_reissues_holder_id_state", "holder_id", "state"),
        Index("ix_reissues_state_next_due_on", "state", "next_due_on"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(30))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    noticed_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(String(500))
    certified: Mapped[bool] = mapped_column(default=False)
    lost: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), default="open")
    next_due_on: Mapped[date | None]
    new_invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    close_note: Mapped[str] = mapped_column(Text, default="")
    reminded_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    invoice: Mapped[InvoiceRow] = relationship(foreign_keys=[invoice_id])
    new_invoice: Mapped[InvoiceRow | None] = relationship(foreign_keys=[new_invoice_id])
    holder: Mapped[PersonRow] = relationship(foreign_keys=[holder_id])
    steps: Mapped[list["ReissueStepRow"]] = relationship(order_by="ReissueStepRow.at")


class ReissueStepRow(Base):
    """A step that was taken: when, by whom, and what proves it."""

    __tablename__ = "reissue_steps"

    reissue_id: Mapped[int] = mapped_column(ForeignKey("reissues.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(20), primary_key=True)
    done_on: Mapped[date]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(String(500), default="")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
