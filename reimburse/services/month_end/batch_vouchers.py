"""The entries of a batch: made once when it is frozen, kept as facts, and written in any layout from these."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.ledger import LedgerEntry, Posting, Purpose, ReversalStyle, Side
from reimburse.domain.ledger_json import entry_from_json, entry_to_json
from reimburse.domain.money import to_fen
from reimburse.export.chart import FILE, BadLayout, Chart
from reimburse.export.layout import Layout
from reimburse.export.layout_rows import DoesNotFit
from reimburse.export.render import render
from reimburse.export.voucher import CREDITED, ClaimToBook, Vouchers
from reimburse.export.voucher_rows import VoucherHead, voucher_group
from reimburse.services.errors import NotFound, Refused
from reimburse.services.invoices.intake import files
from reimburse.services.month_end import export_layouts
from reimburse.services.month_end.batch_rows import ClaimRows
from reimburse.services.month_end.mirrored_entries import entry_of
from reimburse.store.batches import BatchRow
from reimburse.store.db import CHINA
from reimburse.store.people import LegalEntityRow, PersonRow

KEPT_AS = "vouchers.jsonl"
PIECE = 1 << 16
Entries = Callable[[], Iterator[LedgerEntry]]


class Disagrees(Exception):
    """The vouchers do not add up to the lines of the batch. Nothing is frozen then."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file of vouchers: its bytes in pieces, its name and media type."""

    pieces: Iterator[bytes]
    name: str
    media_type: str


class VoucherFile:
    """Writes the entries of a batch while its rows pass, and adds them up."""

    def __init__(self, file: BinaryIO, chart: Chart, made_on: date, batch_no: str) -> None:
        self._file, self._vouchers = file, Vouchers(chart, made_on, batch_no)
        self._chart, self._made_on, self._swapped = chart, made_on, False
        self._fen: Counter[str] = Counter()
        self._count = 0

    def add(self, rows: ClaimRows) -> int:
        """Book a claim; the number of its entry."""
        claim_no = rows.lines[0].claim_no
        if rows.undoes:
            self._swapped = self._chart.reversal is ReversalStyle.SWAPPED
            self._put(entry_of(rows.undoes, claim_no, self._count + 1, self._made_on, self._chart))
            return self._count
        self._put(self._vouchers.add(ClaimToBook(claim_no, tuple(rows.lines), len(rows.originals))))
        return self._count or 1

    def finish(self) -> None:
        """All claims have passed."""
        self._put(self._vouchers.finish())

    def stated(self) -> dict[str, int]:
        """How many entries there are, and their sums in fen."""
        names = ("debit", "credit", Purpose.INPUT_VAT.value)
        return {"vouchers_count": self._count, **{f"{name}_fen": self._fen[name] for name in names}}

    def agree(self, total_fen: int, input_vat_fen: int, by_paid_by_fen: Mapping[str, int]) -> None:
        """``Disagrees`` where the entries say otherwise than the lines."""
        expected = {"debit": total_fen, "credit": total_fen, Purpose.INPUT_VAT.value: input_vat_fen}
        expected |= {purpose.value: by_paid_by_fen.get(purpose.value, 0) for purpose in CREDITED}
        if self._swapped:
            expected = {"debit": -total_fen, "credit": -total_fen}
        wrong = {name: (fen, self._fen[name]) for name, fen in expected.items() if self._fen[name] != fen}
        if wrong:
            raise Disagrees(f"lines and vouchers differ, in fen: {wrong}")

    def _put(self, entry: LedgerEntry | None) -> None:
        if entry is None:
            return
        self._count += 1
        self._file.write(json.dumps(entry_to_json(entry), ensure_ascii=False).encode() + b"\n")
        for posting in entry.postings:
            self._count_in(posting)

    def _count_in(self, posting: Posting) -> None:
        fen = to_fen(posting.amount)
        self._fen[posting.side.value] += fen
        if posting.side is Side.CREDIT or posting.purpose is Purpose.INPUT_VAT:
            self._fen[posting.purpose.value] += fen


