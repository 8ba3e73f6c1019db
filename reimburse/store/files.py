"""Content-addressed blobs: a file's bytes stand once under their SHA-256, on disk or in an S3-compatible store."""

import hashlib
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from reimburse.settings import Settings


class Files:
    """Where the bytes of documents and exports are. Opened once by ``create_app``."""

    def __init__(self, settings: Settings) -> None:
        self._store: ObjectStore = _open(settings)

    def put(self, data: bytes) -> str:
        """Store these bytes (again is harmless) and return their digest."""
        sha256 = hashlib.sha256(data).hexdigest()
        obstore.put(self._store, path_of(sha256), data)
        return sha256

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
