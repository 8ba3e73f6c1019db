"""Writes that a client may repeat are done once: the key is taken in the transaction of the write."""

from sqlalchemy.orm import Session

from reimburse.store.absent import insert_if_absent
from reimburse.store.db import now
from reimburse.store.idempotency import IdempotencyKeyRow


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
