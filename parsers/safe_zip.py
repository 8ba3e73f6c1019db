"""ZIP archives from strangers: members bounded by count, size and ratio, names never used as paths on a disk."""

import io
import struct
import sys
import zipfile
import zlib
from dataclasses import dataclass

from parsers.errors import Damaged, Encrypted, TooLarge, Unsafe

ENCRYPTED_FLAG = 0x1
UTF8_FLAG = 0x800
PLAIN_FLAGS = UTF8_FLAG | 0x6 | 0x8
"""What may be said of a member that is neither locked nor patched: how hard it was packed, where its sizes stand."""
LOCAL_HEAD = struct.Struct("<26xHH")
"""What stands before a member: at its end the lengths of the name and of more that follow."""
LOCAL_MARK = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may unpack to. The ratio is asked only of members over ``ratio_from`` bytes."""

    members: int = 2000
    member_bytes: int = 32 * 1024 * 1024
    total_bytes: int = 96 * 1024 * 1024
    ratio: int = 200
    ratio_from: int = 1024 * 1024


STANDARD = Limits()


class SafeZip:
    """A readable archive. Names are keys, nothing else; a name that occurs twice is refused, and so are locked ones."""

    locked_allowed = False
    oversized_allowed = False
    """Whether members over a limit may lie in it; taking one out is refused all the same."""

    def __init__(self, data: bytes, limits: Limits = STANDARD) -> None:
        self.limits = limits
        self._left = limits.total_bytes
        self._read: dict[str, bytes] = {}
        self._data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError):
            raise Damaged from None
        self._infos = self._checked(self._zip.infolist())

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files, folders left out, in the archive's order."""
        return tuple(self._infos)

    def __contains__(self, name: object) -> bool:
        return name in self._infos

    def size(self, name: str) -> int:
        """The size that the directory claims."""
        return self._infos[name].file_size

    def is_utf8(self, name: str) -> bool:
        """Whether the archive says that this name is UTF-8."""
        return bool(self._infos[name].flag_bits & UTF8_FLAG)

    def take(self, name: str) -> bytes:
        """The member's bytes, not kept for a second look."""
        return self._unpacked(self._infos[name])

    def read(self, name: str) -> bytes:
        """The member's bytes, kept for the next look; KeyError for an unknown name."""
        if name not in self._read:
            self._read[name] = self._unpacked(self._infos[name])
        return self._read[name]

    def _checked(self, infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        files = [info for info in infos if not info.filename.endswith("/")]
        sizes = (info.file_size for info in files)
        most = self.limits.member_bytes if self.oversized_allowed else sys.maxsize
        if len(infos) > self.limits.members or sum(size for size in sizes if size <= most) > self.limits.total_bytes:
            raise TooLarge
        if not self.locked_allowed and any(info.flag_bits & ENCRYPTED_FLAG for info in files):
            raise Encrypted
        if len({info.filename for info in files}) != len(files):
            raise Unsafe
        return {info.filename: info for info in files}

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        allowed = min(self.limits.member_bytes, self._left)
        if info.file_size > allowed:
            raise TooLarge
        if info.file_size > self.limits.ratio_from and info.file_size > self.limits.ratio * max(info.compress_size, 1):
            raise Unsafe
        data = self._bytes(info, allowed)
        self._left -= len(data)
        return data

    def _bytes(self, info: zipfile.ZipInfo, allowed: int) -> bytes:
        if (plain := self._inflated(info)) is not None:
            return plain
        try:
            with self._zip.open(info) as member:
                data = member.read(allowed + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
            raise Damaged from None
        if len(data) > allowed:
            raise TooLarge
        return data

    def _inflated(self, info: zipfile.ZipInfo) -> bytes | None:
        """The bytes of a member that is deflated and all that the directory says; None for any other.

        The library builds a stream for each member, which takes longer than inflating the small parts of an invoice.
        """
        if info.compress_type != zipfile.ZIP_DEFLATED or info.flag_bits & ~PLAIN_FLAGS:
            return None
        head = self._data[info.header_offset : info.header_offset + LOCAL_HEAD.size]
        if len(head) < LOCAL_HEAD.size or not head.startswith(LOCAL_MARK):
            return None
        name_length, extra_length = LOCAL_HEAD.unpack(head)
        start = info.header_offset + LOCAL_HEAD.size + name_length
        name = info.orig_filename
        coding = "utf-8" if name.isascii() or info.flag_bits & UTF8_FLAG else "cp437"
        if self._data[start - name_length : start] != name.encode(coding, "replace"):
            return None
        packed = self._data[start + extra_length : start + extra_length + info.compress_size]
        try:
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, info.file_size + 1)
        except zlib.error:
            return None
        return data if len(data) == info.file_size and zlib.crc32(data) == info.CRC else None


def is_zip(data: bytes) -> bool:
    """True where the bytes begin as an archive does.

    >>> is_zip(b"%PDF-1.7")
    False
    """
    return data[:4] in (LOCAL_MARK, b"PK\x05\x06")
