"""What reports are read from: what each claim adds, and the sums over all claims, kept as claims move."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from reimburse.store.db import Base


class StaleReportRow(Base):
    """A claim that moved since its entries were made."""

    __tablename__ = "stale_reports"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    since: Mapped[datetime]


class ReportEntryRow(Base):
    """What one claim adds to one figure. ``month`` is the first day of the month in which it was submitted."""

    __tablename__ = "report_entries"
    __table_args__ = (
        Index("ix_report_entries_figure", "dimension", "value", "month", "department_id", "claim_id"),
        Index("ix_report_entries_month", "dimension", "month", "department_id", "claim_id"),
    )

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(100), primary_key=True)
    month: Mapped[date]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    number: Mapped[int]
    fen: Mapped[int] = mapped_column(BigInteger)
    minutes: Mapped[int] = mapped_column(BigInteger)


class ReportTotalRow(Base):
    """The sum of all claims' entries of one figure, month and department."""

    __tablename__ = "report_totals"

    dimension: Mapped[str] = mapped_column(String(20), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), primary_key=True)
    value: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[int]
    fen: Mapped[int] = mapped_column(BigInteger)
    minutes: Mapped[int] = mapped_column(BigInteger)


def add_to_totals(session: Session, rows: list[dict[str, Any]]) -> None:
    """Add to the sums, one statement a row; two writers of one sum wait for each other, always in the same order."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    figure = (ReportTotalRow.dimension, ReportTotalRow.month, ReportTotalRow.department_id, ReportTotalRow.value)
    for row in sorted(rows, key=lambda row: (row["dimension"], row["month"], row["department_id"], row["value"])):
        statement = insert(ReportTotalRow).values(row)
        added = {
            name: getattr(ReportTotalRow, name) + getattr(statement.excluded, name)
            for name in ("number", "fen", "minutes")
        }
        session.execute(statement.on_conflict_do_update(index_elements=figure, set_=added))
