"""Claims, their lines, invoices and attachments, and what each check said."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.db import Base, Key
from reimburse.store.documents import DocumentRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.people import DepartmentRow, LegalEntityRow, PersonRow


class ClaimRow(Base):
    """An expense claim. ``state`` changes only through ``services.workflow.advance``.

    ``reversal_of_id`` is the claim that this one mirrors with its amounts negated (冲销).
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index("ix_claims_claimant_id_state", "claimant_id", "state"),
        Index("ix_claims_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    claim_no: Mapped[str] = mapped_column(String(30), unique=True)
    claimant_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    cost_center: Mapped[str] = mapped_column(String(50), default="")
    project: Mapped[str | None] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(20), default="draft")
    round: Mapped[int] = mapped_column(default=0)
    no_duplicate_pledge: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime | None]
    submitted_on: Mapped[date | None]
    policy_version: Mapped[str | None] = mapped_column(String(50))
    total_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    verdict: Mapped[str | None] = mapped_column(String(10))
    open_findings: Mapped[int] = mapped_column(default=0)
    flagged: Mapped[bool] = mapped_column(default=False)
    follow_up_of_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id"), index=True)
    reversal_of_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id"), unique=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expires_on: Mapped[date | None] = mapped_column(index=True)
    expiry_notice_days: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    claimant: Mapped[PersonRow] = relationship()
    department: Mapped[DepartmentRow] = relationship()
    legal_entity: Mapped[LegalEntityRow] = relationship()
    lines: Mapped[list["ExpenseLineRow"]] = relationship(
        back_populates="claim", order_by="ExpenseLineRow.position", cascade="all, delete-orphan"
    )
    attachments: Mapped[list["AttachmentRow"]] = relationship(
        back_populates="claim", order_by="AttachmentRow.id", cascade="all, delete-orphan"
    )
    invoices: Mapped[list[InvoiceRow]] = relationship(secondary="claim_invoices", order_by=InvoiceRow.id)
    follow_up_of: Mapped["ClaimRow | None"] = relationship(
        remote_side="ClaimRow.id", foreign_keys="ClaimRow.follow_up_of_id"
    )
    reversal_of: Mapped["ClaimRow | None"] = relationship(
        remote_side="ClaimRow.id", foreign_keys="ClaimRow.reversal_of_id"
    )
    checks: Mapped[list["CheckRow"]] = relationship(order_by="CheckRow.id")


class ExpenseLineRow(Base):
    """One expense of a claim. ``details`` is the contract's object of the same name (from, to, reason, guests, ...)."""

    __tablename__ = "expense_lines"
    __table_args__ = (Index("ix_expense_lines_category_id", "category", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    position: Mapped[int]
    category: Mapped[str] = mapped_column(String(30))
    description: Mapped[str] = mapped_column(String(300), default="")
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    quantity: Mapped[Decimal | None] = mapped_column(Numeric(20, 6))
    occurred_on: Mapped[date | None]
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    city: Mapped[str | None] = mapped_column(String(50))
    adjustment: Mapped[str | None] = mapped_column(String(20))
    basis: Mapped[str | None] = mapped_column(String(300))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    request_no: Mapped[str | None] = mapped_column(String(30))
    paid_by: Mapped[str] = mapped_column(String(20), default="employee")
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    fx_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    order_no: Mapped[str | None] = mapped_column(String(50))
    trip_id: Mapped[str | None] = mapped_column(String(50))

    claim: Mapped[ClaimRow] = relationship(back_populates="lines")
    invoices: Mapped[list[InvoiceRow]] = relationship(secondary="line_invoices", order_by=InvoiceRow.id)


class ClaimInvoiceRow(Base):
    """An invoice that stands on a claim, tied to a line or not yet."""

    __tablename__ = "claim_invoices"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id", ondelete="CASCADE"), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), primary_key=True, index=True)


class LineInvoiceRow(Base):
    """An invoice that a line rests on."""

    __tablename__ = "line_invoices"

    line_id: Mapped[int] = mapped_column(ForeignKey("expense_lines.id", ondelete="CASCADE"), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), primary_key=True, index=True)


class AttachmentRow(Base):
    """A supporting document: for a line, an invoice, or the whole claim where both are empty."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("expense_lines.id"), index=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    created_at: Mapped[datetime]

    claim: Mapped[ClaimRow] = relationship(back_populates="attachments")
    document: Mapped[DocumentRow] = relationship()


class CheckRow(Base):
    """One check of one round: the facts it was given and its answer, as JSON text to the byte.

    ``policy_digest`` names the whole policy that judged; ``taken_from_id`` is the check of the claim that this one was
    taken out of, whose facts these are.
    """

    __tablename__ = "checks"
    __table_args__ = (UniqueConstraint("claim_id", "round"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    round: Mapped[int]
    policy_version: Mapped[str] = mapped_column(String(50))
    policy_digest: Mapped[str | None] = mapped_column(ForeignKey("policy_snapshots.digest"))
    taken_from_id: Mapped[int | None] = mapped_column(ForeignKey("checks.id"))
    verdict: Mapped[str] = mapped_column(String(10))
    facts: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[datetime]
