"""The files of a batch: written once when it is frozen, kept by digest, and sent piece by piece ever after."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy.orm import Session

from reimburse.domain.expense import PAID_BY
from reimburse.domain.money import ZERO, from_fen, to_fen
from reimburse.export.csv_file import csv_heading, csv_rows
from reimburse.export.package import Member, package
from reimburse.export.rows import INVOICE_COLUMNS, LINE_COLUMNS, Cell, Control
from reimburse.export.workbook import BatchWorkbook
from reimburse.services.batch_rows import BatchRows, ClaimRows
from reimburse.services.errors import NotFound
from reimburse.store.absent import insert_if_absent
from reimburse.store.batches import BatchRow
from reimburse.store.db import CHINA, now
from reimburse.store.documents import StoredFileRow
from reimburse.store.files import Files
from reimburse.store.people import LegalEntityRow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {
    "batch.xlsx": XLSX,
    "lines.csv": "text/csv",
    "invoices.csv": "text/csv",
    "files.jsonl": "application/jsonl",
}
TOLD_EVERY = 50
TABLES = ("batch.xlsx", "lines.csv", "invoices.csv")
COUNTS = {
    "claims": "报销单数 Claims",
    "lines": "明细行数 Lines",
    "invoices": "发票数 Invoices",
    "files": "文件数 Files",
}
SUMS = {
    "total_fen": "报销金额 Amount",
    "taken_fen": "发票占用 Taken of invoices",
    "difference_fen": "差额 Difference",
    "tax_fen": "发票税额 Tax on invoices",
}


def write(session: Session, batch: BatchRow, frozen_at: datetime, told: Callable[[int], None]) -> dict[str, Any]:
    """Write the files of a batch that is being frozen; the control totals with the digests of the files.

    The session only reads: ``register`` notes the files. ``told`` hears now and then how many claims are through.
    """
    entity = session.get_one(LegalEntityRow, batch.legal_entity_id)
    totals = _Totals()
    with ExitStack() as stack:
        kept = {name: stack.enter_context(TemporaryFile()) for name in MEDIA_TYPES}
        book = BatchWorkbook(kept["batch.xlsx"], frozen_at)
        kept["lines.csv"].write(csv_heading(LINE_COLUMNS))
        kept["invoices.csv"].write(csv_heading(INVOICE_COLUMNS))
        for rows in BatchRows(session, batch).claims():
            totals.add(rows)
            _write_rows(book, kept, rows)
            if totals.counts["claims"] % TOLD_EVERY == 0:
                told(totals.counts["claims"])
        book.close(Control(batch.batch_no, entity.name, entity.tax_id, totals.sheet()))
        files = {name: _keep(file) for name, file in kept.items()}
    return {**totals.stated(), "files": files}


def register(session: Session, control: Mapping[str, Any]) -> None:
    """Note the files that ``write`` kept. In the transaction that freezes the batch."""
    for name, kept in control["files"].items():
        insert_if_absent(session, StoredFileRow, {**kept, "media_type": MEDIA_TYPES[name], "stored_at": now()})


def stream(batch: BatchRow, name: str) -> tuple[Iterator[bytes], str]:
    """A file of the batch in pieces, and its media type; ``NotFound`` before the batch is frozen."""
    about = batch.control.get("files", {}).get(name)
    if about is None:
        raise NotFound
    return _files().pieces(about["sha256"]), MEDIA_TYPES[name]


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
    return package(head, _members(_files(), batch.control["files"]), frozen_at.astimezone(CHINA))


class _Totals:
    """What is counted and added up while the rows pass."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.fen: Counter[str] = Counter()
        self.by_paid_by: Counter[str] = Counter()
        self.by_category: Counter[str] = Counter()

    def add(self, rows: ClaimRows) -> None:
        self.counts.update(claims=1, lines=len(rows.lines), invoices=len(rows.invoices), files=len(rows.originals))
        for line in rows.lines:
            fen = to_fen(line.amount)
            self.fen["total"] += fen
            self.by_paid_by[line.paid_by] += fen
            self.by_category[line.category] += fen
        for invoice in rows.invoices:
            self.fen["taken"] += to_fen(invoice.taken)
            self.fen["tax"] += to_fen(invoice.tax_amount or ZERO)

    def stated(self) -> dict[str, Any]:
        """The totals as they are kept: amounts in fen."""
        return {
            **{f"{name}_count": number for name, number in self.counts.items()},
            "total_fen": self.fen["total"],
            "taken_fen": self.fen["taken"],
            "difference_fen": self.fen["total"] - self.fen["taken"],
            "tax_fen": self.fen["tax"],
            "by_paid_by_fen": dict(sorted(self.by_paid_by.items())),
            "by_category_fen": dict(sorted(self.by_category.items())),
        }

    def sheet(self) -> tuple[tuple[str, Cell], ...]:
        """The totals as the workbook shows them."""
        stated = self.stated()
        counts: list[tuple[str, Cell]] = [(words, self.counts[name]) for name, words in COUNTS.items()]
        sums: list[tuple[str, Cell]] = [(words, from_fen(stated[name])) for name, words in SUMS.items()]
        paid: list[tuple[str, Cell]] = [
            (f"{PAID_BY[name].zh} {PAID_BY[name].en}" if name in PAID_BY else name, from_fen(fen))
            for name, fen in stated["by_paid_by_fen"].items()
        ]
        return tuple(counts + sums + paid + [(name, from_fen(fen)) for name, fen in stated["by_category_fen"].items()])


def _write_rows(book: BatchWorkbook, kept: Mapping[str, BinaryIO], rows: ClaimRows) -> None:
    for line in rows.lines:
        book.add_line(line)
    for invoice in rows.invoices:
        book.add_invoice(invoice)
    kept["lines.csv"].write(csv_rows(LINE_COLUMNS, rows.lines))
    kept["invoices.csv"].write(csv_rows(INVOICE_COLUMNS, rows.invoices))
    for original in rows.originals:
        about = {"name": original.name, "sha256": original.sha256, "facts": original.facts}
        kept["files.jsonl"].write(json.dumps(about, ensure_ascii=False, sort_keys=True).encode() + b"\n")


def _keep(file: BinaryIO) -> dict[str, Any]:
    sha256, size = _files().put_file(file)
    return {"sha256": sha256, "size": size}


def _members(files: Files, kept: Mapping[str, Mapping[str, Any]]) -> Iterator[Member]:
    for name in TABLES:
        sha256 = kept[name]["sha256"]
        yield Member(name, partial(files.pieces, sha256), sha256, {})
    for line in _text_lines(files.pieces(kept["files.jsonl"]["sha256"])):
        original = json.loads(line)
        yield Member(original["name"], partial(files.pieces, original["sha256"]), original["sha256"], original["facts"])


def _text_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines


def _files() -> Files:
    found: Files = current_app.extensions["files"]
    return found
