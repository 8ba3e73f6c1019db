"""Statements that were imported, their accounts, and their rows: money that went out, came back, or neither."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.db import Base, Key
from reimburse.store.people import LegalEntityRow, PersonRow


class StatementProfileRow(Base):
    """A mapping of columns made by hand; ``text`` is the profile as in a file of ``config/statements``."""

    __tablename__ = "statement_profiles"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class PaymentAccountRow(Base):
    """What money goes out of. ``kind``: wallet, bank (account), card (the company's) or own_card (the holder's own).

    ``number`` as statements print it, perhaps masked; ``holder_id``: the person in whose hands the card or wallet is,
    nobody where it is the company's own.
    """

    __tablename__ = "payment_accounts"
    __table_args__ = (Index("ix_payment_accounts_number", "number"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    number: Mapped[str] = mapped_column(String(100), default="")
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    holder: Mapped[PersonRow | None] = relationship(foreign_keys=[holder_id])
    legal_entity: Mapped[LegalEntityRow] = relationship()


class StatementImportRow(Base):
    """A statement file. ``state``: preview, imported, dropped."""

    __tablename__ = "statement_imports"
    __table_args__ = (Index("ix_statement_imports_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_files.sha256"), index=True)
    file_name: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10), default="preview")
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    imported_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    by: Mapped[PersonRow] = relationship(foreign_keys=[by_id])
    parts: Mapped[list["StatementPartRow"]] = relationship(
        back_populates="statement_import", order_by="StatementPartRow.ordinal", cascade="all, delete-orphan"
    )


class StatementPartRow(Base):
    """One account's table in a file, as it was read. ``kind``: wallet, bank or card; ``label``: its sheet or member.

    ``reading_sha256``: the rows as they were read, kept beside the file, since its password is not; ``added`` of the
    ``rows`` were new, ``known`` had come before; ``left_out``: row number and reason in both languages.
    """

    __tablename__ = "statement_parts"
    __table_args__ = (
        UniqueConstraint("import_id", "ordinal"),
        Index("ix_statement_parts_account_id_first_on", "account_id", "first_on"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("statement_imports.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    label: Mapped[str] = mapped_column(String(200), default="")
    profile: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    printed_account: Mapped[str | None] = mapped_column(String(100))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("payment_accounts.id"))
    reading_sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    out_fen: Mapped[int] = mapped_column(BigInteger)
    in_fen: Mapped[int] = mapped_column(BigInteger)
    added: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[list[Any]] = mapped_column(default=list)

    statement_import: Mapped[StatementImportRow] = relationship(back_populates="parts")
    account: Mapped[PaymentAccountRow | None] = relationship()


class PaymentRow(Base):
    """One row of a statement; it comes once per account, however many files hold it (``identity``).

    ``kind``: payment, refund, fee, income, transfer, closed, neutral. ``amount_fen`` is never negative and in
    hundredths of ``currency``; ``method``: what a wallet paid with, such as the card behind it; ``own_id`` and
    ``reference``: the bank's number and the merchant's. ``state``:

    - open: lacks an invoice; proposed and matched: stands in a group of that kind;
    - waived: a person said that it needs no invoice; refunded: the money came back;
    - twin: the same purchase counts in another row, ``twin_of_id``, as ``twin_why`` says in both languages;
    - aside: nothing to match.

    ``refund_of_id``: the payment that a refund gives back, which adds up to its ``refunded_fen``; ``fee_of_id``: the
    row that stated this fee.
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("account_id", "identity"),
        CheckConstraint("amount_fen >= 0", name="not_negative"),
        CheckConstraint("(state = 'twin') = (twin_of_id IS NOT NULL)", name="twin"),
        Index("ix_payments_state_paid_on_id", "state", "paid_on", "id"),
        Index("ix_payments_holder_id_state", "holder_id", "state"),
        Index("ix_payments_amount_fen_paid_on", "amount_fen", "paid_on"),
        Index("ix_payments_account_id_own_id", "account_id", "own_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("payment_accounts.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("statement_parts.id"), index=True)
    line: Mapped[int]
    identity: Mapped[str] = mapped_column(String(64))
    own_id: Mapped[str | None] = mapped_column(String(100))
    reference: Mapped[str | None] = mapped_column(String(100))
    paid_on: Mapped[date]
    paid_at: Mapped[datetime | None]
    direction: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    refunded_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    payee: Mapped[str] = mapped_column(String(200), default="")
    payee_account: Mapped[str] = mapped_column(String(100), default="")
    memo: Mapped[str] = mapped_column(String(500), default="")
    status: Mapped[str] = mapped_column(String(100), default="")
    method: Mapped[str] = mapped_column(String(100), default="")
    state: Mapped[str] = mapped_column(String(10), default="open")
    twin_of_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    twin_why: Mapped[list[str] | None]
    refund_of_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)
    fee_of_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), index=True)

    account: Mapped[PaymentAccountRow] = relationship()
    holder: Mapped[PersonRow | None] = relationship()
    part: Mapped[StatementPartRow] = relationship()

    @property
    def paid_fen(self) -> int:
        """What went out; what came back is negative."""
        return -self.amount_fen if self.kind == "refund" else self.amount_fen
