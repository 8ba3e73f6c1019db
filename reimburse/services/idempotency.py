"""Writes that a client may repeat are done once: the key is taken in the transaction of the write."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.store.absent import insert_if_absent
from reimburse.store.db import now
from reimburse.store.idempotency import IdempotencyKeyRow
from reimburse.store.people import PersonRow


@dataclass(frozen=True, slots=True)
class DoneBefore:
    """What somebody asked for once more had been done: ``what`` (冻结, frozen), by whom, when. Nothing happened now."""

    what: Text
    by: str
    at: datetime


def done_before(session: Session, what: Text, by_id: int | None, at: datetime | None) -> DoneBefore:
    """The answer to whoever asks for what this person did then."""
    return DoneBefore(what, session.get_one(PersonRow, by_id).name if by_id else "", at or now())


def result_of(session: Session, person_id: int, key: str | None) -> str | None:
    """Where the write with this key led if it was done before; else the key is taken and None comes back.

    A second request with the same key waits for the first one's transaction.
    """
    if not key:
        return None
    values = {"person_id": person_id, "key": key[:100], "result": "", "made_at": now()}
    if insert_if_absent(session, IdempotencyKeyRow, values):
        return None
    return session.get_one(IdempotencyKeyRow, (person_id, key[:100])).result


def remember(session: Session, person_id: int, key: str | None, result: str) -> None:
    """Note where the write with this key led."""
    if key:
        session.get_one(IdempotencyKeyRow, (person_id, key[:100])).result = result


def repeated(session: Session, person_id: int, key: str | None, what: Text) -> DoneBefore | None:
    """What the person did with this key before; else the key is taken, as by ``result_of``."""
    if key is None or result_of(session, person_id, key) is None:
        return None
    return done_before(session, what, person_id, session.get_one(IdempotencyKeyRow, (person_id, key[:100])).made_at)
