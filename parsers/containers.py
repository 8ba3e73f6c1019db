"""Files that hold files: ZIP archives and saved mails (``.eml``), opened within limits, nested ones too.

A file inside that is over a limit, locked or broken is named and left there; the others are read.

An OFD is an archive but one document, and so are office files. Inner files carry their container's name before
theirs, as in ``trip.zip/hotel/invoice.pdf``; such a name is a label and never a path on a disk.
"""

import email
import email.policy
import re
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage

from parsers.document import Document
from parsers.errors import Damaged, Encrypted, ParseError, TooLarge, Unsafe
from parsers.ofd.package import ENTRY
from parsers.safe_zip import ENCRYPTED_FLAG, Limits, SafeZip, is_zip

MAX_BYTES = 128 * 1024 * 1024
LIMITS = Limits(members=1000, member_bytes=32 * 1024 * 1024, total_bytes=MAX_BYTES)
MAX_DEPTH = 4
MAX_FILES = 600
MAX_MAIL_DEPTH = 20
DECORATION_BYTES = 15_000
"""Pictures inside a mail's text that are smaller are logos and lines."""
WHOLE = frozenset({ENTRY, "[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"})
"""An archive with one of these at its root is a document in itself: OFD, office files, books, programs."""
LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
MAIL_HEADERS = re.compile(
    rb"\A(?:From [^\r\n]*\r?\n)?(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}"
)
MAIL_MARKS = re.compile(rb"(?im)^(?:MIME-Version|Received|Message-ID|Content-Type|Subject|From|Date):")
MAIL_HEAD = 64 * 1024
UNNAMED = "part"
LOST = "\ufffd"
RAW_NAME = re.compile(r"""\b(?:file)?name\s*=\s*"([^"]+)\"""")
BROKEN_MAIL = (ValueError, LookupError, AttributeError, TypeError, AssertionError)
"""What the mail library raises on broken headers and contents."""


def is_container(document: Document) -> bool:
    """True for a ZIP that is no document in itself, and for a mail."""
    if is_zip(document.data):
        return not WHOLE & set(_names(document.data))
    return is_mail(document.data)


def is_mail(data: bytes) -> bool:
    r"""True where the bytes begin with the headers of a mail.

    >>> is_mail(b"From: a@b.example\nSubject: x\nDate: now\n\nhello"), is_mail(b"a: 1\nb: 2\n")
    (True, False)
    """
    headers = MAIL_HEADERS.match(data[:MAIL_HEAD])
    return bool(headers) and len({mark.lower() for mark in MAIL_MARKS.findall(headers[0] if headers else b"")}) >= 3


def documents_in(document: Document) -> tuple[Document, ...]:
    """The files inside, in the container's order; a plain document returns itself, an empty container nothing.

    What was refused is there without its bytes; where that is all of them, the container is refused.
    """
    if not is_container(document):
        return (document,)
    budget = _Budget()
    try:
        found = tuple(_opened(document, 0, budget))
    except RecursionError:
        raise Unsafe from None
    if budget.problem and all(inner.refused for inner in found):
        raise budget.problem
    return found


class _Spent(TooLarge):
    """Nothing more may come out of the container as a whole."""


class _Archive(SafeZip):
    """An archive in which a locked or oversized member does not keep the others from being read."""

    locked_allowed = True
    oversized_allowed = True

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & ENCRYPTED_FLAG:
            raise Encrypted
        return super()._unpacked(info)


class _Budget:
    """What may still come out, over all nested containers together."""

    def __init__(self) -> None:
        self.files = MAX_FILES
        self.bytes = MAX_BYTES
        self.problem: ParseError | None = None

    def refuse(self, name: str, problem: ParseError) -> Document:
        """The file by its name alone."""
        self.problem = self.problem or problem
        return Document(name, b"", problem.code)

    def spend(self, document: Document) -> None:
        self.files -= 1
        self.bytes -= len(document.data)
        if self.files < 0 or self.bytes < 0:
            raise _Spent


