"""Credit files of sellers: what finance set, and the figures that a job computes."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from reimburse.store.db import Base, Key


class SupplierRow(Base):
    """A seller by tax id. ``level``: normal, watch, blocked; ``taxpayer``: general, small, unknown.

    ``stale``: something happened since the figures were computed. ``returns`` counts checks that sent back a claim
    with an invoice of it; ``unreported`` its invoices that the tax office does not know or lost control of;
    ``at_limit`` those just at a face limit (R-106).
    """

    __tablename__ = "suppliers"
    __table_args__ = (
        Index("ix_suppliers_total_fen_tax_id", "total_fen", "tax_id"),
        Index("ix_suppliers_level_total_fen_tax_id", "level", "total_fen", "tax_id"),
        Index("ix_suppliers_stale_tax_id", "stale", "tax_id"),
    )

    tax_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="", index=True)
    other_names: Mapped[list[str]] = mapped_column(default=list)
    level: Mapped[str] = mapped_column(String(10), default="normal")
    taxpayer: Mapped[str] = mapped_column(String(10), default="unknown")
    related: Mapped[bool] = mapped_column(default=False)
    invoices: Mapped[int] = mapped_column(default=0)
    total_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    returns: Mapped[int] = mapped_column(default=0)
    voids_90d: Mapped[int] = mapped_column(default=0)
    unreported: Mapped[int] = mapped_column(default=0)
    at_limit: Mapped[int] = mapped_column(default=0)
    last_issue_date: Mapped[date | None]
    stale: Mapped[bool] = mapped_column(default=True)
    summarised_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class SupplierNoteRow(Base):
    """What somebody wrote into a seller's file, or changed in it; append-only."""

    __tablename__ = "supplier_notes"
    __table_args__ = (Index("ix_supplier_notes_tax_id_id", "tax_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tax_id: Mapped[str] = mapped_column(ForeignKey("suppliers.tax_id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    change: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
