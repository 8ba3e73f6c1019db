"""The bytes of a ZIP that stores its members as they are: nothing in it depends on who writes it, or when.

Sizes and check sums stand before each member, so that the file can be read from its beginning, and every byte of it is
known in advance: a verifier compares them all.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

LOCAL, ENTRY, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
END_64, LOCATOR_64 = b"PK\x06\x06", b"PK\x06\x07"
FULL, MANY = 0xFFFFFFFF, 0xFFFF
UTF_8 = 1 << 11
PLAIN, LARGE = 20, 45
"""The versions of the format that a reader has to know: without and with 64-bit sizes."""
UNIX, MODE = 3 << 8, 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Part:
    """A member: its name, size in bytes, CRC-32, and where its header starts."""

    name: str
    size: int
    crc: int
    offset: int

    @property
    def end(self) -> int:
        """Where the next one starts."""
        return self.offset + len(local_header(self, 0)) + self.size


def stamp(instant: Sequence[int]) -> int:
    """Date and time as a ZIP writes them, to two seconds.

    >>> hex(stamp((2026, 11, 23, 10, 30, 0)))
    '0x5d7753c0'
    """
    year, month, day, hour, minute, second = instant
    return ((year - 1980) << 25) | (month << 21) | (day << 16) | (hour << 11) | (minute << 5) | (second // 2)


def local_header(part: Part, when: int) -> bytes:
    """What stands before the bytes of a member."""
    name, large = part.name.encode(), part.size >= FULL
    extra = struct.pack("<HHQQ", 1, 16, part.size, part.size) if large else b""
    size = FULL if large else part.size
    version = LARGE if large else PLAIN
    fixed = struct.pack("<4sHHHIIIIHH", LOCAL, version, UTF_8, 0, when, part.crc, size, size, len(name), len(extra))
    return fixed + name + extra


def directory_entry(part: Part, when: int) -> bytes:
    """What the directory at the end says about a member."""
    name = part.name.encode()
    large = [value for value in (part.size, part.size, part.offset) if value >= FULL]
    extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    size, offset = min(part.size, FULL), min(part.offset, FULL)
    version = LARGE if large else PLAIN
    numbers = (UNIX | version, version, UTF_8, 0, when, part.crc, size, size, len(name), len(extra), 0, 0, 0, MODE)
    return struct.pack("<4sHHHHIIIIHHHHHII", ENTRY, *numbers, offset) + name + extra


def ending(parts: Sequence[Part], length: int) -> bytes:
    """What stands behind the directory, which has this length in bytes."""
    start, count = (parts[-1].end if parts else 0), len(parts)
    plain = struct.pack(
        "<4sHHHHIIH", END, 0, 0, min(count, MANY), min(count, MANY), min(length, FULL), min(start, FULL), 0
    )
    if count < MANY and start < FULL and length < FULL:
        return plain
    record = struct.pack("<4sQHHIIQQQQ", END_64, 44, UNIX | LARGE, LARGE, 0, 0, count, count, length, start)
    return record + struct.pack("<4sIQI", LOCATOR_64, 0, start + length, 1) + plain
