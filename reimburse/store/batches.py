"""Batches of approved claims: collected, frozen, exported, posted, reversed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.claims import ClaimRow
from reimburse.store.db import Base, Key


class BatchRow(Base):
    """A batch; ``state`` is a ``domain.batch.BatchState``. ``control`` holds the totals taken when it was frozen.

    ``posted_on`` is the day of its entries in the books. ``reversal_of_id`` is the batch that this one mirrors, in
    part or whole: made and checked by the two people who asked for the reversal and confirmed it.
    """

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    batch_no: Mapped[str] = mapped_column(String(30), unique=True)
    legal_entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    frozen_at: Mapped[datetime | None]
    exported_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    exported_at: Mapped[datetime | None]
    posted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    posted_at: Mapped[datetime | None]
    posted_on: Mapped[date | None]
    reversal_of_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"), index=True)
    control: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class BatchClaimRow(Base):
    """A claim in a batch; a claim is in one batch only. Whoever collected it does not freeze the batch."""

    __tablename__ = "batch_claims"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    total_fen: Mapped[int] = mapped_column(BigInteger)
    collected_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    claim: Mapped[ClaimRow] = relationship()


class BatchWorkRow(Base):
    """What the background does, or last did, with a batch: how many claims of how many.

    ``kind``: collect, freeze, export, post, reverse. ``asked`` is what the work was given. ``problem_zh`` and
    ``problem_en`` say why it gave up.
    """

    __tablename__ = "batch_work"

    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done: Mapped[int] = mapped_column(default=0)
    wanted: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    problem_zh: Mapped[str | None] = mapped_column(Text)
    problem_en: Mapped[str | None] = mapped_column(Text)


class ReversalRow(Base):
    """Somebody in finance asked to reverse a batch, or one claim of it, and why; somebody else confirms.

    ``state``: asked, confirmed, done, withdrawn. ``mirror_batch_id`` is the batch that mirrors it once it is done.
    """

    __tablename__ = "reversals"
    __table_args__ = (Index("ix_reversals_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10), default="asked")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None]
    mirror_batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    claim: Mapped[ClaimRow | None] = relationship()
