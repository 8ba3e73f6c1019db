"""The package of a batch or a period: its files and originals, what was read, the ledger, chains, seals, a verifier.

Everything that comes from the database is written to temporary files first, so that the package is sent without one.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.export.archive_package import PIECE, Packed, archive_package, own_members
from reimburse.services.archive.archive_package_parts import kinds_of, write_chains, write_ledgers, write_readings
from reimburse.services.archive.archive_roots import ROOT, covered_by
from reimburse.services.errors import Refused
from reimburse.services.invoices.intake import files
from reimburse.store.batches import BatchRow
from reimburse.store.db import CHINA
from reimburse.store.events import algorithm_in_force

ORIGINALS = frozenset({"originals", "attachments"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What goes into a package: one batch, or the batches of a legal entity that were exported in a period."""

    batch_no: str | None = None
    since: date | None = None
    until: date | None = None
    legal_entity_id: int | None = None

    @property
    def name(self) -> str:
        """The name of the file."""
        return f"archive-{self.batch_no or f'{self.since}_{self.until}'}.zip"


def batches_in(session: Session, scope: Scope) -> list[BatchRow]:
    """The batches of a package in the order of their numbers; ``Refused`` where there are none with files."""
    query = select(BatchRow).order_by(BatchRow.batch_no)
    if scope.batch_no:
        query = query.where(BatchRow.batch_no == scope.batch_no)
    else:
        first, last = scope.since or date.min, scope.until or date.max
        query = query.where(BatchRow.exported_at >= _midnight(first), BatchRow.exported_at <= _midnight(last, time.max))
    if scope.legal_entity_id:
        query = query.where(BatchRow.legal_entity_id == scope.legal_entity_id)
    found = [batch for batch in session.scalars(query) if ROOT in batch.control]
    if not found:
        raise Refused("所选范围内没有已冻结的批次。", "There is no frozen batch in what was chosen.")
    return found


def package(session: Session, scope: Scope) -> Iterator[bytes]:
    """The package in pieces. What it says of the database is taken before the first piece is asked for."""
    batches = batches_in(session, scope)
    with ExitStack() as stack:
        made = _written(stack.enter_context(TemporaryFile()), session, batches)
        contents = [(batch.batch_no, dict(batch.control), kinds_of(session, batch.id)) for batch in batches]
        algorithms = [algorithm_in_force(), *sorted({batch.control[ROOT]["algorithm"] for batch in batches})]
        head = {"scope": _said(scope), "batches": [_about(batch) for batch in batches]}
        instant = max(batch.frozen_at for batch in batches if batch.frozen_at).astimezone(CHINA)
        kept = stack.pop_all()
    return _sent(kept, head, made, contents, algorithms, instant)


def _sent(
    kept: ExitStack,
    head: Mapping[str, Any],
    made: Sequence[Packed],
    contents: Sequence[tuple[str, Mapping[str, Any], Mapping[str, str]]],
    algorithms: Sequence[str],
    instant: datetime,
) -> Iterator[bytes]:
    with kept:
        yield from archive_package(head, _members(made, contents), algorithms, instant.timetuple()[:6])


def _members(
    made: Sequence[Packed], contents: Sequence[tuple[str, Mapping[str, Any], Mapping[str, str]]]
) -> Iterator[Packed]:
    yield from own_members()
    for batch_no, control, kinds in contents:
        for covered in covered_by(control):
            facts = {**covered.facts, "batch": batch_no, "as": covered.name}
            place = PurePosixPath(covered.name)
            if place.parts[0] in ORIGINALS:
                facts["original"] = True
            if place.parts[0] == "originals":
                place = place.parent / kinds.get(covered.sha256, "other") / place.name
            chunks = partial(files().pieces, covered.sha256)
            yield Packed(f"{batch_no}/{place}", chunks, covered.sha256, facts)
    yield from made


class Spool:
    """One temporary file for all that is made for a package: each part is written to its end before the next starts."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._starts: list[tuple[str, int, Mapping[str, Any]]] = []

    def opened(self, name: str, **facts: Any) -> IO[bytes]:
        """The file to write the part of this name to."""
        self._starts.append((name, self._file.tell(), facts))
        return self._file

    def members(self) -> list[Packed]:
        """The parts that were written."""
        ends = [*(start for _, start, _ in self._starts[1:]), self._file.tell()]
        return [
            Packed(name, partial(self._pieces, start, end), None, facts)
            for (name, start, facts), end in zip(self._starts, ends, strict=True)
        ]

    def _pieces(self, start: int, end: int) -> Iterator[bytes]:
        for at in range(start, end, PIECE):
            self._file.seek(at)
            yield self._file.read(min(PIECE, end - at))


def _written(file: IO[bytes], session: Session, batches: Sequence[BatchRow]) -> list[Packed]:
    """The files that are made for the package."""
    spool, ids = Spool(file), [batch.id for batch in batches]
    write_ledgers(session, ids, spool.opened)
    write_readings(session, ids, spool.opened)
    write_chains(session, ids, spool.opened)
    return spool.members()


def _about(batch: BatchRow) -> dict[str, Any]:
    return {"batch_no": batch.batch_no, "chain": f"batch:{batch.id}", "merkle": batch.control[ROOT]}


def _said(scope: Scope) -> dict[str, Any]:
    if scope.batch_no:
        return {"batch": scope.batch_no}
    return {"since": str(scope.since), "until": str(scope.until), "legal_entity": scope.legal_entity_id}


def _midnight(day: date, at: time = time.min) -> datetime:
    return datetime.combine(day, at, CHINA)
