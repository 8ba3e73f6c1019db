"""Digests of the archive by their name: ``sha256``, or ``sm3`` where the law asks for it. Always written in hex."""

import hashlib
from typing import Protocol

from reimburse.domain.sm3 import SM3

ALGORITHMS = ("sha256", "sm3")


class Running(Protocol):
    """A digest that is being computed."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes in."""

    def hexdigest(self) -> str:
        """The digest of what was taken in so far."""


def running(algorithm: str) -> Running:
    """A new digest of this name; ``ValueError`` where there is none.

    >>> running("sm3").hexdigest()[:8], running("sha256").hexdigest()[:8]
    ('1ab21d83', 'e3b0c442')
    """
    if algorithm not in ALGORITHMS:
        raise ValueError(f"no digest is called {algorithm!r}")
    try:
        return hashlib.new(algorithm)
    except ValueError:
        return SM3()


def digest(algorithm: str, data: bytes) -> str:
    """The digest of these bytes."""
    taking = running(algorithm)
    taking.update(data)
    return taking.hexdigest()