def _opened(document: Document, depth: int, budget: _Budget) -> Iterator[Document]:
    if depth >= MAX_DEPTH:
        raise TooLarge
    members = _zip_members if is_zip(document.data) else _mail_members
    for member in members(document, budget):
        budget.spend(member)
        try:
            found = list(_opened(member, depth + 1, budget)) if is_container(member) else [member]
        except _Spent:
            raise
        except ParseError as problem:
            found = [budget.refuse(member.name, problem)]
        yield from found


def _zip_members(document: Document, budget: _Budget) -> Iterator[Document]:
    archive = _Archive(document.data, LIMITS)
    for name in archive.names:
        shown = readable_name(name, utf8=archive.is_utf8(name))
        if not LITTER.search(shown) and archive.size(name):
            label = f"{document.name}/{_label(shown)}"
            try:
                member = Document(label, archive.take(name))
            except ParseError as problem:
                member = budget.refuse(label, problem)
            yield member


def _mail_members(document: Document, budget: _Budget) -> Iterator[Document]:
    try:
        files = [
            (_label(_filename(part) or f"{UNNAMED}{number}"), data)
            for number, part in enumerate(_files(document.data), 1)
            if (data := _payload(part)) and not _is_decoration(part, data)
        ]
    except BROKEN_MAIL:
        raise Damaged from None
    for name, data in files:
        label = f"{document.name}/{name}"
        yield Document(label, data) if len(data) <= LIMITS.member_bytes else budget.refuse(label, TooLarge())


def _files(data: bytes) -> Iterator[EmailMessage]:
    """Every leaf that is a file; a forwarded mail counts as one, its own attachments inside it."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    waiting: list[tuple[EmailMessage, int]] = [(message, 0)]
    while waiting:
        part, depth = waiting.pop(0)
        if depth > MAX_MAIL_DEPTH:
            raise Unsafe
        if part.get_content_maintype() == "multipart":
            waiting = [(inner, depth + 1) for inner in _inner(part)] + waiting
        elif part.get_content_maintype() != "text" or part.get_filename():
            yield part


def _filename(part: EmailMessage) -> str | None:
    """The attachment's name, also where it stands in the header as it is, without the encoding that mail asks for."""
    name = part.get_filename()
    if not name or LOST not in name:
        return name
    raw = (str(value).encode("utf-8", "surrogateescape") for _, value in part.raw_items())
    texts = filter(None, map(_decoded, raw))
    return next((found[1] for text in texts if (found := RAW_NAME.search(text))), name)


def _is_decoration(part: EmailMessage, data: bytes) -> bool:
    return part.get_content_maintype() == "image" and bool(part["Content-ID"]) and len(data) < DECORATION_BYTES


def _inner(part: EmailMessage) -> list[EmailMessage]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, EmailMessage)] if isinstance(payload, list) else []


def _payload(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        return b"".join(inner.as_bytes() for inner in _inner(part))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _names(data: bytes) -> list[str]:
    return list(_Archive(data, LIMITS).names)


def _label(name: str) -> str:
    """A name to show: control characters, and whatever could climb a folder, taken out."""
    plain = re.sub(r"[\x00-\x1f\x7f]", "", name.replace("\\", "/"))
    parts = [part for part in plain.split("/") if part not in {"", ".", ".."}]
    return "/".join(parts)[-200:] or UNNAMED


def readable_name(name: str, *, utf8: bool) -> str:
    """The name as meant: archives made on Chinese Windows write GBK without saying so, others UTF-8.

    >>> [readable_name("发票.pdf".encode(codec).decode("cp437"), utf8=False) for codec in ("gbk", "utf-8")]
    ['发票.pdf', '发票.pdf']
    """
    if utf8 or name.isascii():
        return name
    try:
        return _decoded(name.encode("cp437")) or name
    except UnicodeError:
        return name


def _decoded(raw: bytes) -> str | None:
    """Text that says nothing of its encoding: UTF-8, else what Chinese systems write."""
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return None
