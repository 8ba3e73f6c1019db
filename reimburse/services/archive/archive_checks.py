"""What the archive holds besides chains and rows: seals, sums, policies, and the roots of batches."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from reimburse.domain.chain import GENESIS
from reimburse.domain.digests import ALGORITHMS
from reimburse.domain.invoice import InvoiceKey
from reimburse.services.archive.archive_names import Problem, name_of, problem
from reimburse.services.archive.archive_roots import ROOT, computed_root
from reimburse.services.archive.archive_seals import Head, leaves_of, root_of, seal_digest
from reimburse.store.advances import AdvanceBalanceRow, AdvanceEntryRow
from reimburse.store.archive import SealLeafRow, SealRow
from reimburse.store.balances import BalanceEntryRow, InvoiceBalanceRow
from reimburse.store.batches import BatchRow
from reimburse.store.claims import CheckRow
from reimburse.store.events import EventRow
from reimburse.store.money_guards import SUMS
from reimburse.store.policies import PolicySnapshotRow

AT_ONCE = 400
Count = Callable[[str], None]


def seals_after(session: Session, before: SealRow | None, count: Count) -> tuple[SealRow | None, list[Problem]]:
    """The next seal behind this one, and what is wrong with it; None and nothing behind the last."""
    query = select(SealRow).order_by(SealRow.number).limit(1)
    row = session.scalar(query.where(SealRow.number > before.number) if before else query)
    if row is None:
        return None, []
    count("seals")
    found = [
        problem("seal", f"第 {number} 号封存：缺失", f"seal {number}: gone")
        for number in range((before.number if before else 0) + 1, row.number)
    ]
    if not found and row.previous_hash != (before.hash if before else GENESIS):
        found.append(_of_seal(row, "与前一号不相连", "does not follow the one before"))
    heads = leaves_of(session, row.number)
    if row.algorithm not in ALGORITHMS or row.hash != seal_digest(row):
        found.append(_of_seal(row, "内容被改动", "changed"))
    elif len(heads) != row.leaves or root_of(row.algorithm, heads) != row.root:
        found.append(_of_seal(row, "所封链头被改动", "the heads under it were changed"))
    return row, found + _moved_heads(session, row, heads)


def _of_seal(row: SealRow, zh: str, en: str) -> Problem:
    return problem("seal", f"第 {row.number} 号封存：{zh}", f"seal {row.number}: {en}")


def _moved_heads(session: Session, row: SealRow, heads: Sequence[Head]) -> list[Problem]:
    """Heads under the seal that are not what the chains say."""
    found: list[Problem] = []
    for start in range(0, len(heads), AT_ONCE):
        some = heads[start : start + AT_ONCE]
        places = tuple_(EventRow.chain, EventRow.seq).in_([(head.chain, head.seq) for head in some])
        events = session.execute(select(EventRow.chain, EventRow.seq, EventRow.hash).where(places))
        hashes = {(chain, seq): hash_ for chain, seq, hash_ in events}
        found += [
            _of_head(session, row, head) for head in some if hashes.get((head.chain, head.seq), head.hash) != head.hash
        ]
        found += _vanished(session, row, [head.chain for head in some if (head.chain, head.seq) not in hashes])
    return found


def _vanished(session: Session, row: SealRow, suspects: Sequence[str]) -> list[Problem]:
    """Chains of which nothing at all is left; each is told of where it was sealed last."""
    left = set(session.scalars(select(EventRow.chain).where(EventRow.chain.in_(suspects)).distinct()))
    gone = [chain for chain in suspects if chain not in left]
    newest = select(SealLeafRow.chain, func.max(SealLeafRow.seal_number)).where(SealLeafRow.chain.in_(gone))
    last: dict[str, int] = {row[0]: row[1] for row in session.execute(newest.group_by(SealLeafRow.chain))}
    names = [name_of(session, chain) for chain in gone if last.get(chain, row.number) == row.number]
    return [
        problem("event", f"{name.zh} 的全部事件：缺失，但已被封存", f"all events of {name.en}: gone, though sealed")
        for name in names
    ]


def _of_head(session: Session, row: SealRow, head: Head) -> Problem:
    name = name_of(session, head.chain)
    return problem(
        "event",
        f"{name.zh} 的第 {head.seq} 个事件：与第 {row.number} 号封存不符",
        f"event {head.seq} of {name.en}: not what seal {row.number} states",
    )


def wrong_balances(
    session: Session, after: tuple[str, str] | None, count: Count
) -> tuple[tuple[str, str] | None, list[Problem]]:
    """Some invoice keys' sums against their entries; the last key looked at, None behind the last."""
    key = tuple_(InvoiceBalanceRow.code, InvoiceBalanceRow.number)
    query = select(InvoiceBalanceRow).order_by(InvoiceBalanceRow.code, InvoiceBalanceRow.number).limit(AT_ONCE)
    rows = session.scalars(query.where(key > after) if after else query).all()
    sums = _sums(session, [(row.code, row.number) for row in rows])
    found = []
    for row in rows:
        count("balances")
        if sums.get((row.code, row.number), (0, 0)) != (row.reserved_fen, row.booked_fen):
            name = InvoiceKey(row.code, row.number)
            found.append(
                problem(
                    "balance",
                    f"发票 {name} 的余额与分录不符",
                    f"balance of invoice {name}: not what its entries add up to",
                )
            )
    return (rows[-1].code, rows[-1].number) if rows else None, found