def entries_of(batch: BatchRow) -> Iterator[LedgerEntry]:
    """The entries that the batch was frozen with, on the day on which they were posted, if they are."""
    about = batch.control.get("files", {}).get(KEPT_AS)
    if about is None:
        raise NotFound
    for entry in read_entries(files().pieces(about["sha256"])):
        yield replace(entry, made_on=batch.posted_on) if batch.posted_on else entry


def read_entries(pieces: Iterator[bytes]) -> Iterator[LedgerEntry]:
    """Entries from JSON Lines; one that does not balance is refused."""
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from (entry_from_json(json.loads(line)) for line in lines)


def written(session: Session, batch: BatchRow, layout_name: str) -> Written:
    """The vouchers of a frozen batch in this layout; ``Refused`` in words where it cannot hold them."""
    if batch.frozen_at is None:
        raise NotFound
    return in_layout(
        layout_name, head_of(session, batch), lambda: entries_of(batch), batch.frozen_at, batch.batch_no
    )  # fmt: skip


def in_layout(layout_name: str, head: VoucherHead, entries: Entries, made_at: datetime, stem: str) -> Written:
    """Entries in this layout, named after ``stem``; ``Refused`` in words where it cannot hold them."""
    layout = export_layouts.voucher_layouts().get(layout_name)
    if layout is None:
        raise NotFound
    with ExitStack() as stack:
        file: BinaryIO = stack.enter_context(TemporaryFile())
        try:
            _render(layout, head, entries, file, made_at)
        except DoesNotFit as unfit:
            raise Refused(unfit.text.zh, unfit.text.en) from None
        return Written(_pieces(file, stack.pop_all()), f"{stem}-{layout_name}.{layout.ending}", layout.media_type)


def write_layouts(
    opened: Callable[[], BinaryIO], head: VoucherHead, entries: Entries, made_at: datetime
) -> tuple[dict[str, tuple[BinaryIO, str]], dict[str, Text]]:
    """The layouts that are kept with every batch: file and media type by name; and why one could not be written.

    ``opened`` gives an empty file.
    """
    made: dict[str, tuple[BinaryIO, str]] = {}
    problems: dict[str, Text] = {}
    known = export_layouts.voucher_layouts()
    for layout_name in export_layouts.chart().written_on_freeze:
        if layout_name not in known:
            raise BadLayout(f"{FILE}: written_on_freeze: no layout {layout_name!r}; known are: {', '.join(known)}")
        layout, file = known[layout_name], opened()
        try:
            _render(layout, head, entries, file, made_at)
        except DoesNotFit as unfit:
            problems[layout_name] = unfit.text
        else:
            made[file_name(layout_name, layout)] = file, layout.media_type
    return made, problems


def file_name(layout_name: str, layout: Layout) -> str:
    """What the file of a layout is called in a batch."""
    return f"vouchers-{layout_name}.{layout.ending}"


def head_of(session: Session, batch: BatchRow) -> VoucherHead:
    """What stands in the head of the batch's vouchers."""
    entity = session.get_one(LegalEntityRow, batch.legal_entity_id)
    return VoucherHead(batch.batch_no, entity.name, entity.tax_id, session.get_one(PersonRow, batch.made_by_id).name)


def day_of(instant: datetime) -> date:
    """The day of an instant in China, on which vouchers are dated."""
    return instant.astimezone(CHINA).date()


def _render(layout: Layout, head: VoucherHead, entries: Entries, file: BinaryIO, made_at: datetime) -> None:
    chart = export_layouts.chart()
    render(layout, lambda: (voucher_group(layout, chart, head, entry) for entry in entries()), file, made_at)


def _pieces(file: BinaryIO, opened: ExitStack) -> Iterator[bytes]:
    with opened:
        file.seek(0)
        yield from iter(partial(file.read, PIECE), b"")


def unwritten_of(control: Mapping[str, Any]) -> dict[str, Text]:
    """The layouts that could not be written when the batch was frozen, and why."""
    return {name: Text(**why) for name, why in control.get("unwritten", {}).items()}
