"""Take in files: the bytes first, then the rows in one transaction; reading goes on in the background.

A connection that breaks leaves at most bytes that no row names, which is harmless.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.services.company.accounts import settings
from reimburse.services.errors import NotFound
from reimburse.services.invoices.media_types import media_type
from reimburse.services.outbox import ask
from reimburse.store.db import now, transaction
from reimburse.store.documents import DocumentRow, StoredFileRow
from reimburse.store.events import record
from reimburse.store.files import Files

JOB = "read_document"
UNREAD = frozenset({"failed", "set_aside"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes in: the name that its owner gave it, and its bytes."""

    name: str
    stream: IO[bytes]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a file: a document, new or ``again``, or a refusal in words."""

    name: str
    document_id: int | None = None
    again: bool = False
    refusal: Text | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes in the file store: their digest, and what they are by content."""

    name: str
    sha256: str
    size: int
    media_type: str


def receive(owner_id: int, uploads: Iterable[Upload]) -> list[Receipt]:
    """Store each file and ask for it to be read. One that is refused does not hold up the others."""
    taken = [_put(upload) for upload in uploads]
    with transaction() as session:
        return [item if isinstance(item, Receipt) else add(session, owner_id, item) for item in taken]


def store(name: str, data: bytes) -> Stored:
    """Put the bytes into the file store; harmless without a row."""
    sha256 = files().put(data)
    return Stored(plain_name(name), sha256, len(data), media_type(data))


def add(session: Session, owner_id: int, stored: Stored, container_id: int | None = None) -> Receipt:
    """A document of this owner on the stored bytes, or the one they already have. Runs in the caller's transaction."""
    note_file(session, stored)
    known = _known(session, owner_id, stored) or _new(session, owner_id, stored, container_id)
    if isinstance(known, Receipt):
        return known
    if known.state in UNREAD:
        read_again(session, known)
    return Receipt(stored.name, known.id, again=True)


def read_again(session: Session, document: DocumentRow) -> None:
    """Have a file read once more that could not be read. Runs in the caller's transaction."""
    document.state, document.error_code, document.error_message = "waiting", None, None
    ask(session, JOB, document.id)


def retry(owner_id: int, document_id: int) -> None:
    """Have the owner's file read once more; only one that could not be read is."""
    with transaction() as session:
        document = session.get(DocumentRow, document_id)
        if document is None or document.owner_id != owner_id:
            raise NotFound
        if document.state in UNREAD:
            read_again(session, document)


def set_aside(owner_id: int, document_id: int) -> None:
    """Take the owner's file that could not be read off the top of the wallet; it stays among the other files."""
    with transaction() as session:
        document = session.get(DocumentRow, document_id)
        if document is None or document.owner_id != owner_id:
            raise NotFound
        if document.state == "failed":
            document.state = "set_aside"


def chain_of(document_id: int) -> str:
    """The event chain of a file."""
    return f"document:{document_id}"


def opened(sha256: str) -> IO[bytes]:
    """The bytes under this digest, to be sent."""
    return BytesIO(files().get(sha256))


def files() -> Files:
    """Where the bytes are."""
    found: Files = current_app.extensions["files"]
    return found


def plain_name(name: str) -> str:
    r"""The last part of a file name, without control characters, at most 300 long.

    >>> plain_name("C:\\票\\a\n.pdf"), plain_name("../../x.pdf"), plain_name("")
    ('a.pdf', 'x.pdf', '未命名')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in last if char.isprintable()).strip()[-300:] or "未命名"


def _put(upload: Upload) -> Stored | Receipt:
    limit = settings().max_upload_mib
    data = upload.stream.read(limit * 1024 * 1024 + 1)
    name = plain_name(upload.name)
    if not data:
        return Receipt(name, refusal=Text("文件是空的，请重新下载后再上传。", "The file is empty: download it again."))
    if len(data) > limit * 1024 * 1024:
        return Receipt(
            name,
            refusal=Text(
                f"文件超过 {limit} MB，请上传单张发票的文件。",
                f"The file is over {limit} MB: upload the file of one invoice.",
            ),
        )
    return store(name, data)


def _known(session: Session, owner_id: int, stored: Stored) -> DocumentRow | None:
    mine = select(DocumentRow).where(DocumentRow.owner_id == owner_id, DocumentRow.sha256 == stored.sha256)
    return session.scalar(mine)


def _new(session: Session, owner_id: int, stored: Stored, container_id: int | None) -> Receipt | DocumentRow:
    """A new document; the other one where the owner uploaded the same bytes twice at the same moment."""
    document = DocumentRow(
        owner_id=owner_id, sha256=stored.sha256, name=stored.name, uploaded_at=now(), container_id=container_id
    )
    if not _inserted(session, document):
        return session.scalars(select(DocumentRow).filter_by(owner_id=owner_id, sha256=stored.sha256)).one()
    said = {"sha256": stored.sha256, "size": stored.size, "media_type": stored.media_type}
    record(session, chain_of(document.id), "received", owner_id, now(), said)
    ask(session, JOB, document.id)
    return Receipt(stored.name, document.id)


def note_file(session: Session, stored: Stored) -> None:
    """The row of stored bytes, which says that they belong here. Runs in the caller's transaction."""
    if session.get(StoredFileRow, stored.sha256) is None:
        row = StoredFileRow(sha256=stored.sha256, size=stored.size, media_type=stored.media_type, stored_at=now())
        _inserted(session, row)


def _inserted(session: Session, row: DocumentRow | StoredFileRow) -> bool:
    """Insert the row; False where somebody else inserted the same one a moment ago."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
