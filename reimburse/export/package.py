"""A ZIP made while it is sent: every file is read in pieces, its digest checked, and the manifest comes last."""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MANIFEST = "manifest.json"
UNSAFE = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff._-]+")


class AlteredFile(Exception):
    """A stored file no longer has the digest under which it was kept."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the package. ``sha256`` is what it must have, None for a file made on the way."""

    name: str
    chunks: Callable[[], Iterable[bytes]]
    sha256: str | None
    facts: Mapping[str, Any]


def package(head: Mapping[str, Any], members: Iterable[Member], made_at: datetime) -> Iterator[bytes]:
    """The ZIP in pieces; ``AlteredFile`` in the middle of it where a file is not what it was."""
    sink = _Sink()
    listed: list[dict[str, Any]] = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            for _ in _stored(archive, member, made_at, listed):
                yield from sink.drain()
        manifest = manifest_bytes(head, listed)
        with archive.open(zip_entry(MANIFEST, made_at), "w") as target:
            target.write(manifest)
    yield from sink.drain()


def manifest_bytes(head: Mapping[str, Any], files: list[dict[str, Any]]) -> bytes:
    """The manifest: what the package is, and of each file its name, size, SHA-256 and the rows it belongs to."""
    return (json.dumps({**head, "files": files}, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def safe_name(text: str) -> str:
    """A part of a file name that every system takes.

    >>> safe_name("../行程 单?.pdf")
    '行程_单_.pdf'
    """
    return UNSAFE.sub("_", text).lstrip("._") or "_"


def _stored(archive: zipfile.ZipFile, member: Member, made_at: datetime, listed: list[dict[str, Any]]) -> Iterator[int]:
    digest, size = hashlib.sha256(), 0
    with archive.open(zip_entry(member.name, made_at), "w") as target:
        for chunk in member.chunks():
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
            yield size
    if member.sha256 not in (None, digest.hexdigest()):
        raise AlteredFile(f"{member.name}: expected {member.sha256}, found {digest.hexdigest()}")
    listed.append({"name": member.name, "sha256": digest.hexdigest(), "size": size, **member.facts})


def zip_entry(name: str, made_at: datetime) -> zipfile.ZipInfo:
    """The head of a file in a ZIP, of this instant; the same name and instant give the same bytes."""
    entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


class _Sink:
    """Takes what the archive writes and gives it on; it cannot seek, so sizes follow each file."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing to close."""

    def drain(self) -> Iterator[bytes]:
        pieces, self._pieces = self._pieces, []
        yield from pieces
