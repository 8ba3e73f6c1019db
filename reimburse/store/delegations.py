"""Delegations: who decides for whom, from which day to which (U-26)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.db import Base, Key
from reimburse.store.people import DepartmentRow, PersonRow


class DelegationRow(Base):
    """The principal's steps are the delegate's too, first and last day included.

    Without a department it covers every claim. It is never changed; revoking ends it at once.
    """

    __tablename__ = "delegations"
    __table_args__ = (
        CheckConstraint("principal_id <> delegate_id", name="not_to_oneself"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        Index("ix_delegations_delegate_id_last_day", "delegate_id", "last_day"),
        Index("ix_delegations_principal_id_last_day", "principal_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    delegate_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    revoked_at: Mapped[datetime | None]

    principal: Mapped[PersonRow] = relationship(foreign_keys=[principal_id])
    delegate: Mapped[PersonRow] = relationship(foreign_keys=[delegate_id])
    department: Mapped[DepartmentRow | None] = relationship()
