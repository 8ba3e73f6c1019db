"""Stored rows against the digests that their chains state: changed, gone, or put in by hand."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import String, cast, exists, literal, select
from sqlalchemy.orm import Session

from reimburse.domain.archive_words import table_words
from reimburse.domain.digests import digest
from reimburse.services.archive_chains import Told, state_problem
from reimburse.services.archive_names import Problem, name_of, problem
from reimburse.store.archive import AdoptionRow
from reimburse.store.claims import CheckRow, ClaimRow
from reimburse.store.events import EventRow
from reimburse.store.kept_digests import live_of, rows_of, texts_of
from reimburse.store.kept_tables import GROUPS, OWNERS, Group

AT_ONCE = 200
Stated = Mapping[int, Told]


def changed_rows(session: Session, chains: Sequence[Told]) -> Iterator[Problem]:
    """What is stored of the owners of these chains and is not what their events state."""
    adopted = adoptions(session)
    for group in GROUPS:
        stated = {told.owner_id: told for told in chains if told.family == group.family and told.owner_id is not None}
        if stated:
            yield from _changed_of_group(session, group, stated, adopted.get(group.family, 0))
    yield from _claim_states(
        session, {told.owner_id: told for told in chains if told.family == "claim" and told.owner_id is not None}
    )


def adoptions(session: Session) -> dict[str, int]:
    """By family, the id up to which rows of an earlier release still wait to be taken in; nothing where none do."""
    rows = session.execute(select(AdoptionRow.family, AdoptionRow.until_id, AdoptionRow.done_id))
    return {family: until for family, until, done in rows if done < until}


def unchained(session: Session) -> Iterator[Problem]:
    """Things of which no event tells at all."""
    waiting = adoptions(session)
    for family, owner in OWNERS.items():
        after = waiting.get(family, 0)
        while ids := _without_chain(session, family, owner, after):
            after = ids[-1]
            for owner_id in _with_rows(session, family, ids):
                name = name_of(session, f"{family}:{owner_id}")
                yield problem("row", f"{name.zh}：没有任何事件记录", f"{name.en}: no event tells of it")


def _changed_of_group(session: Session, group: Group, stated: Stated, waiting: int) -> Iterator[Problem]:
    live = set(live_of(session, group, list(stated)))
    for owner_id, told in stated.items():
        if owner_id not in live and group.sticky and group.tables[0].name in told.rows:
            yield _of_row(session, told.chain, group.tables[0].name, str(owner_id), "changed")
    found = _digests(session, group, {owner_id: stated[owner_id] for owner_id in live})
    for owner_id in sorted(live):
        for kept in group.tables:
            told = stated[owner_id]
            expected = told.rows.get(kept.name, ("", {}))[1]
            if kept.name not in told.rows and owner_id <= waiting:
                continue
            yield from _differences(session, told.chain, kept.name, expected, found.get((owner_id, kept.name), {}))


def _digests(session: Session, group: Group, stated: Stated) -> dict[tuple[int, str], dict[str, str]]:
    """The digests as the rows stand now."""
    found: dict[tuple[int, str], dict[str, str]] = {}
    for owner_id, name, key, text, algorithm in stated_texts(session, group, stated):
        found.setdefault((owner_id, name), {})[key] = digest(algorithm, text.encode())
    return found


def stated_texts(session: Session, group: Group, stated: Stated) -> Iterator[tuple[int, str, str, str, str]]:
    """(owner, table, key, text, algorithm) of the rows of these owners, each as it was stated last."""
    spoken = {algorithm for told in stated.values() for algorithm, _ in told.rows.values()} or {"sha256"}
    for algorithm in sorted(spoken):
        for owner_id, name, key, text in texts_of(session, group, list(stated), algorithm):
            if stated[owner_id].rows.get(name, (algorithm,))[0] == algorithm:
                yield owner_id, name, key, text, algorithm


def _differences(
    session: Session, chain: str, table: str, expected: Mapping[str, str], found: Mapping[str, str]
) -> Iterator[Problem]:
    for key in sorted({*expected, *found}):
        if key not in found:
            yield _of_row(session, chain, table, key, "gone")
        elif key not in expected:
            yield _of_row(session, chain, table, key, "put in by hand")
        elif expected[key] != found[key]:
            yield _of_row(session, chain, table, key, "changed")


def _of_row(session: Session, chain: str, table: str, key: str, en: str) -> Problem:
    zh = {"gone": "已不存在", "put in by hand": "未经系统写入", "changed": "被改动"}[en]
    name, words = name_of(session, chain), table_words(table)
    return problem("row", f"{name.zh} 的{words.zh} {key}：{zh}", f"{words.en} {key} of {name.en}: {en}")


def _claim_states(session: Session, stated: Stated) -> Iterator[Problem]:
    """A claim is where its last move left it, with the verdict of its last check."""
    query = select(ClaimRow.id, ClaimRow.state, ClaimRow.verdict, ClaimRow.round).where(ClaimRow.id.in_(stated))
    rows = session.execute(query).all()
    latest = select(CheckRow.claim_id, CheckRow.round, CheckRow.verdict).where(CheckRow.claim_id.in_(stated))
    verdicts = {(claim_id, round_no): verdict for claim_id, round_no, verdict in session.execute(latest)}
    for claim_id, state, verdict, round_no in rows:
        told = stated[claim_id]
        if told.state is not None and told.state != state:
            yield state_problem(session, told.chain, state, told.state)
        judged = verdicts.get((claim_id, round_no))
        if judged is not None and judged != verdict:
            yield state_problem(session, told.chain, str(verdict), judged)


def _without_chain(session: Session, family: str, owner: Any, after: int) -> list[int]:
    chain = literal(f"{family}:") + cast(owner.id, String)
    told = exists(select(EventRow.id).where(EventRow.chain == chain))
    query = select(owner.id).where(owner.id > after, ~told).order_by(owner.id).limit(AT_ONCE)
    return list(session.scalars(query))


def _with_rows(session: Session, family: str, ids: Sequence[int]) -> list[int]:
    """Those of these owners that have rows which an event should state."""
    found: set[int] = set()
    for group in GROUPS:
        if group.family == family:
            live = live_of(session, group, ids)
            found |= {row.owner_id for kept in group.tables for row in rows_of(session, kept, live)}
    return sorted(found)
