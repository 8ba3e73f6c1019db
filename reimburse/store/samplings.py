"""Sampling audits (R-64): what was drawn, from what, how, and what came of each claim."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.claims import ClaimRow
from reimburse.store.db import Base, Key


class SamplingRow(Base):
    """One sample of the claims submitted in a period. ``method``: random or risk; with ``seed`` it can be drawn again.

    ``population``: how many claims it was drawn from.
    """

    __tablename__ = "samplings"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    since: Mapped[date]
    until: Mapped[date]
    method: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    seed: Mapped[str] = mapped_column(String(50))
    population: Mapped[int]
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    drawn_at: Mapped[datetime]


class SampledClaimRow(Base):
    """A claim of a sample. ``result``: open, fine, violation; ``consequence``: none, budget, circular (F-25)."""

    __tablename__ = "sampled_claims"

    sampling_id: Mapped[int] = mapped_column(ForeignKey("samplings.id"), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True, index=True)
    position: Mapped[int]
    weight: Mapped[int]
    result: Mapped[str] = mapped_column(String(10), default="open")
    note: Mapped[str] = mapped_column(Text, default="")
    consequence: Mapped[str] = mapped_column(String(10), default="none")
    deduction_fen: Mapped[int | None] = mapped_column(BigInteger)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    noted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    claim: Mapped[ClaimRow] = relationship()
