"""What holds of every reading, whatever the file: the terms of CONTRACTS, and that no seal is a miracle."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from bench.mutations import members_of
from parsers.sandbox_frames import pack
from reimburse.domain.reading import ErrorCode, Reading, ReadStatus, SealStatus, Source
from reimburse.domain.reading_json import reading_to_json

SIGNATURE = "/Signature.xml"
UNCHANGED = frozenset({SealStatus.TRUSTED, SealStatus.INTACT})
NOT_SIGNED = ("Signatures.xml", SIGNATURE, "SignedValue.dat")


class Unsound(Exception):
    """A reading that says what no reading may say."""


def expect_sound(readings: Sequence[Reading]) -> None:
    """Raises Unsound where a reading breaks the terms it is given on."""
    if not readings:
        raise Unsound("no reading")
    for reading in readings:
        for problem in _problems(reading):
            raise Unsound(problem)
        pack(reading_to_json(reading))


def _problems(reading: Reading) -> Iterator[str]:
    code = reading.error.code if reading.error else None
    if reading.status is ReadStatus.REJECTED and code in {None, ErrorCode.NO_INVOICE}:
        yield "rejected without a reason"
    if reading.status is ReadStatus.NOT_AN_INVOICE and (code is ErrorCode.NO_INVOICE) == (reading.document is not None):
        yield "no invoice, and not said what else"
    is_read = reading.status in {ReadStatus.PARSED, ReadStatus.INCOMPLETE}
    if is_read != (reading.invoice is not None) or (is_read and code):
        yield "status and invoice differ"
    if reading.status is ReadStatus.INCOMPLETE and not reading.missing:
        yield "incomplete, and nothing missing"
    if any(len(set(one.values.values())) < 2 and set(one.values) != {Source.LINES} for one in reading.conflicts):
        yield "a conflict of one value"
    boxes = (seen.box for seen in chain.from_iterable(reading.seen.values()) if seen.box)
    if not all(map(math.isfinite, chain.from_iterable(boxes))):
        yield "a box without bounds"


@dataclass(frozen=True, slots=True)
class Originals:
    """The signed files that mutations began with: whatever is found unchanged must be one of them."""

    files: tuple[bytes, ...]

    def expect_unchanged(self, data: bytes, status: SealStatus) -> None:
        """Raises Unsound where a file is called unchanged that is none of the originals, by what they sign."""
        if status in UNCHANGED and not any(_same_where_signed(data, original) for original in self.files):
            raise Unsound("a forged file found unchanged")


def _same_where_signed(data: bytes, original: bytes) -> bool:
    if original.startswith(b"PK"):
        return _same_members(dict(members_of(data)), dict(members_of(original)))
    start = original.index(b"/Contents <") + len(b"/Contents ")
    end = original.index(b">", start) + 1
    return data[:start] == original[:start] and data[end : len(original)] == original[end:]


def _same_members(members: dict[str, bytes], original: dict[str, bytes]) -> bool:
    """Every member that the original's signature names is there as it was."""
    signed = next(content for name, content in original.items() if name.endswith(SIGNATURE)).decode()
    named = [name for name in original if f'/{name}"' in signed and not name.endswith(NOT_SIGNED)]
    return bool(named) and all(members.get(name) == original[name] for name in named)
