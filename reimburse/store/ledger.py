"""The books: accounting periods, and the entries posted in them. Posted entries stay as they are."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.db import Base, Key


class AccountingPeriodRow(Base):
    """A month of a legal entity's books. ``state``: open, closed; a month that has no row is open.

    ``last_voucher_no`` is the number of the last voucher posted in it.
    """

    __tablename__ = "accounting_periods"

    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    last_voucher_no: Mapped[int] = mapped_column(default=0)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class LedgerEntryRow(Base):
    """One voucher of the books: what a claim of a batch books, or money that moved. ``state``: draft, posted.

    The database posts it only where debits are credits and its month is open; then nobody changes it, nor its
    postings. ``number`` is the entry's within its batch, ``source`` the claim or batch it books. ``reverses_id`` is
    the entry that this one undoes, whole or of one claim. Money that moved names its ``payout_id`` or ``advance_id``
    in place of the batch; its ``source`` is the payment's reference or the number of what it is about.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("legal_entity_id", "month", "voucher_no"),
        UniqueConstraint("batch_id", "number"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    month: Mapped[str] = mapped_column(String(7))
    voucher_no: Mapped[int]
    word: Mapped[str] = mapped_column(String(10))
    posted_on: Mapped[date]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    payout_id: Mapped[int | None] = mapped_column(ForeignKey("payouts.id"), index=True)
    advance_id: Mapped[int | None] = mapped_column(ForeignKey("advances.id"), index=True)
    number: Mapped[int]
    source: Mapped[str] = mapped_column(String(60))
    attachments: Mapped[int] = mapped_column(default=0)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entries.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    made_at: Mapped[datetime]

    postings: Mapped[list["LedgerPostingRow"]] = relationship(order_by="LedgerPostingRow.position")


class LedgerPostingRow(Base):
    """One line of a voucher, in fen; a negative amount is written in red. ``side``: debit, credit."""

    __tablename__ = "ledger_postings"
    __table_args__ = (
        CheckConstraint("side IN ('debit', 'credit')", name="one_side"),
        CheckConstraint("amount_fen <> 0", name="an_amount"),
        Index("ix_ledger_postings_account_entry_id", "account", "entry_id"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(String(6))
    account: Mapped[str] = mapped_column(String(40))
    account_name: Mapped[str] = mapped_column(String(100), default="")
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(300), default="")
    purpose: Mapped[str] = mapped_column(String(20))
    claim_no: Mapped[str] = mapped_column(String(30), default="", index=True)
    line: Mapped[int] = mapped_column(default=0)
    invoice: Mapped[str] = mapped_column(String(60), default="")
    department: Mapped[str] = mapped_column(String(100), default="")
    cost_center: Mapped[str] = mapped_column(String(50), default="")
    project: Mapped[str] = mapped_column(String(100), default="")
    person_no: Mapped[str] = mapped_column(String(50), default="")
    person: Mapped[str] = mapped_column(String(100), default="")
    supplier_tax_id: Mapped[str] = mapped_column(String(30), default="")
    supplier: Mapped[str] = mapped_column(String(200), default="")
