"""Events: append-only, one hash chain a claim, batch, invoice, file or entry."""

import json
from datetime import datetime
from typing import Any, Protocol

from flask import current_app
from sqlalchemy import ColumnElement, ForeignKey, String, Text, UniqueConstraint, and_, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from reimburse.domain.chain import GENESIS, event_digest
from reimburse.store.db import Base, Key

KEPT = "kept_rows"
"""Where a session notes which stored rows changed (``reimburse.store.kept``)."""
ROWS = "rows"
"""The part of a payload that states the digests of stored rows, by table and key."""
STATED = "kept"
"""The kind of an event that only states rows: nothing else happened on its chain."""
__all__ = ["GENESIS", "KEPT", "ROWS", "STATED", "EventRow", "algorithm_in_force", "event_hash", "happened", "record"]


class EventRow(Base):
    """Something that happened. ``payload`` is canonical JSON and names people by id only.

    ``algorithm`` is what its hash is computed with: the setting ``archive_digest`` of that day.
    """

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    chain: Mapped[str] = mapped_column(String(60))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
    payload: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    algorithm: Mapped[str] = mapped_column(String(10), default="sha256", server_default="sha256")


class Kept(Protocol):
    """What a session knows of the stored rows that changed in it."""

    def stated(self, session: Session, chain: str, algorithm: str) -> dict[str, dict[str, str]]:
        """The digests that the next event of this chain has to state, by table and key; they count as stated."""


def record(
    session: Session, chain: str, kind: str, actor_id: int | None, at: datetime, payload: dict[str, Any]
) -> EventRow:
    """Append an event to its chain, in the caller's transaction. ``actor_id`` None is the system.

    Stored rows of the chain that changed since the event before are stated by their digests.
    """
    session.flush()
    _take_turn(session, chain)
    algorithm = algorithm_in_force()
    kept: Kept | None = session.info.get(KEPT)
    rows = kept.stated(session, chain, algorithm) if kept else {}
    last = session.scalar(select(EventRow).where(EventRow.chain == chain).order_by(EventRow.seq.desc()).limit(1))
    event = EventRow(
        chain=chain,
        seq=last.seq + 1 if last else 1,
        kind=kind,
        actor_id=actor_id,
        at=at,
        payload=_text({**payload, ROWS: rows} if rows else payload),
        previous_hash=last.hash if last else GENESIS,
        algorithm=algorithm,
    )
    event.hash = event_hash(event)
    session.add(event)
    session.flush()
    return event


def happened(chain: str) -> ColumnElement[bool]:
    """The events of a chain in which something happened; those that only state rows are left out."""
    return and_(EventRow.chain == chain, EventRow.kind != STATED)


def algorithm_in_force() -> str:
    """The digest that new events are hashed with."""
    chosen: str = current_app.extensions["settings"].archive_digest
    return chosen


def event_hash(event: EventRow) -> str:
    """The digest over the previous hash and every field of the event."""
    fields = (event.chain, str(event.seq), event.kind, str(event.actor_id), event.at.isoformat(), event.payload)
    return event_digest(event.algorithm, event.previous_hash, fields)


def _take_turn(session: Session, chain: str) -> None:
    """Whoever writes on the same chain waits until this transaction is over; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(chain, 0))))


def _text(payload: dict[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
