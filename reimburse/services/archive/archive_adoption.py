"""Rows of an earlier release are taken into the archive as they were found, a few at a time."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from reimburse.services.archive.archive_chains import Told, told_by
from reimburse.services.outbox import mark_done
from reimburse.store.archive import AdoptionRow
from reimburse.store.db import now, reading, transaction
from reimburse.store.events import ROWS, algorithm_in_force, record
from reimburse.store.kept import changed
from reimburse.store.kept_group import Group, Kept, Owner, chain_name, owner_of
from reimburse.store.kept_tables import GROUPS, OWNERS

AT_ONCE = 50


def adopt(outbox_id: int | None = None) -> int:
    """State every row that is older than its being kept and that no event has stated; how many things were looked at.

    What is older than its digest cannot be proved: the event says ``adopted``.
    """
    looked_at = 0
    with reading() as session:
        waiting = select(AdoptionRow.family).where(AdoptionRow.done_id < AdoptionRow.until_id)
        adoptions = list(session.scalars(waiting))
    for adoption in adoptions:
        groups = [group for group in GROUPS if group.adoption == adoption]
        if groups and groups[0].keyed:
            looked_at += _adopt_keyed(adoption, groups)
        while groups and not groups[0].keyed and (done := _adopt_some(adoption, groups)):
            looked_at += done
    with transaction() as session:
        mark_done(session, outbox_id)
    return looked_at


def _adopt_some(adoption: str, groups: Sequence[Group]) -> int:
    owner: Any = OWNERS[groups[0].family]
    with transaction() as session:
        row = _locked(session, adoption)
        older = select(owner.id).where(owner.id > row.done_id, owner.id <= row.until_id)
        ids = list(session.scalars(older.order_by(owner.id).limit(AT_ONCE)))
        row.done_id = ids[-1] if len(ids) == AT_ONCE else row.until_id
        _adopt(session, groups, ids)
        return len(ids)


def _adopt_keyed(adoption: str, groups: Sequence[Group]) -> int:
    """What is known by a key is gone through table by table; run again, what is stated already is left alone."""
    looked_at = 0
    for kept in (kept for group in groups for kept in group.tables):
        owners: list[Owner] = []
        while owners := _next_owners(kept, owners[-1] if owners else None):
            with transaction() as session:
                _adopt(session, groups, owners)
            looked_at += len(owners)
    with transaction() as session:
        row = _locked(session, adoption)
        row.done_id = row.until_id
    return looked_at


def _next_owners(kept: Kept, after: Owner | None) -> list[Owner]:
    query = select(*kept.owners).distinct().order_by(*kept.owners).limit(AT_ONCE)
    with reading() as session:
        rows = session.execute(query.where(tuple_(*kept.owners) > after) if after else query)
        return [owner_of(kept, row) for row in rows]


def _locked(session: Session, adoption: str) -> AdoptionRow:
    return session.get_one(AdoptionRow, adoption, with_for_update=True, populate_existing=True)


def _adopt(session: Session, groups: Sequence[Group], owners: Sequence[Owner]) -> None:
    """State what no event states yet; what one states already is left alone, so that a change of it still shows."""
    names = {chain_name(groups[0].family, owner): owner for owner in owners}
    known = {told.chain: told for told in told_by(session, list(names), lambda _: None)}
    for chain, owner in names.items():
        told = known.get(chain) or Told(chain)
        for group in groups:
            if not any(kept.name in told.rows for kept in group.tables):
                changed(session).note(group, owner)
        rows = changed(session).stated(session, chain, algorithm_in_force())
        if any(rows.values()):
            record(session, chain, "adopted", None, now(), {ROWS: rows})
