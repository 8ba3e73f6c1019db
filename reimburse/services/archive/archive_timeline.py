"""A chain of events as people read it: what happened, when, by whom, what it stated, and under which seal it stands."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from reimburse.domain.archive_words import FAMILIES, SAID, table_words
from reimburse.domain.event_words import event_words
from reimburse.domain.finding import Text
from reimburse.services.archive.archive_names import name_of
from reimburse.services.errors import NotFound
from reimburse.store.archive import SealLeafRow
from reimburse.store.db import db
from reimburse.store.events import ROWS, EventRow, event_hash
from reimburse.store.people import PersonRow

PAGE = 100


@dataclass(frozen=True, slots=True)
class Told:
    """One event. ``rows``: how many records it states, by what they are called; ``intact``: its hash is its own."""

    event: EventRow
    words: Text
    actor: str | None
    moved: tuple[str, str] | None
    said: Mapping[str, str]
    rows: Sequence[tuple[Text, int]]
    seal: int | None
    intact: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Some events of a chain, the first ones first; ``after``: where the next page starts, None on the last."""

    chain: str
    name: Text
    events: Sequence[Told]
    count: int
    after: int | None = field(default=None)


def timeline(chain: str, after: int = 0) -> Timeline:
    """A page of the chain; ``NotFound`` where there is no such chain."""
    family = chain.partition(":")[0]
    query = select(EventRow, PersonRow.name).join(PersonRow, PersonRow.id == EventRow.actor_id, isouter=True)
    query = query.where(EventRow.chain == chain, EventRow.seq > after).order_by(EventRow.seq).limit(PAGE + 1)
    rows = db.session.execute(query).all()
    if family not in FAMILIES or not rows:
        raise NotFound
    seals = _seals(chain, [event.seq for event, _ in rows])
    told = [_told(event, actor, _seal_over(seals, event.seq)) for event, actor in rows[:PAGE]]
    count = db.session.scalar(select(func.count()).select_from(EventRow).where(EventRow.chain == chain)) or 0
    return Timeline(chain, name_of(db.session(), chain), told, count, told[-1].event.seq if len(rows) > PAGE else None)


def _told(event: EventRow, actor: str | None, seal: int | None) -> Told:
    payload = _payload(event)
    before, to = payload.get("from"), payload.get("to")
    moved = (before, to) if isinstance(before, str) and isinstance(to, str) else None
    said = {name: str(payload[name]) for name in SAID if payload.get(name) not in (None, "", [], {})}
    rows = payload.get(ROWS)
    stated = [(table_words(table), len(keys)) for table, keys in rows.items() if keys] if isinstance(rows, dict) else []
    return Told(event, event_words(event.kind), actor, moved, said, stated, seal, event_hash(event) == event.hash)


def _payload(event: EventRow) -> dict[str, Any]:
    """What the event says; nothing where somebody wrote into it, which its hash tells."""
    try:
        payload = json.loads(event.payload)
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def _seals(chain: str, seqs: Sequence[int]) -> list[tuple[int, int]]:
    """(seq, seal) of the chain's heads that were sealed at these events or later, in order."""
    query = select(SealLeafRow.seq, SealLeafRow.seal_number).where(SealLeafRow.chain == chain)
    query = query.where(SealLeafRow.seq >= min(seqs, default=0)).order_by(SealLeafRow.seq)
    return [(seq, number) for seq, number in db.session.execute(query.limit(PAGE + 1))]


def _seal_over(seals: Sequence[tuple[int, int]], seq: int) -> int | None:
    """The first seal that covers this event."""
    return next((number for reached, number in seals if reached >= seq), None)
