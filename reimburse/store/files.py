"""Content-addressed blobs: a file's bytes stand once under their SHA-256, on disk or in an S3-compatible store."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from reimburse.settings import Settings

PIECE = 512 * 1024


class Files:
    """Where the bytes of documents and exports are. Opened once by ``create_app``."""

    def __init__(self, settings: Settings) -> None:
        self._store: ObjectStore = _open(settings)

    def put(self, data: bytes) -> str:
        """Store these bytes (again is harmless) and return their digest."""
        sha256 = hashlib.sha256(data).hexdigest()
        obstore.put(self._store, path_of(sha256), data)
        return sha256

    def put_file(self, file: BinaryIO) -> tuple[str, int]:
        """Store a file of any size, piece by piece, and return its digest and size."""
        digest, size = hashlib.sha256(), 0
        file.seek(0)
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
        file.seek(0)
        obstore.put(self._store, path_of(digest.hexdigest()), file, use_multipart=size > PIECE)
        return digest.hexdigest(), size

    def put_as(self, path: str, data: bytes) -> None:
        """Store these bytes under a name of their own."""
        obstore.put(self._store, path, data)

    def names(self, folder: str) -> Iterator[str]:
        """The names in a folder of files that have names of their own."""
        for some in obstore.list(self._store, prefix=folder):
            yield from (meta["path"].rpartition("/")[2] for meta in some)

    def pieces(self, sha256: str) -> Iterator[bytes]:
        """The bytes under this digest, a few hundred kilobytes at a time."""
        for piece in obstore.get(self._store, path_of(sha256)).stream(min_chunk_size=PIECE):
            yield bytes(piece)

    def lines(self, sha256: str) -> Iterator[bytes]:
        """The lines of a text under this digest, without their ends."""
        rest = b""
        for piece in self.pieces(sha256):
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
        if rest:
            yield rest

    def get(self, sha256: str) -> bytes:
        """The bytes under this digest; ``FileNotFoundError`` where they are gone."""
        return bytes(obstore.get(self._store, path_of(sha256)).bytes())

    def has(self, sha256: str) -> bool:
        """Whether the bytes are there."""
        try:
            obstore.head(self._store, path_of(sha256))
        except FileNotFoundError:
            return False
        return True

    def remove(self, sha256: str) -> None:
        """Do away with the bytes under this digest; again is harmless. Whoever asks knows that nobody needs them."""
        with suppress(FileNotFoundError):
            obstore.delete(self._store, path_of(sha256))


def path_of(sha256: str) -> str:
    """The place of a digest in the store.

    >>> path_of("ab" + "0" * 62)[:6]
    'ab/ab0'
    """
    return f"{sha256[:2]}/{sha256}"


def _open(settings: Settings) -> ObjectStore:
    if settings.files_url:
        return from_url(settings.files_url)
    folder = Path(settings.data) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return LocalStore(prefix=folder)
