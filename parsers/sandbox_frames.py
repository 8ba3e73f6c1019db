"""What goes through the pipes between the service and the process that reads files: a JSON head and blobs of bytes.

Four bytes give the head's length, big-endian; ``blobs`` in the head gives the lengths of what follows. Nothing of it
is ever executed or unpickled.
"""

import json
import struct
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

Head = dict[str, Any]

LENGTH = struct.Struct(">I")


class BadFrame(Exception):
    """The other side sent something that is no frame, or too much."""


def pack(head: Head, blobs: Sequence[bytes] = ()) -> bytes:
    """One frame.

    >>> unpack(iter([pack({"op": "read"}, [b"abc"])]).__next__)
    ({'op': 'read'}, [b'abc'])
    """
    text = _json({**head, "blobs": [len(blob) for blob in blobs]})
    return b"".join((LENGTH.pack(len(text)), text, *blobs))


def _json(head: Head) -> bytes:
    try:
        return msgspec.json.encode(head)
    except UnicodeEncodeError:  # Half a surrogate pair, from a broken font or a file name, is no text.
        return json.dumps(head, ensure_ascii=False).encode("utf-8", "replace")


class Unpacker:
    """Collects bytes as they come until one frame is whole."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._data = bytearray()
        self._head: Head | None = None
        self._needed = LENGTH.size
        self._start = 0

    def feed(self, data: bytes) -> bool:
        """Takes some bytes; True once the frame is whole."""
        self._data += data
        if len(self._data) > self.most_bytes:
            raise BadFrame("too long")
        while len(self._data) >= self._needed:
            if self._head is not None:
                return True
            self._advance()
        return False

    def _advance(self) -> None:
        if not self._start:
            self._start = LENGTH.size
            self._needed += LENGTH.unpack_from(self._data)[0]
            return
        try:
            head = msgspec.json.decode(self._data[self._start : self._needed])
            self._head, self._start = head, self._needed
            self._needed += sum(int(size) for size in head["blobs"])
        except (ValueError, TypeError, KeyError) as problem:
            raise BadFrame("no head") from problem

    def frame(self) -> tuple[Head, list[bytes]]:
        """The head and the blobs; only once ``feed`` has said True."""
        if self._head is None:
            raise BadFrame("incomplete")
        sizes, blobs, start = self._head.pop("blobs"), [], self._start
        for size in sizes:
            blobs.append(bytes(self._data[start : start + size]))
            start += size
        return self._head, blobs


def unpack(read: Callable[[], bytes], most_bytes: int = 1 << 31) -> tuple[Head, list[bytes]] | None:
    """The next frame from a function that gives some bytes; None where it gives none, as the other side is gone."""
    unpacker = Unpacker(most_bytes)
    while data := read():
        if unpacker.feed(data):
            return unpacker.frame()
    return None
