"""What was erased by law, and whether each gap is one of these: a blank that no event tells of is named."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.archive_words import table_words
from reimburse.services.archive.archive_names import Problem, name_of, problem
from reimburse.store.archive import ErasedFileRow, ErasureRow, PersonalSaltRow
from reimburse.store.claims import ClaimRow
from reimburse.store.events import EventRow
from reimburse.store.people import PersonRow

ERASED = "erased"
"""The kind of the event that says so on every chain that lost something."""
AT_ONCE = 400
Count = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Erased:
    """An erasure as it is told: of which claim, by whom, when, why, and how many rows of which table."""

    claim_no: str
    by: str
    at: datetime
    reason: str
    counted: dict[str, int]


def erasures(session: Session, limit: int = 100) -> list[Erased]:
    """The erasures, the newest first."""
    query = (
        select(ClaimRow.claim_no, PersonRow.name, ErasureRow.at, ErasureRow.reason, ErasureRow.counted)
        .select_from(ErasureRow)
        .join(ClaimRow, ClaimRow.id == ErasureRow.claim_id)
        .join(PersonRow, PersonRow.id == ErasureRow.by_id)
    )
    return [Erased(*row) for row in session.execute(query.order_by(ErasureRow.id.desc()).limit(limit))]


def erased_files(session: Session, digests: Iterable[str]) -> set[str]:
    """Those of these files whose bytes were erased by law, as the events of their chains tell."""
    rows = session.execute(
        select(ErasedFileRow.sha256, ErasedFileRow.chain).where(ErasedFileRow.sha256.in_(list(digests)))
    ).all()
    said = _said(session, {chain for _, chain in rows})
    return {sha256 for sha256, chain in rows if any(sha256 in one.get("erased_files", ()) for one in said[chain])}


def unexplained(session: Session, after: int, count: Count) -> tuple[int | None, list[Problem]]:
    """Some blanked rows behind this salt, and those that no event tells of; the last one, None behind the last."""
    query = select(PersonalSaltRow).where(PersonalSaltRow.erased_at.is_not(None), PersonalSaltRow.id > after)
    salts = session.scalars(query.order_by(PersonalSaltRow.id).limit(AT_ONCE)).all()
    said = _said(session, {salt.chain for salt in salts})
    found = []
    for salt in salts:
        count("erasures")
        if not any(salt.row_key in one.get("erased_rows", {}).get(salt.table_name, ()) for one in said[salt.chain]):
            found.append(_of_salt(session, salt))
    return (salts[-1].id if salts else None), found


def _of_salt(session: Session, salt: PersonalSaltRow) -> Problem:
    name, words = name_of(session, salt.chain), table_words(salt.table_name)
    return problem(
        "row",
        f"{name.zh} 的{words.zh} {salt.row_key}：个人信息被清除，但没有删除事件",
        f"{words.en} {salt.row_key} of {name.en}: blanked, but no event tells of an erasure",
    )


def _said(session: Session, chains: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """What the erasing events of these chains say."""
    names: Sequence[str] = list(chains)
    found: dict[str, list[dict[str, Any]]] = {chain: [] for chain in names}
    query = select(EventRow.chain, EventRow.payload).where(EventRow.chain.in_(names), EventRow.kind == ERASED)
    for chain, payload in session.execute(query) if names else ():
        found[chain].append(_read(payload))
    return found


def _read(payload: str) -> dict[str, Any]:
    """The payload; nothing where somebody wrote into it, which its hash tells."""
    try:
        said = json.loads(payload)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def erased_problems(session: Session, count: Count) -> Iterator[Problem]:
    """All blanked rows that no event tells of."""
    after: int | None = 0
    while after is not None:
        after, found = unexplained(session, after, count)
        yield from found
