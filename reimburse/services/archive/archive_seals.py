"""Seals: from time to time the heads of all chains that moved come under one Merkle root, and that onto the last seal.

Writers never wait for it: a seal reads what is committed, a window of events at a time, each in a transaction of its
own. An event that was committed behind a seal's back by a slow transaction comes under a later one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, insert, select, tuple_
from sqlalchemy.orm import Session

from reimburse.domain.canonical import canonical
from reimburse.domain.chain import GENESIS, head_bytes
from reimburse.domain.digests import digest
from reimburse.domain.merkle import Root
from reimburse.services.archive.archive_copies import keep_copy, newest_copy
from reimburse.services.invoices.intake import files
from reimburse.services.outbox import ask, mark_done
from reimburse.store.archive import SealLeafRow, SealRow
from reimburse.store.db import db, now, reading, transaction
from reimburse.store.events import EventRow, algorithm_in_force
from reimburse.store.outbox import OutboxRow

JOB = "seal_archive"
EVERY = timedelta(hours=1)
WINDOW = 20_000
"""Events looked at in one transaction, and so the most leaves of one seal."""
SLOWEST = timedelta(hours=1)
"""No transaction takes longer: events that were written before a seal and seen after it are no older."""
AT_ONCE = 400
PAGE = 30


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands."""

    chain: str
    seq: int
    hash: str


def seal_by_job(outbox_id: int | None = None) -> None:
    """The job: seal, and ask for the next time."""
    seal()
    with transaction() as session:
        _ask_again(session, outbox_id)
        mark_done(session, outbox_id)


def seal(by_id: int | None = None) -> list[int]:
    """Seal every chain that moved; the numbers of the seals made, none where nothing moved."""
    made: list[int] = []
    with reading() as session:
        since, newest = _start(session), session.scalar(select(func.max(EventRow.id))) or 0
    while since < newest:
        until = min(since + WINDOW, newest)
        with transaction() as session:
            made += _seal_window(session, since, until, by_id)
        since = until
    _keep_copies()
    return made


def _keep_copies() -> None:
    """Seals that are committed get their copies, those too that an end of the process left without one."""
    store = files()
    known = newest_copy(store)
    with reading() as session:
        for row in session.scalars(select(SealRow).where(SealRow.number > known).order_by(SealRow.number)):
            keep_copy(store, row.number, row.hash, seal_text(row))


def newest_seal(session: Session) -> SealRow | None:
    """The seal made last."""
    return session.scalar(select(SealRow).order_by(SealRow.number.desc()).limit(1))


def listed(session: Session, before: int | None = None) -> tuple[Sequence[SealRow], int | None]:
    """Seals, the newest first, and the number that the next page starts below."""
    query = select(SealRow).order_by(SealRow.number.desc()).limit(PAGE + 1)
    rows = session.scalars(query.where(SealRow.number < before) if before is not None else query).all()
    return rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None


def newest() -> SealRow | None:
    """The seal made last, as it stands now."""
    return newest_seal(db.session())


def seal_digest(row: SealRow) -> str:
    """The hash of a seal: over the seal before and everything that it states."""
    return digest(row.algorithm, seal_text(row).encode())


def seal_text(row: SealRow) -> str:
    """What a seal states, as it is hashed."""
    return canonical(
        {
            "number": row.number,
            "made_at": row.made_at,
            "algorithm": row.algorithm,
            "made_by": row.made_by_id,
            "leaves": row.leaves,
            "last_event": row.last_event_id,
            "root": row.root,
            "previous": row.previous_hash,
        }
    )


def leaves_of(session: Session, number: int) -> list[Head]:
    """The leaves of a seal in the order in which its root covers them: by the names of the chains."""
    query = select(SealLeafRow.chain, SealLeafRow.seq, SealLeafRow.hash).where(SealLeafRow.seal_number == number)
    return sorted((Head(*row) for row in session.execute(query)), key=lambda head: head.chain.encode())


def root_of(algorithm: str, heads: Sequence[Head]) -> str:
    """The Merkle root over these heads, in this order."""
    root = Root(algorithm)
    for head in heads:
        root.add(head_bytes(head.chain, head.seq, head.hash))
    return root.value()


def _ask_again(session: Session, outbox_id: int | None) -> None:
    """One seal an hour: whoever ends asks for the next, unless somebody did."""
    waiting = select(OutboxRow.id).where(
        OutboxRow.job == JOB,
        OutboxRow.done_at.is_(None),
        OutboxRow.failed_at.is_(None),
        OutboxRow.id != (outbox_id or 0),
    )
    if session.scalar(waiting.limit(1)) is None:
        ask(session, JOB, after=EVERY)


def _start(session: Session) -> int:
    """The event behind which to look: that of a seal old enough to have seen everything before it."""
    old = select(SealRow.last_event_id).where(SealRow.made_at <= now() - SLOWEST)
    return session.scalar(old.order_by(SealRow.number.desc()).limit(1)) or 0


def _seal_window(session: Session, since: int, until: int, by_id: int | None) -> list[int]:
    heads = _moved(session, since, until)
    if not heads:
        return []
    before = newest_seal(session)
    row = SealRow(
        number=before.number + 1 if before else 1,
        made_at=now(),
        made_by_id=by_id,
        algorithm=algorithm_in_force(),
        leaves=len(heads),
        last_event_id=max(until, before.last_event_id if before else 0),
        previous_hash=before.hash if before else GENESIS,
    )
    row.root = root_of(row.algorithm, heads)
    row.hash = seal_digest(row)
    session.add(row)
    session.flush()
    said = [{"seal_number": row.number, "chain": head.chain, "seq": head.seq, "hash": head.hash} for head in heads]
    session.execute(insert(SealLeafRow), said)
    return [row.number]


def _moved(session: Session, since: int, until: int) -> list[Head]:
    """The heads of the chains with events in this window that no seal covers yet, by the names of the chains."""
    window = select(EventRow.chain, func.max(EventRow.seq)).where(EventRow.id > since, EventRow.id <= until)
    stand: dict[str, int] = {row[0]: row[1] for row in session.execute(window.group_by(EventRow.chain))}
    chains = list(stand)
    for start in range(0, len(chains), AT_ONCE):
        sealed = select(SealLeafRow.chain, func.max(SealLeafRow.seq)).group_by(SealLeafRow.chain)
        for chain, seq in session.execute(sealed.where(SealLeafRow.chain.in_(chains[start : start + AT_ONCE]))):
            if seq >= stand[chain]:
                del stand[chain]
    return _heads(session, sorted(stand.items(), key=lambda item: item[0].encode()))


def _heads(session: Session, stand: Sequence[tuple[str, int]]) -> list[Head]:
    hashes: dict[tuple[str, int], str] = {}
    for start in range(0, len(stand), AT_ONCE):
        some = tuple_(EventRow.chain, EventRow.seq).in_(stand[start : start + AT_ONCE])
        rows = session.execute(select(EventRow.chain, EventRow.seq, EventRow.hash).where(some))
        hashes |= {(chain, seq): hash_ for chain, seq, hash_ in rows}
    return [Head(chain, seq, hashes[chain, seq]) for chain, seq in stand]
