"""Batches of approved claims: collected, frozen, exported."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.claims import ClaimRow
from reimburse.store.db import Base, Key


class BatchRow(Base):
    """A batch. ``state``: open, frozen, exported. ``control`` holds the totals taken when it was frozen."""

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
    control: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class BatchClaimRow(Base):
    """A claim in a batch; a claim is in one batch only."""

    __tablename__ = "batch_claims"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    total_fen: Mapped[int] = mapped_column(BigInteger)

    claim: Mapped[ClaimRow] = relationship()
