"""Files as they were handed in, and what was read in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.db import Base, Key


class StoredFileRow(Base):
    """A file's bytes, kept once under their digest (``reimburse.store.files``)."""

    __tablename__ = "stored_files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    stored_at: Mapped[datetime]


class DocumentRow(Base):
    """A file in somebody's wallet. ``state``: waiting, read, failed, set_aside.

    ``container_id``: the ZIP or mail it came in.
    """

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("owner_id", "sha256"), Index("ix_documents_owner_id_id", "owner_id", "id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    error_code: Mapped[str | None] = mapped_column(String(20))
    error_message: Mapped[str | None] = mapped_column(Text)
    uploaded_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    container_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), index=True)

    stored: Mapped[StoredFileRow] = relationship(lazy="joined")
    readings: Mapped[list["ReadingRow"]] = relationship(back_populates="document", order_by="ReadingRow.ordinal")


class ReadingRow(Base):
    """One invoice (or one non-invoice) read in a document; ``data`` is the reading's JSON form."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("document_id", "ordinal"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    ordinal: Mapped[int]
    page: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(String(20))
    document_kind: Mapped[str | None] = mapped_column(String(30))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    data: Mapped[dict[str, Any]]

    document: Mapped[DocumentRow] = relationship(back_populates="readings")
