"""Notes which stored rows change in a transaction, so that its events state their digests: nothing is left out.

The next event of a row's chain states it; where a transaction ends and nothing happened on that chain, an event of its
own does. Statements that change many rows at once are looked into before they run.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Insert, event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from reimburse.store.db import Base, now
from reimburse.store.events import KEPT, ROWS, algorithm_in_force, record
from reimburse.store.kept_digests import digests_of, owners_of
from reimburse.store.kept_tables import GROUPS, Group, Kept

BY_ROW: dict[type[Base], tuple[Group, Kept]] = {kept.row: (group, kept) for group in GROUPS for kept in group.tables}


class ByStatement(TypeError):
    """A kept row was inserted by a statement that does not say what it belongs to: add it to the session instead."""


class Changed:
    """What changed since it was last stated: the groups of tables by chain."""

    def __init__(self) -> None:
        self._groups: dict[str, list[Group]] = {}

    def note(self, group: Group, owner_id: int) -> None:
        """Note that a row of this group changed."""
        groups = self._groups.setdefault(f"{group.family}:{owner_id}", [])
        if group not in groups:
            groups.append(group)

    def stated(self, session: Session, chain: str, algorithm: str) -> dict[str, dict[str, str]]:
        """The digests of the chain's changed groups, by table and key; from now on they are not changed any more."""
        owner_id = int(chain.rpartition(":")[2]) if chain in self._groups else 0
        stated: dict[str, dict[str, str]] = {}
        for group in self._groups.pop(chain, ()):
            stated |= digests_of(session, group, [owner_id], algorithm).get(owner_id, {})
        return stated

    def waiting(self) -> Mapping[str, str]:
        """The chains with groups that no event has stated yet, and the kind of event that would."""
        return {chain: groups[0].kind for chain, groups in self._groups.items()}

    def clear(self) -> None:
        """Forget everything: the transaction is over."""
        self._groups.clear()


def changed(session: Session) -> Changed:
    """What changed in this session."""
    found: Changed = session.info.setdefault(KEPT, Changed())
    return found


def touch(session: Session, family: str, owner_id: int) -> None:
    """Have everything that belongs to this owner stated anew, changed or not."""
    for group in GROUPS:
        if group.family == family:
            changed(session).note(group, owner_id)


def _after_flush(session: Session, _context: UOWTransaction) -> None:
    for obj in (*session.new, *session.dirty, *session.deleted):
        known = BY_ROW.get(type(obj))
        if known is None or not (_counts(known[1], obj) and (obj not in session.dirty or _differs(known[1], obj))):
            continue
        for owner_id in _owner_ids(session, known[1], obj):
            changed(session).note(known[0], owner_id)


def _counts(kept: Kept, obj: Base) -> bool:
    """Whether the row counts, or did before."""
    if kept.counts is None:
        return True
    history = inspect(obj).attrs[kept.counts].history
    return any(value is not None for value in (*history.added, *history.unchanged, *history.deleted))


def _differs(kept: Kept, obj: Base) -> bool:
    attributes = inspect(obj).attrs
    keys = (inspect(kept.row).get_property_by_column(kept.table.c[name]).key for name in kept.columns)
    return any(attributes[key].history.has_changes() for key in (*keys, *kept.watch))


def _owner_ids(session: Session, kept: Kept, obj: Base) -> set[int]:
    """What the row belongs to now, and what it belonged to before."""
    history = inspect(obj).attrs[kept.via or kept.owner.key].history
    ids = {int(value) for value in (*history.added, *history.unchanged, *history.deleted) if value is not None}
    return set(owners_of(session, kept, ids)) if kept.via else ids


def _before_statement(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    known = BY_ROW.get(state.bind_mapper.class_)
    if known is not None:
        for owner_id in _owners_in(state, known[1]):
            changed(state.session).note(known[0], owner_id)


def _owners_in(state: ORMExecuteState, kept: Kept) -> Iterable[int]:
    """The owners of the rows that a statement is about to change, before it does."""
    statement = state.statement
    if isinstance(statement, Insert):
        return _owners_inserted(state, statement, kept)
    query = select(kept.owner).select_from(kept.row)
    if kept.via:
        query = query.join(kept.owner.class_, kept.owner.class_.id == kept.table.c[kept.via])
    where = getattr(statement, "whereclause", None)
    return set(state.session.scalars(query.where(where) if where is not None else query))


def _owners_inserted(state: ORMExecuteState, statement: Insert, kept: Kept) -> Iterable[int]:
    given: Any = state.parameters
    many: list[dict[str, Any]] = given if isinstance(given, list) else [given or {}]
    name = kept.via or kept.owner.key
    ids = {one[name] if name in one else statement.compile().params.get(name) for one in many}
    if None in ids:
        raise ByStatement(kept.name)
    found = {int(value) for value in ids if value is not None}
    return owners_of(state.session, kept, found) if kept.via else found


def _before_commit(session: Session) -> None:
    """State what no event has stated: one event a chain, by the system."""
    if session.in_nested_transaction():
        return
    session.flush()
    algorithm = algorithm_in_force() if changed(session).waiting() else ""
    for chain, kind in changed(session).waiting().items():
        rows = changed(session).stated(session, chain, algorithm)
        if rows:
            record(session, chain, kind, None, now(), {ROWS: rows})
    changed(session).clear()


def _after_rollback(session: Session, previous: SessionTransaction) -> None:
    if not previous.nested:
        changed(session).clear()


event.listen(Session, "after_flush", _after_flush)
event.listen(Session, "do_orm_execute", _before_statement)
event.listen(Session, "before_commit", _before_commit)
event.listen(Session, "after_soft_rollback", _after_rollback)
