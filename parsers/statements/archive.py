"""Archives as wallets send them, locked with a password in the old way (ZipCrypto) or by AES; members within limits."""

import io
import zipfile
import zlib
from collections.abc import Iterator

import pyzipper

from parsers.containers import LITTER, readable_name
from parsers.document import Document
from parsers.errors import Encrypted, ParseError, TooLarge, Unsafe
from parsers.safe_zip import Limits, SafeZip, is_zip
from parsers.statements.errors import Broken, OverLimit, PasswordNeeded, Refused, WrongPassword
from parsers.statements.workbook import is_workbook

LIMITS = Limits(members=60, member_bytes=32 * 1024 * 1024, total_bytes=64 * 1024 * 1024)
LOCKED_LIMITS = Limits(members=60, member_bytes=12 * 1024 * 1024, total_bytes=24 * 1024 * 1024)
"""Unlocking the old way runs in Python and is slow; bills are far smaller."""
MOST_DEPTH = 2
DOCUMENTS = frozenset({"[Content_Types].xml", "mimetype", "OFD.xml"})
"""An archive with one of these at its root is one document."""


class LockedZip(SafeZip):
    """An archive whose members a password opens."""

    locked_allowed = True

    def __init__(self, data: bytes, password: str) -> None:
        super().__init__(data, LOCKED_LIMITS)
        self._locked = pyzipper.AESZipFile(io.BytesIO(data))
        self._locked.setpassword(password.encode())

    def _bytes(self, info: zipfile.ZipInfo, allowed: int) -> bytes:
        try:
            with self._locked.open(info.filename) as member:
                data: bytes = member.read(allowed + 1)
        except (RuntimeError, pyzipper.BadZipFile, zlib.error, EOFError, OSError, ValueError):
            raise WrongPassword from None
        if len(data) > allowed:
            raise TooLarge
        return data


def is_archive(data: bytes) -> bool:
    """Whether this is an archive of files, not one document such as a workbook."""
    if not is_zip(data) or is_workbook(data):
        return False
    try:
        return not DOCUMENTS & set(SafeZip(data, LIMITS).names)
    except ParseError:
        return True


def members(document: Document, password: str | None, depth: int = 0) -> Iterator[Document]:
    """The files inside, nested archives opened once more; ``StatementError`` where one cannot be had."""
    if depth >= MOST_DEPTH:
        raise OverLimit
    try:
        archive = _opened(document.data, password)
        for name in archive.names:
            shown = readable_name(name, utf8=archive.is_utf8(name))
            if LITTER.search(shown):
                continue
            member = Document(shown, archive.take(name))
            if is_archive(member.data):
                yield from members(member, password, depth + 1)
            else:
                yield member
    except TooLarge:
        raise OverLimit from None
    except Unsafe:
        raise Refused from None
    except ParseError:
        raise Broken from None


def _opened(data: bytes, password: str | None) -> SafeZip:
    try:
        return SafeZip(data, LIMITS)
    except Encrypted:
        if password is None:
            raise PasswordNeeded from None
    return LockedZip(data, password)
