"""A file as it was handed in."""

import hashlib
from dataclasses import dataclass, field

from reimburse.domain.reading import ErrorCode


@dataclass(frozen=True, slots=True)
class Document:
    """A file's bytes and the name it came with; the name says nothing about what it is.

    >>> Document("a.pdf", b"").sha256[:8]
    'e3b0c442'
    """

    name: str
    data: bytes = field(repr=False)
    refused: ErrorCode | None = None
    """Why it was left in its container; ``data`` is empty then."""

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes."""
        return hashlib.sha256(self.data).hexdigest()
