"""A drawn file read and held against what was drawn, field by field."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import parsers
from parsers.containers import documents_in
from parsers.document import Document
from parsers.normalise import compact
from reimburse.domain.invoice import Invoice
from reimburse.domain.invoice_json import invoice_to_json
from reimburse.domain.reading import Box, Conflict, DocumentKind, Reading

Place = tuple[int, Box]
"""Page and box."""
NUMBERS = ("quantity", "unit_price", "tax_rate", "amount_excl_tax", "tax_amount", "total_incl_tax")
CERTAIN = frozenset({"currency"})
"""What no file states."""

NOT_PRINTED = CERTAIN | frozenset({"red_letter_of", "travel"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A file, what it states, and how it was drawn."""

    name: str
    data: bytes
    told: Invoice | None
    how: str
    document: DocumentKind | None = None
    """What it is, where it is no invoice."""
    planted: frozenset[str] = frozenset()
    """Fields of which two sources in the file say different things: a conflict must name each."""
    unjudged: frozenset[str] = NOT_PRINTED
    others: tuple[Invoice, ...] = ()
    """Further invoices in the file, in their order."""
    only: frozenset[str] = frozenset()
    """Where any are named, the fields that are stated at all: others are counted only where something is read."""
    places: tuple[Place, ...] = ()
    """Where the number of each invoice stands, in their order, where that is judged."""
    inside: tuple["Drawn", ...] = ()
    """What lies in a container, by name and in any order."""


@dataclass(slots=True)
class Tally:
    """What was read rightly, wrongly with a flag, and wrongly in silence."""

    files: int = 0
    exact: int = 0
    flagged: int = 0
    absent: int = 0
    silent: int = 0
    doubted: int = 0
    """Files that were read rightly and yet raise a conflict."""
    fields: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def whole(self) -> int:
        """All fields judged."""
        return self.exact + self.flagged + self.absent + self.silent

    @property
    def shown(self) -> str:
        """The figures in a line."""
        return (
            f"{self.files} files, {self.whole} fields: {self.exact / max(self.whole, 1):.2%} exact, "
            f"{self.flagged} wrong and flagged, {self.absent} not read, {self.silent} wrong in silence; "
            f"{self.doubted} files doubted without need"
        )


def judge(file: Drawn, tally: Tally) -> None:
    """Reads the file and counts; of a container, each file inside."""
    if file.inside:
        _judge_container(file, tally)
    else:
        _judge_file(file, tally)


def _judge_container(file: Drawn, tally: Tally) -> None:
    found = {document.name: document.data for document in documents_in(Document(file.name, file.data))}
    for inner in file.inside:
        name = next((name for name in found if name.endswith(f"/{inner.name}")), None)
        if name is None:
            tally.absent += 1
            _note(tally, file, "absent", "file", inner.name, sorted(found))
        else:
            _judge_file(replace(inner, data=found.pop(name), how=f"{file.name} {inner.how}"), tally)
    for name in found:
        tally.silent += 1
        _note(tally, file, "SILENT", "file", None, name)


def _judge_file(file: Drawn, tally: Tally) -> None:
    readings = parsers.read(Document(file.name, file.data))
    tally.files += 1
    if file.told is None:
        _judge_document(file, readings, tally)
        return
    wrong = tally.flagged + tally.absent + tally.silent
    told = (file.told, *file.others)
    held = [reading for reading in readings if reading.invoice] or list(readings[:1])
    for extra in held[len(told) :]:
        tally.silent += 1
        _note(tally, file, "SILENT", "another invoice", None, extra.invoice and extra.invoice.number)
    for lost in told[len(held) :]:
        tally.silent += 1
        _note(tally, file, "SILENT", "an invoice", lost.number, None)
    pairs = _paired(told, held)
    for one, reading in pairs:
        _judge_fields(file, one, reading, tally)
        if file.places:
            _judge_place(file, file.places[told.index(one)], reading, tally)
    conflicts = [conflict for reading in held for conflict in reading.conflicts]
    for path in sorted(file.planted - {conflict.field for conflict in conflicts}):
        tally.silent += 1
        _note(tally, file, "SILENT", path, "a conflict", None)
    if conflicts and not file.planted and tally.flagged + tally.absent + tally.silent == wrong:
        _note_doubts(tally, file, conflicts)


