"""Legal entities (invoice titles), departments, people and their roles."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.domain.workflow import Role
from reimburse.store.db import Base, Key


class LegalEntityRow(Base):
    """A legal entity of the company and its invoice title (开票信息)."""

    __tablename__ = "legal_entities"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    tax_id: Mapped[str] = mapped_column(String(20), index=True)
    address_phone: Mapped[str | None] = mapped_column(String(300))
    bank_account: Mapped[str | None] = mapped_column(String(300))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    former_names: Mapped[list[str]] = mapped_column(default=list)


class DepartmentRow(Base):
    """A department: its legal entity and default cost centre."""

    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"), index=True)
    cost_center: Mapped[str] = mapped_column(String(50), default="")

    legal_entity: Mapped[LegalEntityRow] = relationship(lazy="joined")


class PersonRow(Base):
    """An employee who can sign in. ``login`` is the name or address typed at sign-in, in lower case.

    ``payout_*``: where what the employee paid is sent; ``payout_name`` is empty where the account bears their own name.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(String(200), unique=True)
    employee_no: Mapped[str] = mapped_column(String(50), unique=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    email: Mapped[str | None] = mapped_column(String(200))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    grade: Mapped[str] = mapped_column(String(20), default="")
    payout_account: Mapped[str | None] = mapped_column(String(100))
    payout_bank: Mapped[str | None] = mapped_column(String(100))
    payout_branch: Mapped[str | None] = mapped_column(String(100))
    payout_name: Mapped[str | None] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(300))
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    session_version: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(2), default="zh")

    department: Mapped[DepartmentRow] = relationship(lazy="joined")
    grants: Mapped[list["RoleGrantRow"]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    def roles(self, department_id: int | None = None) -> frozenset[Role]:
        """The roles held, everywhere or (approver, director) in this department."""
        return frozenset(
            Role(grant.role)
            for grant in self.grants
            if department_id is None or grant.department_id in (None, department_id)
        )


class RoleGrantRow(Base):
    """A role on top of employee; approvers and directors hold it for a department."""

    __tablename__ = "role_grants"
    __table_args__ = (UniqueConstraint("person_id", "role", "department_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(30), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
