"""Writes a small BIFF8 workbook in its compound file, as banks export ``.xls``."""

import struct
from collections.abc import Mapping, Sequence

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
Cell = str | float | int


def xls(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    """The bytes of an ``.xls`` with these sheets; numbers become number cells."""
    return _compound(_workbook(sheets))


def _workbook(sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> bytes:
    bodies = [_sheet(rows) for rows in sheets.values()]
    head = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + _record(0x42, struct.pack("<H", 1200))
    names = [name.encode("utf-16-le") for name in sheets]
    size = len(head) + sum(4 + 8 + len(name) for name in names) + 4
    globals_, at = head, size
    for name, body in zip(names, bodies, strict=True):
        globals_ += _record(0x85, struct.pack("<IHBB", at, 0, len(name) // 2, 1) + name)
        at += len(body)
    return globals_ + _record(0x0A, b"") + b"".join(bodies)


def _sheet(rows: Sequence[Sequence[Cell]]) -> bytes:
    width = max((len(row) for row in rows), default=0)
    body = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    body += _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                body += _record(0x204, struct.pack("<HHHHB", at, column, 0, len(value), 1) + text) if value else b""
            else:
                body += _record(0x203, struct.pack("<HHHd", at, column, 0, float(value)))
    return body + _record(0x0A, b"")


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _compound(stream: bytes) -> bytes:
    """One stream named Workbook, made long enough that it needs no small sectors."""
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // SECTOR)
    fats = -(-(sectors + 2) // 128) + 1
    chain = [*range(1, sectors), END, END, *[FAT] * fats]
    table = struct.pack(f"<{fats * 128}I", *chain, *[FREE] * (fats * 128 - len(chain)))
    header = struct.pack(
        "<8s16sHHHHHHIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, fats, sectors, 0,
        4096, END, 0, END, 0,
    ) + struct.pack("<109I", *(sectors + 1 + index for index in range(fats)), *[FREE] * (109 - fats))  # fmt: skip
    entries = _entry("Root Entry", 5, 1, END, 0) + _entry("Workbook", 2, FREE, 0, len(stream))
    return header + stream.ljust(sectors * SECTOR, b"\0") + entries.ljust(SECTOR, b"\0") + table


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    fields = struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child)
    return text.ljust(64, b"\0") + fields + bytes(36) + struct.pack("<IQ", start, size)
