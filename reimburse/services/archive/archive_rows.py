"""Stored rows against the digests that their chains state: changed, gone, or put in by hand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import Session

from reimburse.domain.archive_words import table_words
from reimburse.domain.digests import digest
from reimburse.services.archive.archive_chains import Told, state_problem
from reimburse.services.archive.archive_names import Problem, name_of, problem
from reimburse.store.archive import AdoptionRow
from reimburse.store.claims import CheckRow, ClaimRow
from reimburse.store.events import EventRow
from reimburse.store.kept_digests import key_of, live_of, texts_of
from reimburse.store.kept_group import Group, Kept, Owner, chain_name, chain_names, owner_of
from reimburse.store.kept_tables import GROUPS, OWNERS

AT_ONCE = 200
Stated = Mapping[Owner, Told]


def changed_rows(session: Session, chains: Sequence[Told]) -> Iterator[Problem]:
    """What is stored of the owners of these chains and is not what their events state."""
    adopted = adoptions(session)
    for group in GROUPS:
        stated = {told.owner: told for told in chains if told.family == group.family and told.owner is not None}
        if stated:
            yield from _changed_of_group(session, group, stated, adopted.get(group.adoption, 0))
    claims = [told for told in chains if told.family == "claim"]
    yield from _claim_states(session, {told.owner: told for told in claims if isinstance(told.owner, int)})


def adoptions(session: Session) -> dict[str, int]:
    """By adoption, the id up to which rows of an earlier release still wait to be taken in; nothing where none do."""
    rows = session.execute(select(AdoptionRow.family, AdoptionRow.until_id, AdoptionRow.done_id))
    return {family: until for family, until, done in rows if done < until}


def unchained(session: Session) -> Iterator[Problem]:
    """Rows of which no event tells at all."""
    waiting = adoptions(session)
    for group in GROUPS:
        for kept in group.tables:
            yield from _unowned(session, kept)
            for some in without_chain(session, group, kept, waiting.get(group.adoption, 0)):
                for owner in live_of(session, group, some):
                    name = name_of(session, chain_name(group.family, owner))
                    words = table_words(kept.name)
                    yield problem(
                        "row",
                        f"{name.zh} 的{words.zh}：没有任何事件记录",
                        f"{words.en} of {name.en}: no event tells of it",
                    )


def without_chain(session: Session, group: Group, kept: Kept, waiting: int) -> Iterator[list[Owner]]:
    """The owners of rows of this table that have no chain, some at a time; those that still wait are left out."""
    if group.keyed and waiting:
        return
    after: Owner = waiting
    while owners := _unchained_after(session, group.family, kept, after):
        yield owners
        after = owners[-1]


def _changed_of_group(session: Session, group: Group, stated: Stated, waiting: int) -> Iterator[Problem]:
    live = set(live_of(session, group, list(stated)))
    there = live if group.sticky else _there(session, group, stated)
    for owner, told in stated.items():
        if owner not in live and owner not in there and told.rows.get(group.tables[0].name, ("", {}))[1]:
            yield _of_row(session, told.chain, group.tables[0].name, str(owner), "changed" if group.sticky else "gone")
    found = _digests(session, group, {owner: stated[owner] for owner in live})
    for owner in sorted(live, key=lambda owner: stated[owner].chain):
        for kept in group.tables:
            told = stated[owner]
            expected = told.rows.get(kept.name, ("", {}))[1]
            if kept.name not in told.rows and _waits(owner, waiting):
                continue
            yield from _differences(session, told.chain, kept.name, expected, found.get((owner, kept.name), {}))


def _there(session: Session, group: Group, owners: Collection[Owner]) -> set[Owner]:
    """Those of these owners that there are, whether their rows count now or not."""
    owner: Any = OWNERS[group.family]
    return set(session.scalars(select(owner.id).where(owner.id.in_(owners))))


def _waits(owner: Owner, waiting: int) -> bool:
    """Whether rows of this owner are older than their being kept and not taken in yet."""
    return owner <= waiting if isinstance(owner, int) else waiting > 0


def _digests(session: Session, group: Group, stated: Stated) -> dict[tuple[Owner, str], dict[str, str]]:
    """The digests as the rows stand now."""
    found: dict[tuple[Owner, str], dict[str, str]] = {}
    for owner, name, key, text, algorithm in stated_texts(session, group, stated):
        found.setdefault((owner, name), {})[key] = digest(algorithm, text.encode())
    return found


def stated_texts(session: Session, group: Group, stated: Stated) -> Iterator[tuple[Owner, str, str, str, str]]:
    """(owner, table, key, text, algorithm) of the rows of these owners, each as it was stated last."""
    spoken = {algorithm for told in stated.values() for algorithm, _ in told.rows.values()} or {"sha256"}
    for algorithm in sorted(spoken):
        for owner, name, key, text in texts_of(session, group, list(stated), algorithm):
            if stated[owner].rows.get(name, (algorithm,))[0] == algorithm:
                yield owner, name, key, text, algorithm


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


def _claim_states(session: Session, stated: Mapping[int, Told]) -> Iterator[Problem]:
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


def _unchained_after(session: Session, family: str, kept: Kept, after: Owner) -> list[Owner]:
    told = exists(select(EventRow.id).where(EventRow.chain == chain_names(family, kept)))
    query = select(*kept.owners).select_from(kept.row).where(~told)
    if kept.via:
        query = query.join(kept.owners[0].class_, kept.owners[0].class_.id == kept.table.c[kept.via])
    if kept.counts:
        query = query.where(kept.table.c[kept.counts].is_not(None))
    if after:
        query = query.where(tuple_(*kept.owners) > after if isinstance(after, tuple) else kept.owners[0] > after)
    rows = session.execute(query.distinct().order_by(*kept.owners).limit(AT_ONCE))
    return [owner_of(kept, row) for row in rows if None not in tuple(row)]


def _unowned(session: Session, kept: Kept) -> Iterator[Problem]:
    """Rows that lead to nothing: the database refuses them, unless it was told not to."""
    if not kept.via:
        return
    between: Any = kept.owners[0].class_
    there = exists(select(between.id).where(between.id == kept.table.c[kept.via]))
    for row in session.execute(select(kept.table).where(~there).limit(AT_ONCE)):
        key, words = key_of(kept.table, row._mapping), table_words(kept.name)
        yield problem("row", f"{words.zh} {key}：未经系统写入", f"{words.en} {key}: put in by hand")
