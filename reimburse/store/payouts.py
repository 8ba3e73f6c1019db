"""Money that goes out to employees: what is owed, the bank files it is in, each attempt, the bank's results."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.db import Base, Key
from reimburse.store.people import PersonRow


class PayoutRow(Base):
    """What is owed to one person: of one batch (one sum for what they paid themselves), or one advance.

    ``state``: due, ordered (in a bank file), paid, failed, cancelled. ``reference`` is the bank's, or finance's.
    Of one that failed, finance looks into it within 24 hours of ``failed_at`` (F-38): ``looked_at``, ``look_note``.
    What was paid and came back from the bank (退汇) has failed too, on ``returned_on``; it is owed again.
    """

    __tablename__ = "payouts"
    __table_args__ = (
        CheckConstraint("(batch_id IS NULL) <> (advance_id IS NULL)", name="of_a_batch_or_an_advance"),
        CheckConstraint("amount_fen > 0 OR state = 'cancelled'", name="something_is_owed"),
        UniqueConstraint("batch_id", "person_id"),
        Index("ix_payouts_state_id", "state", "id"),
        Index("ix_payouts_person_id_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    advance_id: Mapped[int | None] = mapped_column(ForeignKey("advances.id"), unique=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10), default="due")
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(String(300), default="")
    failed_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    look_note: Mapped[str] = mapped_column(String(300), default="")
    reference: Mapped[str] = mapped_column(String(100), default="")
    paid_on: Mapped[date | None]
    returned_on: Mapped[date | None]
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    person: Mapped[PersonRow] = relationship(foreign_keys=[person_id])


class PayoutClaimRow(Base):
    """What one claim adds to a payout, in fen; nothing any more once the claim is reversed before it was paid."""

    __tablename__ = "payout_claims"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    payout_id: Mapped[int] = mapped_column(ForeignKey("payouts.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class PayoutFileRow(Base):
    """A file for the bank. ``layout`` names its form, ``sha256`` its bytes; ``downloads`` counts who took it away."""

    __tablename__ = "payout_files"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    file_no: Mapped[str] = mapped_column(String(30), unique=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    layout: Mapped[str] = mapped_column(String(30))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    lines: Mapped[int]
    total_fen: Mapped[int] = mapped_column(BigInteger)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    downloads: Mapped[int] = mapped_column(default=0)
    downloaded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class PayoutAttemptRow(Base):
    """One line of a bank file: what was ordered, to which account. ``state``: ordered, paid, failed, withdrawn.

    One that was paid may be ``returned`` on ``returned_on``, by the result ``return_id`` where the bank's file said so.
    ``reference`` is ours (业务参考号); the bank repeats it in its result, and no two lines ever share one.
    """

    __tablename__ = "payout_attempts"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    payout_id: Mapped[int] = mapped_column(ForeignKey("payouts.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("payout_files.id"), index=True)
    result_id: Mapped[int | None] = mapped_column(ForeignKey("payout_results.id"), index=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    account: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(10), default="ordered")
    failure: Mapped[str] = mapped_column(String(300), default="")
    settled_on: Mapped[date | None]
    returned_on: Mapped[date | None]
    return_id: Mapped[int | None] = mapped_column(ForeignKey("payout_results.id"))

    payout: Mapped[PayoutRow] = relationship()


class PayoutResultRow(Base):
    """A result of the bank that was imported: of so many lines so many are through, and what they settled."""

    __tablename__ = "payout_results"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    lines: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    paid: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0, server_default="0")
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class PayoutLeftOutRow(Base):
    """A line of the bank's result that settled nothing, and why; ``row`` counts from 1 in its file."""

    __tablename__ = "payout_left_out"

    result_id: Mapped[int] = mapped_column(ForeignKey("payout_results.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(200), default="")
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    zh: Mapped[str] = mapped_column(String(500))
    en: Mapped[str] = mapped_column(String(500))


class PayoutAccountRow(Base):
    """A change of somebody's payout account that finance has to look at before money goes there.

    ``state``: proposed, confirmed, refused, withdrawn. ``stated`` are the columns of ``PersonRow`` it would set.
    """

    __tablename__ = "payout_accounts"
    __table_args__ = (Index("ix_payout_accounts_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    stated: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    person: Mapped[PersonRow] = relationship(foreign_keys=[person_id])
    asked_by: Mapped[PersonRow] = relationship(foreign_keys=[asked_by_id])
