"""Rows of an earlier release are taken into the archive as they were found, a few at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.services.archive_chains import Told, told_by
from reimburse.services.outbox import mark_done
from reimburse.store.archive import AdoptionRow
from reimburse.store.db import now, reading, transaction
from reimburse.store.events import ROWS, algorithm_in_force, record
from reimburse.store.kept import changed
from reimburse.store.kept_tables import GROUPS, OWNERS

AT_ONCE = 50


def adopt(outbox_id: int | None = None) -> int:
    """State every row that is older than the archive and that no event has stated; how many things were looked at.

    What is older than its digest cannot be proved: the event says ``adopted``.
    """
    looked_at = 0
    with reading() as session:
        families = list(session.scalars(select(AdoptionRow.family).where(AdoptionRow.done_id < AdoptionRow.until_id)))
    for family in families:
        while done := _adopt_some(family):
            looked_at += done
    with transaction() as session:
        mark_done(session, outbox_id)
    return looked_at


def _adopt_some(family: str) -> int:
    owner: Any = OWNERS[family]
    with transaction() as session:
        row = session.get_one(AdoptionRow, family, with_for_update=True, populate_existing=True)
        older = select(owner.id).where(owner.id > row.done_id, owner.id <= row.until_id)
        ids = session.scalars(older.order_by(owner.id).limit(AT_ONCE)).all()
        row.done_id = ids[-1] if len(ids) == AT_ONCE else row.until_id
        chains = [f"{family}:{owner_id}" for owner_id in ids]
        known = {told.chain: told for told in told_by(session, chains, lambda _: None)}
        for chain in chains:
            _adopt(session, known.get(chain) or Told(chain))
        return len(ids)


def _adopt(session: Session, told: Told) -> None:
    """State what no event states yet; what one states already is left alone, so that a change of it still shows."""
    unstated: Sequence[Any] = [
        group
        for group in GROUPS
        if group.family == told.family and not any(kept.name in told.rows for kept in group.tables)
    ]
    for group in unstated:
        changed(session).note(group, told.owner_id or 0)
    rows = changed(session).stated(session, told.chain, algorithm_in_force())
    if any(rows.values()):
        record(session, told.chain, "adopted", None, now(), {ROWS: rows})
