"""The files of a batch: written once when it is frozen, kept by digest, and sent piece by piece ever after."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from reimburse.domain.ledger import LedgerEntry
from reimburse.export.batch_json import BatchJson
from reimburse.export.booking_zip import BookingZip
from reimburse.export.csv_file import csv_heading, csv_rows
from reimburse.export.package import Member, package
from reimburse.export.rows import INVOICE_COLUMNS, LINE_COLUMNS, Control
from reimburse.export.workbook import BatchWorkbook
from reimburse.services.errors import NotFound
from reimburse.services.invoices.intake import files
from reimburse.services.month_end import batch_vouchers, export_layouts
from reimburse.services.month_end.batch_rows import BatchRows, ClaimRows
from reimburse.services.month_end.batch_totals import Totals
from reimburse.services.month_end.batch_vouchers import VoucherFile
from reimburse.store.absent import insert_if_absent
from reimburse.store.batches import BatchRow
from reimburse.store.db import CHINA, now
from reimburse.store.documents import StoredFileRow
from reimburse.store.people import LegalEntityRow

BOOKING = "booking-xbrl.zip"
KEPT = {
    "batch.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "lines.csv": "text/csv",
    "invoices.csv": "text/csv",
    "batch.json": "application/json",
    "files.jsonl": "application/jsonl",
    batch_vouchers.KEPT_AS: "application/jsonl",
    BOOKING: "application/zip",
}
"""Files that every batch has, with their media types; those of the voucher layouts come on top."""
NOT_PACKED = frozenset({"files.jsonl"})
TOLD_EVERY = 50


def write(session: Session, batch: BatchRow, frozen_at: datetime, told: Callable[[int], None]) -> dict[str, Any]:
    """Write the files of a batch that is being frozen; the control totals with the digests of the files.

    The session only reads: ``register`` notes the files. ``told`` hears now and then how many claims are through.
    """
    with ExitStack() as stack:

        def opened() -> BinaryIO:
            return stack.enter_context(TemporaryFile())

        outputs = _Outputs(opened, session, batch, frozen_at)
        for number, rows in enumerate(BatchRows(session, batch).claims(), start=1):
            outputs.add(rows)
            if number % TOLD_EVERY == 0:
                told(number)
        return outputs.finish()


def register(session: Session, control: Mapping[str, Any]) -> None:
    """Note the files that ``write`` kept. In the transaction that freezes the batch."""
    for kept in control["files"].values():
        insert_if_absent(session, StoredFileRow, {**kept, "stored_at": now()})


def stream(batch: BatchRow, name: str) -> tuple[Iterator[bytes], str]:
    """A file of the batch in pieces, and its media type; ``NotFound`` before the batch is frozen."""
    about = batch.control.get("files", {}).get(name)
    if about is None:
        raise NotFound
    return files().pieces(about["sha256"]), about.get("media_type") or KEPT[name]


def stream_package(session: Session, batch: BatchRow) -> Iterator[bytes]:
    """The ZIP of the originals with the tables and a manifest of digests, in pieces."""
    if "files" not in batch.control:
        raise NotFound
    entity = session.get_one(LegalEntityRow, batch.legal_entity_id)
    frozen_at = batch.frozen_at or now()
    head = {
        "batch_no": batch.batch_no,
        "legal_entity": entity.name,
        "tax_id": entity.tax_id,
        "frozen_at": frozen_at.isoformat(),
        "control": {name: value for name, value in batch.control.items() if name != "files"},
    }
    return package(head, _members(batch.control["files"]), frozen_at.astimezone(CHINA))


class _Outputs:
    """The files of a batch while they are written, claim by claim, and what they add up to."""

    def __init__(self, opened: Callable[[], BinaryIO], session: Session, batch: BatchRow, frozen_at: datetime) -> None:
        entity = session.get_one(LegalEntityRow, batch.legal_entity_id)
        chart, made_on = export_layouts.chart(), batch_vouchers.day_of(frozen_at)
        self._opened, self._batch_no, self._frozen_at = opened, batch.batch_no, frozen_at
        self._head = batch_vouchers.head_of(session, batch)
        self._kept = kept = {name: opened() for name in KEPT}
        self._totals = Totals()
        self._book = BatchWorkbook(kept["batch.xlsx"], frozen_at)
        self._vouchers = VoucherFile(kept[batch_vouchers.KEPT_AS], chart, made_on, batch.batch_no)
        self._booking = BookingZip(kept[BOOKING], self._head, chart, made_on, frozen_at.astimezone(CHINA))
        self._json = BatchJson(kept["batch.json"], batch.batch_no, entity.name, entity.tax_id)
        kept["lines.csv"].write(csv_heading(LINE_COLUMNS))
        kept["invoices.csv"].write(csv_heading(INVOICE_COLUMNS))

    def add(self, rows: ClaimRows) -> None:
        """Write a claim into every file."""
        self._totals.add(rows)
        for line in rows.lines:
            self._book.add_line(line)
        for invoice in rows.invoices:
            self._book.add_invoice(invoice)
        self._kept["lines.csv"].write(csv_rows(LINE_COLUMNS, rows.lines))
        self._kept["invoices.csv"].write(csv_rows(INVOICE_COLUMNS, rows.invoices))
        self._json.add(rows.lines, rows.invoices)
        self._booking.add(self._vouchers.add(rows), rows.lines, rows.invoices)
        for original in rows.originals:
            about = {"name": original.name, "sha256": original.sha256, "facts": original.facts}
            self._kept["files.jsonl"].write(json.dumps(about, ensure_ascii=False, sort_keys=True).encode() + b"\n")

    def finish(self) -> dict[str, Any]:
        """The control totals, once the vouchers agree with them, with the digests of all files."""
        self._vouchers.finish()
        totals = {**self._totals.stated(), **self._vouchers.stated()}
        self._vouchers.agree(totals["total_fen"], self._totals.fen["input_vat"], totals["by_paid_by_fen"])
        self._book.close(Control(self._batch_no, self._head.legal_entity, self._head.tax_id, self._totals.sheet()))
        self._json.close(totals)
        self._booking.close()
        layouts, problems = batch_vouchers.write_layouts(self._opened, self._head, self._entries, self._frozen_at)
        made = {name: (file, KEPT[name]) for name, file in self._kept.items()} | layouts
        unwritten = {name: {"zh": why.zh, "en": why.en} for name, why in problems.items()}
        return {**totals, "unwritten": unwritten, "files": {name: _keep(*file) for name, file in made.items()}}

    def _entries(self) -> Iterator[LedgerEntry]:
        file = self._kept[batch_vouchers.KEPT_AS]
        file.seek(0)
        return batch_vouchers.read_entries(iter(partial(file.read, 1 << 16), b""))


def _keep(file: BinaryIO, media_type: str) -> dict[str, Any]:
    sha256, size = files().put_file(file)
    return {"sha256": sha256, "size": size, "media_type": media_type}


def _members(kept: Mapping[str, Mapping[str, Any]]) -> Iterator[Member]:
    for name in sorted(kept.keys() - NOT_PACKED):
        sha256 = kept[name]["sha256"]
        yield Member(name, partial(files().pieces, sha256), sha256, {})
    for line in _text_lines(files().pieces(kept["files.jsonl"]["sha256"])):
        original = json.loads(line)
        yield Member(
            original["name"], partial(files().pieces, original["sha256"]), original["sha256"], original["facts"]
        )


def _text_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