def _paired(told: tuple[Invoice, ...], held: list[Reading]) -> list[tuple[Invoice, Reading]]:
    """By number where one was lost, so that the others are held against their own; else in their order."""
    if len(held) < len(told):
        by_number = {reading.invoice.number: reading for reading in held if reading.invoice}
        found = [(one, by_number[one.number]) for one in told if one.number in by_number]
        if len(found) == len(held):
            return found
    return list(zip(told, held, strict=False))


def _note_doubts(tally: Tally, file: Drawn, conflicts: Sequence[Conflict]) -> None:
    tally.doubted += 1
    for conflict in conflicts:
        tally.fields[f"doubted {_plain(conflict.field)}"] += 1
        said = {source.value: value for source, value in conflict.values.items()}
        tally.doubts.append(f"doubted {file.name} {file.how} {conflict.field}: {said}")


def _judge_fields(file: Drawn, told_invoice: Invoice, reading: Reading, tally: Tally) -> None:
    read = invoice_to_json(reading.invoice) if reading.invoice else {}
    for path, told, said in compared(invoice_to_json(told_invoice), read, file.unjudged):
        if path in file.planted or (file.only and path not in file.only and said is told is None):
            continue
        if same(path, told, said):
            tally.exact += 1
        elif is_flagged(path, reading):
            tally.flagged += 1
            tally.fields[f"flagged {_plain(path)}"] += 1
        elif said is None:
            tally.absent += 1
            _note(tally, file, "absent", path, told, said)
        else:
            tally.silent += 1
            _note(tally, file, "SILENT", path, told, said)


def _judge_place(file: Drawn, place: Place, reading: Reading, tally: Tally) -> None:
    for seen in reading.seen.get("number", ()):
        if seen.page == place[0] and seen.box and stands_at(place[1], seen.box):
            tally.exact += 1
        else:
            tally.silent += 1
            _note(tally, file, "SILENT", "place", place, (seen.page, seen.box))


def stands_at(place: Box, box: Box) -> bool:
    """Whether a box is where it should be, by a third of its side at most."""
    reach = max(place[2] - place[0], place[3] - place[1]) / 3
    return all(abs(edge - other) <= reach for edge, other in zip(place, box, strict=True))


def _judge_document(file: Drawn, readings: tuple[Reading, ...], tally: Tally) -> None:
    """A paper that is no invoice: it may stay without a name, but never get another's."""
    named = readings[0].document
    taken = next((reading.invoice.kind for reading in readings if reading.invoice), None)
    if taken or named not in {file.document, None}:
        tally.silent += 1
        _note(tally, file, "SILENT", "document", file.document, taken or named)
    elif named is file.document:
        tally.exact += 1
    else:
        tally.absent += 1
        _note(tally, file, "absent", "document", file.document, named)


def compared(
    told: dict[str, Any], read: dict[str, Any], unjudged: frozenset[str] = NOT_PRINTED, prefix: str = ""
) -> Iterator[tuple[str, Any, Any]]:
    """Every field with what was drawn and what was read."""
    for name, value in told.items():
        path = prefix + name
        other = read.get(name)
        if path in unjudged:
            continue
        if isinstance(value, dict) or isinstance(other, dict):
            whole = value or dict.fromkeys(other)
            yield from compared(whole, other or {}, unjudged, f"{path}.")
        elif name == "lines":
            for index in range(max(len(value), len(other or []))):
                pair = [side[index] if index < len(side) else {} for side in (value, other or [])]
                yield from compared(pair[0] or dict.fromkeys(pair[1]), pair[1], unjudged, f"{path}.{index}.")
        else:
            yield path, value, other


def same(path: str, told: Any, read: Any) -> bool:
    """Whether the reading says what was drawn."""
    if told is None or read is None or isinstance(told, bool):
        return bool(told == read) or (told, read) in {(False, None), (None, False)}
    if path.endswith(NUMBERS):
        return Decimal(told) == Decimal(read)
    return compact(told) == compact(read)


def is_flagged(path: str, reading: Reading) -> bool:
    """Whether a conflict or ``missing`` names the field, or for a line's field the lines."""
    named = {conflict.field for conflict in reading.conflicts} | set(reading.missing)
    line = path.rpartition(".")[0]
    return path in named or (
        path.startswith("lines.") and ("lines" in named or any(name.startswith(line) for name in named))
    )


def _note(tally: Tally, file: Drawn, what: str, path: str, told: Any, said: Any) -> None:
    tally.fields[f"{what} {_plain(path)}"] += 1
    tally.examples.append(f"{what} {file.name} {file.how} {path}: {told!r} read as {said!r}")


def _plain(path: str) -> str:
    return ".".join(part for part in path.split(".") if not part.isdigit())
