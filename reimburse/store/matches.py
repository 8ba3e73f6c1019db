"""Which payments settle which invoices: proposed by the engine or decided by a person, and what people taught it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.db import Base, Key
from reimburse.store.invoices import InvoiceRow
from reimburse.store.payments import PaymentRow


class MatchGroupRow(Base):
    """Invoices and payments that settle each other. ``state``: proposed, confirmed.

    ``evidence``: facts by kind and value; ``alternatives``: other groups as good, each with ids of invoices and
    payments; ``is_unique``: the engine knows of none. ``first_on``: the day of the earliest payment.
    """

    __tablename__ = "match_groups"
    __table_args__ = (
        CheckConstraint("(state = 'confirmed') = (decision_id IS NOT NULL)", name="decided"),
        Index("ix_match_groups_state_is_unique_first_on_id", "state", "is_unique", "first_on", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    is_unique: Mapped[bool]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    difference_fen: Mapped[int] = mapped_column(default=0)
    first_on: Mapped[date]
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    alternatives: Mapped[list[Any]] = mapped_column(default=list)
    made_at: Mapped[datetime]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("match_decisions.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    payments: Mapped[list[PaymentRow]] = relationship(
        secondary="match_payments", viewonly=True, order_by=(PaymentRow.paid_on, PaymentRow.id)
    )
    invoices: Mapped[list[InvoiceRow]] = relationship(
        secondary="match_invoices", viewonly=True, order_by=(InvoiceRow.issue_date, InvoiceRow.id)
    )


class MatchPaymentRow(Base):
    """A payment stands in one group at most."""

    __tablename__ = "match_payments"

    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("match_groups.id", ondelete="CASCADE"), index=True)


class MatchInvoiceRow(Base):
    """An invoice key stands in one group at most, in however many wallets it is; ``invoice_id`` is one of them."""

    __tablename__ = "match_invoices"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[str] = mapped_column(String(30), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoices.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("match_groups.id", ondelete="CASCADE"), index=True)


class MatchDecisionRow(Base):
    """What a person decided. ``kind``: confirm, choose, split, never, alias, waive, not_twin, twin.

    ``said``: the rows it was about, as they were. Undone, it stays on record and binds nobody.
    """

    __tablename__ = "match_decisions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    said: Mapped[dict[str, Any]]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    undone_at: Mapped[datetime | None]


class MatchNeverRow(Base):
    """A payment and an invoice key that never stand in one group."""

    __tablename__ = "match_never"

    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[str] = mapped_column(String(30), primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("match_decisions.id"), index=True)


class MatchSplitRow(Base):
    """A group that was taken apart and is not proposed again as it was.

    ``digest`` is over its rows, of which ``payment_id`` is the first payment.
    """

    __tablename__ = "match_splits"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    payments: Mapped[list[Any]]
    invoices: Mapped[list[Any]]
    decision_id: Mapped[int] = mapped_column(ForeignKey("match_decisions.id"), index=True)


class MatchAliasRow(Base):
    """A payee who is this seller under another name; both as they are compared."""

    __tablename__ = "match_aliases"

    payee_key: Mapped[str] = mapped_column(String(200), primary_key=True)
    seller_key: Mapped[str] = mapped_column(String(200), primary_key=True)
    payee: Mapped[str] = mapped_column(String(200))
    seller: Mapped[str] = mapped_column(String(200))
    decision_id: Mapped[int] = mapped_column(ForeignKey("match_decisions.id"), index=True)


class NotTwinRow(Base):
    """Two rows of two statements that a person said are two purchases."""

    __tablename__ = "payment_not_twins"

    wallet_payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    card_payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("match_decisions.id"), index=True)


class MatchStandingRow(Base):
    """When the engine last ran over what is open, and what it said; one row, which a run locks.

    ``asked_at``: a run is asked for that has not begun.
    """

    __tablename__ = "match_standing"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    asked_at: Mapped[datetime | None]
    ran_at: Mapped[datetime | None]
    payments: Mapped[int] = mapped_column(default=0)
    invoices: Mapped[int] = mapped_column(default=0)
    groups: Mapped[int] = mapped_column(default=0)
    optimal: Mapped[bool] = mapped_column(default=False)
