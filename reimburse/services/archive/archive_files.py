"""The stored files themselves, read again from their first byte to their last; those too that no list names."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from reimburse.domain.archive_words import table_words
from reimburse.domain.finding import Text
from reimburse.services.archive.archive_checks import AT_ONCE
from reimburse.services.archive.archive_names import Problem, name_of, problem
from reimburse.store.batches import BatchRow
from reimburse.store.bills import TableImportRow
from reimburse.store.documents import DocumentRow, StoredFileRow
from reimburse.store.files import Files
from reimburse.store.payments import StatementImportRow, StatementPartRow
from reimburse.store.payouts import PayoutFileRow, PayoutResultRow
from reimburse.store.verifications import VerificationRow

REFERENCES: tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], ...] = (
    DocumentRow.sha256,
    VerificationRow.answer_sha256,
    StatementImportRow.sha256,
    StatementPartRow.reading_sha256,
    TableImportRow.sha256,
    PayoutFileRow.sha256,
    PayoutResultRow.sha256,
)
"""Where rows name a stored file."""
STATES = {"gone": ("已丢失", "gone"), "altered": ("内容被改动", "content changed")}


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A file that the list of stored files does not name: who does, and whether the list once did for certain."""

    sha256: str
    who: Text
    was_listed: bool


def files_after(session: Session, after: str) -> list[StoredFileRow]:
    """Some stored files behind this digest."""
    query = select(StoredFileRow).where(StoredFileRow.sha256 > after).order_by(StoredFileRow.sha256).limit(AT_ONCE)
    return list(session.scalars(query))


def state_of(files: Files, sha256: str, size: int | None = None) -> str:
    """What has become of a stored file, of this size where it is known: ``well``, ``altered`` or ``gone``."""
    running, found = hashlib.sha256(), 0
    try:
        for piece in files.pieces(sha256):
            running.update(piece)
            found += len(piece)
    except FileNotFoundError:
        return "gone"
    return "well" if running.hexdigest() == sha256 and size in (None, found) else "altered"


def of_file(session: Session, sha256: str, state: str) -> Problem:
    """A stored file that is not as it was, and what it belongs to."""
    ids = session.scalars(select(DocumentRow.id).where(DocumentRow.sha256 == sha256).order_by(DocumentRow.id).limit(3))
    names = [name_of(session, f"document:{document_id}") for document_id in ids]
    zh, en = ", ".join(name.zh for name in names) or "导出文件", ", ".join(name.en for name in names) or "an export"
    words = STATES[state]
    return problem("file", f"存储文件 {sha256}（{zh}）：{words[0]}", f"stored file {sha256} ({en}): {words[1]}")


def unlisted(session: Session) -> Iterator[Unlisted]:
    """Digests that rows or batches name and that the list of stored files does not."""
    for column in REFERENCES:
        listed = exists(select(StoredFileRow.sha256).where(StoredFileRow.sha256 == column))
        named = select(column).where(column.is_not(None), ~listed).distinct().order_by(column)
        for sha256 in session.scalars(named.execution_options(yield_per=AT_ONCE)):
            yield Unlisted(
                str(sha256), table_words(column.class_.__tablename__), bool(column.property.columns[0].foreign_keys)
            )
    for batch in session.scalars(select(BatchRow).order_by(BatchRow.id).execution_options(yield_per=50)):
        for sha256 in _named_in(batch.control):
            if session.get(StoredFileRow, sha256) is None:
                yield Unlisted(sha256, name_of(session, f"batch:{batch.id}"), was_listed=True)


def _named_in(control: Mapping[str, Any]) -> list[str]:
    """The files that control totals name; none where somebody wrote something else there, of which its digest tells."""
    kept = control.get("files")
    named = kept.values() if isinstance(kept, dict) else ()
    return sorted({str(item["sha256"]) for item in named if isinstance(item, dict) and item.get("sha256")})


def of_unlisted(files: Files, found: Unlisted) -> Problem | None:
    """What is wrong with a file that is not on the list; nothing where it never stood there and is well."""
    state = state_of(files, found.sha256)
    if state == "well" and not found.was_listed:
        return None
    zh, en = {**STATES, "well": ("登记已不存在", "its record is gone")}[state]
    return problem(
        "file", f"存储文件 {found.sha256}（{found.who.zh}）：{zh}", f"stored file {found.sha256} ({found.who.en}): {en}"
    )
