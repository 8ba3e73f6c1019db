"""Versions of the expense policy that finance makes in the browser, and every policy that a claim was judged by."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reimburse.store.db import Base, Key
from reimburse.store.people import PersonRow


class PolicyVersionRow(Base):
    """A version of the policy, complete: ``files`` are its subject files by name, as TOML text.

    ``state`` goes draft, proposed, published; a published version is never changed or deleted. ``edited_by`` are the
    ids of those who worked on it: none of them approves it.
    """

    __tablename__ = "policy_versions"
    __table_args__ = (
        CheckConstraint(
            "state <> 'published' OR (published_by_id IS NOT NULL AND approved_by_id IS NOT NULL"
            " AND published_at IS NOT NULL)",
            "two_people",
        ),
        CheckConstraint("approved_by_id <> published_by_id", "maker_is_not_checker"),
        Index("ix_policy_versions_state_published_at", "state", "published_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    version: Mapped[str] = mapped_column(String(50), unique=True)
    effective_from: Mapped[date]
    based_on: Mapped[str] = mapped_column(String(50))
    files: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20), default="draft")
    reason: Mapped[str] = mapped_column(String(1000), default="")
    sent_back: Mapped[str] = mapped_column(String(1000), default="")
    edited_by: Mapped[list[Any]] = mapped_column(default=list)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    published_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}

    created_by: Mapped[PersonRow] = relationship(foreign_keys=created_by_id)
    published_by: Mapped[PersonRow | None] = relationship(foreign_keys=published_by_id)
    approved_by: Mapped[PersonRow | None] = relationship(foreign_keys=approved_by_id)


class PolicySnapshotRow(Base):
    """A policy that claims were judged by, as JSON to the byte; kept for ever, whatever happens to its files."""

    __tablename__ = "policy_snapshots"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(50))
    content: Mapped[str] = mapped_column(Text)
    stored_at: Mapped[datetime]


class PolicySimulationRow(Base):
    """What a draft would have said of stored claims. ``cursor`` is the last check that was judged again."""

    __tablename__ = "policy_simulations"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id", ondelete="CASCADE"), index=True)
    files: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    since: Mapped[date | None]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    total: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[int] = mapped_column(Key, default=0)
    tally: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done_at: Mapped[datetime | None]
