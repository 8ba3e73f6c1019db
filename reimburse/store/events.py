"""Events: append-only, one hash chain a claim, batch or invoice."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from reimburse.store.db import Base, Key

GENESIS = "0" * 64


class EventRow(Base):
    """Something that happened. ``payload`` is canonical JSON and names people by id only."""

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


def record(
    session: Session, chain: str, kind: str, actor_id: int | None, at: datetime, payload: dict[str, Any]
) -> EventRow:
    """Append an event to its chain, in the caller's transaction. ``actor_id`` None is the system."""
    last = session.scalar(select(EventRow).where(EventRow.chain == chain).order_by(EventRow.seq.desc()).limit(1))
    event = EventRow(
        chain=chain,
        seq=last.seq + 1 if last else 1,
        kind=kind,
        actor_id=actor_id,
        at=at,
        payload=json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        previous_hash=last.hash if last else GENESIS,
    )
    event.hash = event_hash(event)
    session.add(event)
    session.flush()
    return event


def event_hash(event: EventRow) -> str:
    """SHA-256 over the previous hash and every field of the event."""
    parts = [event.previous_hash, event.chain, str(event.seq), event.kind, str(event.actor_id), event.at.isoformat()]
    return hashlib.sha256("\n".join([*parts, event.payload]).encode()).hexdigest()
