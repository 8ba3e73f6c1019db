"""Selection for deduction (勾选认证): where each deductible invoice stands with the tax office."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base, Key


class CertificationRow(Base):
    """An invoice key whose input VAT may be deducted. ``state``: unselected, selected, certified, not_deductible.

    ``period`` (YYYY-MM) is the tax period it was selected for; ``state_on`` the day of the state; ``tax_fen`` the input
    VAT. ``here``: whether an invoice of this key stands in a wallet; else only the tax office's list names it.
    """

    __tablename__ = "certifications"
    __table_args__ = (
        Index("ix_certifications_here_state_issue_date_number", "here", "state", "issue_date", "number"),
        Index("ix_certifications_state_issue_date", "state", "issue_date"),
    )

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[str] = mapped_column(String(30), primary_key=True)
    kind: Mapped[str | None] = mapped_column(String(30))
    seller_name: Mapped[str | None] = mapped_column(String(200))
    issue_date: Mapped[date]
    tax_fen: Mapped[int] = mapped_column(BigInteger)
    here: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(20), default="unselected")
    period: Mapped[str | None] = mapped_column(String(7))
    state_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class CertificationChangeRow(Base):
    """A change of state, by hand or by an imported table; append-only."""

    __tablename__ = "certification_changes"
    __table_args__ = (Index("ix_certification_changes_code_number_id", "code", "number", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(20), default="")
    number: Mapped[str] = mapped_column(String(30))
    before: Mapped[str] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    period: Mapped[str | None] = mapped_column(String(7))
    reason: Mapped[str] = mapped_column(String(300), default="")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("table_imports.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