def _sums(session: Session, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, int]]:
    entry = BalanceEntryRow
    query = (
        select(entry.code, entry.number, func.sum(entry.reserved_delta_fen), func.sum(entry.booked_delta_fen))
        .where(tuple_(entry.code, entry.number).in_(keys))
        .group_by(entry.code, entry.number)
    )
    return {(code, number): (int(reserved), int(booked)) for code, number, reserved, booked in session.execute(query)}


def wrong_advances(session: Session) -> Iterator[Problem]:
    """Advances whose sums are not what their entries add up to."""
    entry, balance = AdvanceEntryRow, AdvanceBalanceRow
    added = (
        select(entry.advance_id, *(func.sum(getattr(entry, f"{name}_delta_fen")).label(name) for name in SUMS))
        .group_by(entry.advance_id)
        .subquery()
    )
    differs = or_(*(getattr(balance, f"{name}_fen") != func.coalesce(added.c[name], 0) for name in SUMS))
    query = select(balance.advance_id).outerjoin(added, added.c.advance_id == balance.advance_id).where(differs)
    lost = select(added.c.advance_id).where(~exists(select(balance).where(balance.advance_id == added.c.advance_id)))
    for advance_id in sorted({*session.scalars(query), *session.scalars(lost)}):
        name = name_of(session, f"advance:{advance_id}")
        yield problem("balance", f"{name.zh} 的余额与分录不符", f"balance of {name.en}: not what its entries add up to")


def lost_policies(session: Session) -> Iterator[Problem]:
    """Policies that verdicts name and that are not here."""
    here = exists(select(PolicySnapshotRow).where(PolicySnapshotRow.digest == CheckRow.policy_digest))
    named = select(CheckRow.policy_digest).where(CheckRow.policy_digest.is_not(None), ~here).distinct()
    for digest in session.scalars(named.order_by(CheckRow.policy_digest)):
        yield problem("row", f"政策 {str(digest)[:12]}…：已不存在", f"policy {str(digest)[:12]}…: gone")


def altered_policies(session: Session, count: Count) -> Iterator[Problem]:
    """Policies that claims were judged by, whose text is no longer the one of their digest."""
    for row in session.scalars(select(PolicySnapshotRow)):
        count("policies")
        if hashlib.sha256(row.content.encode()).hexdigest() != row.digest:
            yield problem(
                "row",
                f"政策 {row.version}（{row.digest[:12]}…）：被改动",
                f"policy {row.version} ({row.digest[:12]}…): changed",
            )


def altered_roots(session: Session, count: Count) -> Iterator[Problem]:
    """Batches whose files do not lead to the root that they were frozen with; files that are gone are told of apart."""
    for batch in session.scalars(select(BatchRow).order_by(BatchRow.id).execution_options(yield_per=50)):
        if ROOT not in batch.control:
            continue
        count("roots")
        try:
            fine = computed_root(batch) == batch.control[ROOT]["root"]
        except FileNotFoundError:
            continue
        except (KeyError, ValueError, TypeError, AttributeError):
            fine = False
        if not fine:
            name = name_of(session, f"batch:{batch.id}")
            yield problem(
                "root", f"{name.zh} 的默克尔根不符", f"Merkle root of {name.en}: its files lead to another one"
            )
