"""A copy of every seal in the file store: who can write in the database alone cannot take a seal back or write it anew.

A copy is named after its number and hash, and states what the hash is of.
"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.services.archive.archive_names import Problem, problem
from reimburse.store.archive import SealRow
from reimburse.store.files import Files

FOLDER = "seals"


def keep_copy(files: Files, number: int, hash_: str, text: str) -> None:
    """Keep the copy of a seal; again is harmless."""
    files.put_as(f"{FOLDER}/{number:010}-{hash_}", text.encode())


def newest_copy(files: Files) -> int:
    """The number of the last seal that has a copy; 0 where none has."""
    return max((number for number, _ in _copies(files)), default=0)


def wrong_copies(session: Session, files: Files) -> Iterator[Problem]:
    """Seals that are gone, were made anew, or lost their copy."""
    kept = dict(_copies(files))
    newest, seen = max(kept, default=0), set()
    for number, hash_ in session.execute(select(SealRow.number, SealRow.hash).order_by(SealRow.number)):
        seen.add(number)
        if number <= newest and number not in kept:
            yield problem("seal", f"第 {number} 号封存：副本缺失", f"seal {number}: its copy is gone")
        elif kept.get(number, hash_) != hash_:
            yield problem("seal", f"第 {number} 号封存：与副本不符", f"seal {number}: not the one whose copy is kept")
    for number in sorted(set(kept) - seen):
        yield problem("seal", f"第 {number} 号封存：缺失，副本仍在", f"seal {number}: gone, its copy is here")


def _copies(files: Files) -> Iterator[tuple[int, str]]:
    for name in files.names(FOLDER):
        number, _, hash_ = name.partition("-")
        if number.isdecimal():
            yield int(number), hash_
