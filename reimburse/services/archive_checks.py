"""What the archive holds besides chains and rows: seals, sums, policies, and the files themselves."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from reimburse.domain.chain import GENESIS
from reimburse.domain.invoice import InvoiceKey
from reimburse.services.archive_names import Problem, name_of, problem
from reimburse.services.archive_roots import ROOT, computed_root
from reimburse.services.archive_seals import Head, leaves_of, root_of, seal_digest
from reimburse.store.archive import SealRow
from reimburse.store.balances import BalanceEntryRow, InvoiceBalanceRow
from reimburse.store.batches import BatchRow
from reimburse.store.documents import DocumentRow, StoredFileRow
from reimburse.store.events import EventRow
from reimburse.store.files import Files
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
    if row.hash != seal_digest(row):
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
    return found


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
            found = computed_root(batch)
        except FileNotFoundError:
            continue
        if found != batch.control[ROOT]["root"]:
            name = name_of(session, f"batch:{batch.id}")
            yield problem(
                "root", f"{name.zh} 的默克尔根不符", f"Merkle root of {name.en}: its files lead to another one"
            )


def files_after(session: Session, after: str) -> list[StoredFileRow]:
    """Some stored files behind this digest."""
    query = select(StoredFileRow).where(StoredFileRow.sha256 > after).order_by(StoredFileRow.sha256).limit(AT_ONCE)
    return list(session.scalars(query))


def state_of(files: Files, sha256: str, size: int) -> str:
    """What has become of a stored file: ``well``, ``altered`` or ``gone``."""
    running, found = hashlib.sha256(), 0
    try:
        for piece in files.pieces(sha256):
            running.update(piece)
            found += len(piece)
    except FileNotFoundError:
        return "gone"
    return "well" if running.hexdigest() == sha256 and found == size else "altered"


def of_file(session: Session, sha256: str, state: str) -> Problem:
    """A stored file that is not as it was, and what it belongs to."""
    ids = session.scalars(select(DocumentRow.id).where(DocumentRow.sha256 == sha256).order_by(DocumentRow.id).limit(3))
    names = [name_of(session, f"document:{document_id}") for document_id in ids]
    zh, en = ", ".join(name.zh for name in names) or "导出文件", ", ".join(name.en for name in names) or "an export"
    words = {"gone": ("已丢失", "gone"), "altered": ("内容被改动", "content changed")}[state]
    return problem("file", f"存储文件 {sha256}（{zh}）：{words[0]}", f"stored file {sha256} ({en}): {words[1]}")
