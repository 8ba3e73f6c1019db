"""Requests made beforehand (事前申请) and the steps that decide them."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from reimburse.store.approvals import Asked, Step
from reimburse.store.db import Base


class RequestRow(Asked, Base):
    """A request to spend on something to come. ``kind``: entertainment; ``people``: whom, and who goes along.

    ``state``: draft, in_review, approved, rejected, withdrawn. Lines of claims name it by ``request_no``.
    """

    __tablename__ = "requests"
    __table_args__ = (Index("ix_requests_claimant_id_state", "claimant_id", "state"),)

    request_no: Mapped[str] = mapped_column(String(30), unique=True)
    number: Mapped[str] = synonym("request_no")
    kind: Mapped[str] = mapped_column(String(30), default="entertainment")
    planned_on: Mapped[date]
    people: Mapped[str] = mapped_column(String(500))

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
