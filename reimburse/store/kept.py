"""Notes which stored rows change in a transaction, so that its events state their digests: nothing is left out.

The next event of a row's chain states it; where a transaction ends and nothing happened on that chain, an event of its
own does. Statements that change many rows at once are looked into before they run.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from sqlalchemy import Executable, Insert, Update, event, inspect, select, tuple_
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction

from reimburse.store.db import Base, now
from reimburse.store.events import KEPT, ROWS, algorithm_in_force, record
from reimburse.store.kept_digests import digests_of, owners_of
from reimburse.store.kept_group import Column, Group, Kept, Owner, chain_name, owner_of
from reimburse.store.kept_tables import GROUPS, owner_in

BY_ROW: dict[type[Base], tuple[Group, Kept]] = {kept.row: (group, kept) for group in GROUPS for kept in group.tables}
THROUGH: dict[Any, list[tuple[Group, str]]] = {}
"""Groups whose rows lead to their owner through a row of this kind, and its attribute that names the owner."""
for _group, _kept in BY_ROW.values():
    if _kept.via:
        THROUGH.setdefault(_kept.owners[0].class_, []).append((_group, _kept.owners[0].key))
UNNOTED = {"kept_unnoted": True}
"""The execution option of a statement whose changes the caller notes itself."""


class ByStatement(TypeError):
    """A kept row was inserted by a statement that does not say what it belongs to: add it to the session instead."""


class Changed:
    """What changed since it was last stated: the groups of tables by chain."""

    def __init__(self) -> None:
        self._groups: dict[str, list[Group]] = {}

    def note(self, group: Group, owner: Owner) -> None:
        """Note that a row of this group changed."""
        groups = self._groups.setdefault(chain_name(group.family, owner), [])
        if group not in groups:
            groups.append(group)

    def stated(self, session: Session, chain: str, algorithm: str) -> dict[str, dict[str, str]]:
        """The digests of the chain's changed groups, by table and key; from now on they are not changed any more."""
        stated: dict[str, dict[str, str]] = {}
        for group in self._groups.pop(chain, ()):
            owner = owner_in(chain)
            if owner is not None:
                stated |= digests_of(session, group, [owner], algorithm).get(owner, {})
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


def touch(session: Session, family: str, owner: Owner) -> None:
    """Have everything that belongs to this owner stated anew, changed or not."""
    for group in GROUPS:
        if group.family == family:
            changed(session).note(group, owner)


def inserted(session: Session, row: type[Base], keys: Collection[tuple[Any, ...]], columns: Sequence[Column]) -> None:
    """Note rows that a statement inserted whose owners only the database knew; these columns hold these values."""
    known = BY_ROW.get(row)
    if known is not None and keys:
        query = select(*known[1].owners).where(tuple_(*columns).in_(keys))
        for values in session.execute(query):
            changed(session).note(known[0], owner_of(known[1], values))


def _after_flush(session: Session, _context: UOWTransaction) -> None:
    between: dict[type[Base], set[int]] = {}
    for obj in (*session.new, *session.dirty, *session.deleted):
        _note_moved(session, obj)
        known = BY_ROW.get(type(obj))
        if known is None or not (_counts(known[1], obj) and (obj not in session.dirty or _differs(known[1], obj))):
            continue
        if known[1].via:
            between.setdefault(type(obj), set()).update(_ever(obj, known[1].via))
            continue
        for owner in _owners_ever(known[1], obj):
            changed(session).note(known[0], owner)
    for row, ids in between.items():
        for owner in owners_of(session, BY_ROW[row][1], ids):
            changed(session).note(BY_ROW[row][0], owner)


def _note_moved(session: Session, obj: Base) -> None:
    """What leads to its owner through this row goes along where it moves to another owner, or goes."""
    for group, name in THROUGH.get(type(obj), ()):
        if obj in session.deleted or (obj in session.dirty and inspect(obj).attrs[name].history.has_changes()):
            for owner in _ever(obj, name):
                changed(session).note(group, owner)


def _counts(kept: Kept, obj: Base) -> bool:
    """Whether the row counts, or did before."""
    return kept.counts is None or bool(_ever(obj, kept.counts))


def _differs(kept: Kept, obj: Base) -> bool:
    attributes = inspect(obj).attrs
    keys = (inspect(kept.row).get_property_by_column(kept.table.c[name]).key for name in kept.columns)
    return any(attributes[key].history.has_changes() for key in (*keys, *kept.watch))


def _owners_ever(kept: Kept, obj: Base) -> set[Owner]:
    """What the row belongs to now, and what it belonged to before."""
    values = [_ever(obj, column.key) for column in kept.owners]
    return {owner_of(kept, found) for found in product(*values)}


def _ever(obj: Base, name: str) -> set[Any]:
    """What an attribute holds now, and what it held before."""
    history = inspect(obj).attrs[name].history
    return {value for value in (*history.added, *history.unchanged, *history.deleted) if value is not None}


def _before_statement(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    known = BY_ROW.get(state.bind_mapper.class_)
    if known is None or state.execution_options.get("kept_unnoted") or _without_trace(state.statement, known[1]):
        return
    for owner in _owners_in(state, known[1]):
        changed(state.session).note(known[0], owner)


def _without_trace(statement: Executable, kept: Kept) -> bool:
    """Whether a statement changes only columns that no digest covers."""
    values: Any = statement._values if isinstance(statement, Update) else None
    return bool(values) and not {column.name for column in values} & set(kept.columns)


def _owners_in(state: ORMExecuteState, kept: Kept) -> Iterable[Owner]:
    """The owners of the rows that a statement is about to change, before it does."""
    statement = state.statement
    if isinstance(statement, Insert):
        return _owners_inserted(state, statement, kept)
    query = select(*kept.owners).select_from(kept.row)
    if kept.via:
        between: Any = kept.owners[0].class_
        query = query.join(between, between.id == kept.table.c[kept.via])
    where = getattr(statement, "whereclause", None)
    rows = state.session.execute(query.where(where) if where is not None else query)
    return {owner_of(kept, row) for row in rows}


def _owners_inserted(state: ORMExecuteState, statement: Insert, kept: Kept) -> Iterable[Owner]:
    given: Any = state.parameters
    many: list[dict[str, Any]] = given if isinstance(given, list) else [given or {}]
    names = (kept.via,) if kept.via else tuple(column.key for column in kept.owners)
    found = {tuple(_given(statement, one, name) for name in names) for one in many}
    if any(None in values for values in found):
        raise ByStatement(kept.name)
    if kept.via:
        return owners_of(state.session, kept, {int(values[0]) for values in found})
    return {owner_of(kept, values) for values in found}


def _given(statement: Insert, one: Mapping[str, Any], name: str) -> Any:
    return one[name] if name in one else statement.compile().params.get(name)


def _before_commit(session: Session) -> None:
    """State what no event has stated: one event a chain, by the system."""
    if session.in_nested_transaction():
        return
    session.flush()
    algorithm = algorithm_in_force() if changed(session).waiting() else ""
    for chain, kind in sorted(changed(session).waiting().items()):
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
