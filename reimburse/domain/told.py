"""What one file says about an invoice, and which of several files leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMATS = ("xml", "xbrl", "ofd", "pdf", "image")
"""The better source first."""
NATIVE = ("xml", "xbrl")
SEALED = ("trusted", "intact")
PICTURED = ("pdf", "ofd", "image")


@dataclass(frozen=True, slots=True)
class Told:
    """What one file says about the invoice: the reading's JSON form and where it is stored."""

    reading_id: int
    document_id: int
    data: Mapping[str, Any]

    @property
    def seal(self) -> str | None:
        """The seal's verdict, None where there was nothing to judge."""
        seal = self.data.get("seal")
        return seal["status"] if seal else None


def rank(told: Told) -> tuple[bool, int, bool, bool, int]:
    """Which file leads: unaltered ones, then xml > xbrl > ofd > pdf > image, then sealed ones, then the oldest."""
    sources = {seen["source"] for witnesses in told.data["seen"].values() for seen in witnesses}
    formats = [told.data["format"], *(source for source in NATIVE if source in sources)]
    best = min(FORMATS.index(name) if name in FORMATS else len(FORMATS) for name in formats)
    return told.seal == "altered", best, told.seal not in SEALED, told.data["status"] != "parsed", told.reading_id


def is_native(told: Told) -> bool:
    """Whether the file is, or carries, native XML or XBRL."""
    return rank(told)[1] < len(NATIVE)


def is_proved(told: Told) -> bool:
    """Whether what the file states is not to be changed by hand: native XML or XBRL, or a seal that is intact."""
    return is_native(told) or told.seal in SEALED
