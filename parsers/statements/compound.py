"""The compound file around an ``.xls`` ([MS-CFB]): refused where its chains of sectors run in circles.

The workbook library follows them without counting.
"""

import struct
from collections.abc import Iterator, Sequence

from parsers.statements.errors import Broken

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST = 0xFFFFFFF9
"""Greater numbers mark an end, a free sector or a table's own."""
HEADER_BYTES = 512
TABLES_IN_HEADER = 109
ENTRY_BYTES = 128
ROOT, STREAM = 5, 2
BOOKS = frozenset({"Workbook", "Book"})


def check_chains(data: bytes) -> None:
    """``Broken`` where a chain that leads to the workbook comes back to itself."""
    if not data.startswith(OLE) or len(data) < HEADER_BYTES:
        return
    file = _Sectors(data)
    table = [number for sector in file.table_sectors() for number in file.numbers(sector)]
    directory = b"".join(file.bytes(sector) for sector in _chain(file.first_directory, table))
    small = [number for sector in _chain(file.first_small, table) for number in file.numbers(sector)]
    for kind, name, start, size in _entries(directory):
        if kind == ROOT or (name in BOOKS and size >= file.cutoff):
            _chain(start, table)
        elif name in BOOKS:
            _chain(start, small)


class _Sectors:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = 1 << min(struct.unpack_from("<H", data, 30)[0], 16)
        self.first_directory, _, self.cutoff, self.first_small = struct.unpack_from("<4I", data, 48)
        self._first_more, self._more = struct.unpack_from("<2I", data, 68)

    def bytes(self, sector: int) -> bytes:
        return self._data[(sector + 1) * self._size : (sector + 2) * self._size]

    def numbers(self, sector: int) -> Sequence[int]:
        found = self.bytes(sector)
        return struct.unpack_from(f"<{len(found) // 4}I", found)

    def table_sectors(self) -> Iterator[int]:
        """Where the table of chains stands: listed in the header, then in sectors that end with the next's number."""
        yield from _used(struct.unpack_from(f"<{TABLES_IN_HEADER}I", self._data, 76))
        sector, seen = self._first_more, 0
        while sector <= LAST and (listed := self.numbers(sector)):
            seen += 1
            if seen > len(self._data) // self._size:
                raise Broken
            yield from _used(listed[:-1])
            sector = listed[-1]


def _used(numbers: Sequence[int]) -> Iterator[int]:
    return (number for number in numbers if number <= LAST)


def _chain(start: int, table: Sequence[int]) -> list[int]:
    found: list[int] = []
    while start <= LAST and start < len(table):
        if len(found) >= len(table):
            raise Broken
        found.append(start)
        start = table[start]
    return found


def _entries(directory: bytes) -> Iterator[tuple[int, str, int, int]]:
    """Kind, name, first sector and size of each entry."""
    for at in range(0, len(directory) - ENTRY_BYTES + 1, ENTRY_BYTES):
        name = directory[at : at + 64].decode("utf-16-le", "replace").partition("\0")[0]
        start, size = struct.unpack_from("<IQ", directory, at + 116)
        yield directory[at + 66], name, start, size
