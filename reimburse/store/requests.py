"""Requests made beforehand (事前申请) and the steps that decide them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.approvals import Step
from reimburse.store.db import Base, Key
from reimburse.store.people import DepartmentRow, LegalEntityRow, PersonRow


class RequestRow(Base):
    """A request to spend on something to come. ``kind``: entertainment; ``people``: whom, and who goes along.

    ``state``: draft, in_review, approved, rejected, withdrawn. Lines of claims name it by ``request_no``.
    """

    __tablename__ = "requests"
    __table_args__ = (Index("ix_requests_claimant_id_state", "claimant_id", "state"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    request_no: Mapped[str] = mapped_column(String(30), unique=True)
    claimant_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    kind: Mapped[str] = mapped_column(String(30), default="entertainment")
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    planned_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    people: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(20), default="draft")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    claimant: Mapped[PersonRow] = relationship()
    department: Mapped[DepartmentRow] = relationship()
    legal_entity: Mapped[LegalEntityRow] = relationship()
    steps: Mapped[list["RequestStepRow"]] = relationship(back_populates="request", order_by="RequestStepRow.position")


class RequestStepRow(Step, Base):
    """One step of a request: waiting, open, approved, rejected or dropped."""

    __tablename__ = "request_steps"
    __table_args__ = (
        Index("ix_request_steps_assignee_id_state", "assignee_id", "state"),
        Index("ix_request_steps_state_opened_at", "state", "opened_at"),
    )

    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"), index=True)

    request: Mapped[RequestRow] = relationship(back_populates="steps")
