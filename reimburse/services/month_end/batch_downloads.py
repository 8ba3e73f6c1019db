"""What can be downloaded of a frozen batch: its tables, its booking data, and its vouchers in every layout."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.export.booking import UNVERIFIED
from reimburse.services.errors import NotFound
from reimburse.services.month_end import batch_files, batch_vouchers, export_layouts
from reimburse.services.month_end.batch_vouchers import Written, day_of, file_name, unwritten_of
from reimburse.store.batches import BatchRow

TABLES = {
    "batch.xlsx": (
        Text("工作簿 XLSX", "Workbook, XLSX"),
        Text("控制、明细、发票三张表", "control, lines and invoices"),
    ),
    "lines.csv": (Text("明细 CSV", "Lines, CSV"), Text("UTF-8，Excel 可直接打开", "UTF-8, opens in Excel")),
    "invoices.csv": (Text("发票 CSV", "Invoices, CSV"), Text("UTF-8，Excel 可直接打开", "UTF-8, opens in Excel")),
    "batch.json": (Text("全部数据 JSON", "Everything, JSON"), Text("给程序用", "for programs")),
    batch_files.BOOKING: (
        Text("入账信息 XBRL", "Booking data, XBRL"),
        Text("财政部电子凭证标准，接收方，每张发票一份", "the Ministry's receiver instances, one an invoice"),
    ),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was kept when the batch was frozen."""

    name: str
    words: Text
    note: Text
    sha256: str
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VoucherLayout:
    """The batch's vouchers for one program. ``sha256``: kept when frozen; ``problem``: why it could not be written."""

    name: str
    words: Text
    system: str
    source: str
    unverified: tuple[str, ...]
    sha256: str | None
    problem: Text | None


@dataclass(frozen=True, slots=True)
class Downloads:
    """All of them, in the order shown."""

    tables: tuple[Table, ...]
    vouchers: tuple[VoucherLayout, ...]


def of(batch: BatchRow) -> Downloads:
    """What there is of this batch; nothing before it is frozen. A batch frozen long ago may lack some."""
    kept = batch.control.get("files", {})
    tables = tuple(
        Table(name, words, note, kept[name]["sha256"], UNVERIFIED if name == batch_files.BOOKING else ())
        for name, (words, note) in TABLES.items()
        if name in kept
    )
    return Downloads(tables, tuple(_layouts(batch)) if batch_vouchers.KEPT_AS in kept else ())


def vouchers(session: Session, batch: BatchRow, layout_name: str) -> Written:
    """The file of a layout: the one that was kept, or made now from the same entries."""
    layout = export_layouts.voucher_layouts().get(layout_name)
    if layout is None:
        raise NotFound
    name = file_name(layout_name, layout)
    if name in batch.control.get("files", {}) and not _posted_later(batch):
        pieces, media_type = batch_files.stream(batch, name)
        return Written(pieces, f"{batch.batch_no}-{layout_name}.{layout.ending}", media_type)
    return batch_vouchers.written(session, batch, layout_name)


def _layouts(batch: BatchRow) -> Iterator[VoucherLayout]:
    kept, problems = batch.control["files"], unwritten_of(batch.control)
    every = export_layouts.voucher_layouts().items()
    for name, layout in sorted(every, key=lambda item: (item[1].system, item[0])):
        about = None if _posted_later(batch) else kept.get(file_name(name, layout))
        yield VoucherLayout(
            name=name,
            words=Text(layout.zh, layout.en),
            system=layout.system,
            source=layout.source,
            unverified=layout.unverified,
            sha256=about["sha256"] if about else None,
            problem=problems.get(name),
        )


def _posted_later(batch: BatchRow) -> bool:
    """Whether the books have another day than the vouchers that were kept."""
    frozen_on = day_of(batch.frozen_at) if batch.frozen_at else None
    return batch.posted_on is not None and batch.posted_on != frozen_on
