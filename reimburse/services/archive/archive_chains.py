"""Every chain of events, link by link, and the stored rows against what their chain states of them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reimburse.domain.chain import GENESIS
from reimburse.domain.digests import ALGORITHMS
from reimburse.domain.finding import Text
from reimburse.services.archive.archive_names import Problem, name_of, problem
from reimburse.services.archive.archive_seals import SLOWEST, newest_seal
from reimburse.store.archive import SealLeafRow, SealRow
from reimburse.store.events import ROWS, EventRow, event_hash
from reimburse.store.kept_group import Owner
from reimburse.store.kept_tables import owner_in

AT_ONCE = 100


@dataclass(slots=True)
class Told:
    """What a chain's events say in the end: where it stands, the state it led to, the digests of its rows.

    ``rows`` holds, by table, the algorithm and the digest of every row that there is.
    """

    chain: str
    seq: int = 0
    hash: str = GENESIS
    event_id: int = 0
    at: datetime | None = None
    state: str | None = None
    rows: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def family(self) -> str:
        """What it is named after."""
        return self.chain.partition(":")[0]

    @property
    def owner(self) -> Owner | None:
        """What it is named after: an id, or a key."""
        return owner_in(self.chain)


def names_after(session: Session, after: str) -> list[str]:
    """The chains that follow this one by name, a few of them."""
    names = select(EventRow.chain).where(EventRow.chain > after).group_by(EventRow.chain)
    return list(session.scalars(names.order_by(EventRow.chain).limit(AT_ONCE)))


def told_by(session: Session, chains: Sequence[str], count: Callable[[str], None]) -> list[Told]:
    """These chains, walked to their ends, in the order given."""
    query = select(EventRow).where(EventRow.chain.in_(chains)).order_by(EventRow.chain, EventRow.seq)
    found: dict[str, Told] = {}
    for chain, events in groupby(session.scalars(query.execution_options(yield_per=500)), lambda event: event.chain):
        told = found[chain] = Told(chain)
        for event in events:
            _walk(session, told, event)
            session.expunge(event)
            count("events")
    _compare_seals(session, list(found.values()))
    return [found[chain] for chain in chains if chain in found]


def _walk(session: Session, told: Told, event: EventRow) -> None:
    for seq in range(told.seq + 1, event.seq):
        told.problems.append(_about(session, told.chain, seq, "缺失", "gone"))
    if event.algorithm not in ALGORITHMS or event_hash(event) != event.hash:
        told.problems.append(_about(session, told.chain, event.seq, "内容被改动", "payload or fields changed"))
    elif event.seq == told.seq + 1 and event.previous_hash != told.hash:
        told.problems.append(
            _about(session, told.chain, event.seq, "与前一事件不相连", "does not follow the one before")
        )
    told.seq, told.hash, told.event_id, told.at = event.seq, event.hash, event.id, event.at
    _take(told, event)


def _take(told: Told, event: EventRow) -> None:
    try:
        payload = json.loads(event.payload)
        told.state = payload.get("to", told.state) if isinstance(payload.get("from"), str) else told.state
        for table, digests in payload.get(ROWS, {}).items():
            told.rows[table] = (event.algorithm if event.algorithm in ALGORITHMS else "sha256", dict(digests))
    except (ValueError, AttributeError, TypeError):
        return  # The hash has told already that somebody wrote here.


def _about(session: Session, chain: str, seq: int, zh: str, en: str) -> Problem:
    name = name_of(session, chain)
    return problem("event", f"{name.zh} 的第 {seq} 个事件：{zh}", f"event {seq} of {name.en}: {en}")


def _compare_seals(session: Session, chains: Sequence[Told]) -> None:
    """What was sealed stands where it was sealed; what is older than a seal is under one."""
    newest = newest_seal(session)
    if newest is None:
        return
    by_name = {told.chain: told for told in chains}
    last = select(SealLeafRow.chain, func.max(SealLeafRow.seq)).where(SealLeafRow.chain.in_(by_name))
    sealed: dict[str, int] = {row[0]: row[1] for row in session.execute(last.group_by(SealLeafRow.chain))}
    for told in chains:
        reached = sealed.get(told.chain, 0)
        if reached > told.seq:
            told.problems.append(_about(session, told.chain, told.seq + 1, "缺失，但已被封存", "gone, though sealed"))
        elif told.seq > reached and _slipped_in(told, newest):
            told.problems.append(_about(session, told.chain, told.seq, "是封存后补入的", "slipped in behind a seal"))


def _slipped_in(told: Told, newest: SealRow) -> bool:
    return told.at is not None and told.event_id <= newest.last_event_id and told.at < newest.made_at - 2 * SLOWEST


def unreadable(session: Session, chain: str) -> Problem:
    """A chain, or what it states, that is so spoiled that it cannot be read."""
    name = name_of(session, chain)
    return problem("event", f"{name.zh}：无法读取，内容被改动", f"{name.en}: cannot be read, it was changed")


def state_problem(session: Session, chain: str, found: str, told: str) -> Problem:
    """A state that no event led to."""
    name: Text = name_of(session, chain)
    return problem(
        "state",
        f"{name.zh}：状态为 {found}，事件记录为 {told}",
        f"{name.en}: its state is {found}, its events say {told}",
    )


def problems_of(chains: Sequence[Told]) -> Iterator[Problem]:
    """What the walks found."""
    for told in chains:
        yield from told.problems
