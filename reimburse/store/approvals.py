"""The steps a claim has to pass and what was decided on each."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.claims import ClaimRow
from reimburse.store.db import Base, Key
from reimburse.store.people import PersonRow


class ApprovalStepRow(Base):
    """One step of a round. ``state``: waiting, open, approved, returned, rejected, dropped.

    ``why`` is the policy's reason in words ("total over 5000.00", "R-73").
    """

    __tablename__ = "approval_steps"
    __table_args__ = (
        Index("ix_approval_steps_claim_id_round_position", "claim_id", "round", "position"),
        Index("ix_approval_steps_assignee_id_state", "assignee_id", "state"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    round: Mapped[int]
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(30))
    why: Mapped[str] = mapped_column(String(200), default="")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    opened_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)

    claim: Mapped[ClaimRow] = relationship()
    assignee: Mapped[PersonRow | None] = relationship(foreign_keys=[assignee_id])


class LineDecisionRow(Base):
    """What an approver decided on one line: approved or returned, with the reason."""

    __tablename__ = "line_decisions"

    step_id: Mapped[int] = mapped_column(ForeignKey("approval_steps.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("expense_lines.id"), primary_key=True)
    decision: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)
