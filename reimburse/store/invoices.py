"""Invoices in people's wallets and what people changed on them by hand."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.domain.invoice import InvoiceKey
from reimburse.store.db import Base, Key
from reimburse.store.documents import ReadingRow


class InvoiceRow(Base):
    """One invoice of one holder, merged from all its files; ``data`` is the invoice's JSON form.

    The same key may stand in several wallets; what is claimed on it over all of them stands in the balance ledger.
    ``picture_document_id``: the best file that has a page to look at; None where it is XML only. ``red_of_*``: the
    invoice that this red-letter one reverses.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("holder_id", "code", "number"),
        Index("ix_invoices_code_number", "code", "number"),
        Index("ix_invoices_holder_id_id", "holder_id", "id"),
        Index("ix_invoices_red_of_code_red_of_number", "red_of_code", "red_of_number"),
        Index("ix_invoices_seller_tax_id_issue_date", "seller_tax_id", "issue_date"),
        Index("ix_invoices_issue_date_id", "issue_date", "id"),
        Index("ix_invoices_total_fen_id", "total_fen", "id"),
        Index("ix_invoices_kind_id", "kind", "id"),
        Index("ix_invoices_seller_name_id", "seller_name", "id", postgresql_ops={"seller_name": "varchar_pattern_ops"}),
        Index("ix_invoices_number", "number"),
        Index("ix_invoices_seller_name_issue_date", "seller_name", "issue_date"),
        Index("ix_invoices_total_fen_issue_date", "total_fen", "issue_date"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    code: Mapped[str] = mapped_column(String(20), default="")
    number: Mapped[str | None] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(30))
    issue_date: Mapped[date | None]
    buyer_name: Mapped[str | None] = mapped_column(String(200))
    seller_name: Mapped[str | None] = mapped_column(String(200))
    seller_tax_id: Mapped[str | None] = mapped_column(String(20))
    total_fen: Mapped[int | None] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(20))
    seal_status: Mapped[str | None] = mapped_column(String(20))
    red_letter: Mapped[bool] = mapped_column(default=False)
    red_of_code: Mapped[str | None] = mapped_column(String(20))
    red_of_number: Mapped[str | None] = mapped_column(String(30))
    leading_reading_id: Mapped[int | None] = mapped_column(ForeignKey("readings.id", use_alter=True))
    picture_document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    picture_page: Mapped[int] = mapped_column(default=1)
    data: Mapped[dict[str, Any]]
    seen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    conflicts: Mapped[list[Any]] = mapped_column(default=list)
    has_conflicts: Mapped[bool] = mapped_column(default=False)
    missing: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    readings: Mapped[list[ReadingRow]] = relationship(foreign_keys=[ReadingRow.invoice_id], order_by=ReadingRow.id)
    corrections: Mapped[list["FieldCorrectionRow"]] = relationship(order_by="FieldCorrectionRow.id")

    @property
    def key(self) -> InvoiceKey | None:
        """The invoice key, None while the number is unknown."""
        return InvoiceKey(self.code, self.number) if self.number else None


class FieldCorrectionRow(Base):
    """A field completed or proposed by a person. ``state``: accepted, proposed, confirmed, refused, replaced."""

    __tablename__ = "field_corrections"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    field: Mapped[str] = mapped_column(String(50))
    value: Mapped[str] = mapped_column(Text)
    previous: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
