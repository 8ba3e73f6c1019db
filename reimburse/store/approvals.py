"""The steps a claim has to pass and what was decided on each."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from reimburse.store.claims import ClaimRow
from reimburse.store.db import Base, Key
from reimburse.store.people import DepartmentRow, LegalEntityRow, PersonRow


class Step:
    """What every approval step states, whatever it decides on.

    ``state``: waiting, open, approved, returned, rejected, dropped. ``why`` are reason codes ("over:5000.00", "R-73").
    The clock of reminder and escalation starts when it was opened, and again when it was ``escalated_at``.
    ``on_behalf_of_id`` is the principal where a delegate decided.
    """

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(30))
    why: Mapped[str] = mapped_column(String(200), default="")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    opened_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)

    @declared_attr
    @classmethod
    def decided_by(cls) -> Mapped[PersonRow | None]:
        """Whoever decided."""
        return relationship(foreign_keys=f"{cls.__name__}.decided_by_id")

    @declared_attr
    @classmethod
    def assignee(cls) -> Mapped[PersonRow | None]:
        """Whoever is asked."""
        return relationship(foreign_keys=f"{cls.__name__}.assignee_id")


class Asked:
    """What everybody asks for beforehand has alike: whose it is, how much, why, and where it stands."""

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    claimant_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(20), default="draft")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """Whoever changes it has seen it as it is."""
        return {"version_id_col": cls.version}

    @declared_attr
    @classmethod
    def claimant(cls) -> Mapped[PersonRow]:
        """Whoever asks."""
        return relationship()

    @declared_attr
    @classmethod
    def department(cls) -> Mapped[DepartmentRow]:
        """The claimant's department at the time."""
        return relationship()

    @declared_attr
    @classmethod
    def legal_entity(cls) -> Mapped[LegalEntityRow]:
        """Whose money it is."""
        return relationship()


class ApprovalStepRow(Step, Base):
    """One step of a claim's round."""

    __tablename__ = "approval_steps"
    __table_args__ = (
        Index("ix_approval_steps_claim_id_round_position", "claim_id", "round", "position"),
        Index("ix_approval_steps_assignee_id_state", "assignee_id", "state"),
        Index("ix_approval_steps_state_opened_at", "state", "opened_at"),
    )

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    round: Mapped[int]

    claim: Mapped[ClaimRow] = relationship()


class LineDecisionRow(Base):
    """What an approver decided on one line: approved or returned, with the reason."""

    __tablename__ = "line_decisions"

    step_id: Mapped[int] = mapped_column(ForeignKey("approval_steps.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("expense_lines.id"), primary_key=True)
    decision: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(Text)
