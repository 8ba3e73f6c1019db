"""Lines of a month to XLSX and CSV: seconds and peak memory, against openpyxl's normal mode in the same run.

    python -m bench.export [--lines 100000] [--most-mib 200]

Exit status 1 where our own export needs more memory than allowed. Each way runs in a process of its own, on the same
made-up lines, and writes to a temporary file.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from reimburse.export.csv_file import csv_heading, csv_rows
from reimburse.export.rows import LINE_COLUMNS, Control, LineRow
from reimburse.export.workbook import BatchWorkbook

MADE = datetime(2026, 11, 30, tzinfo=UTC)
DAY = date(2026, 11, 23)
KIB = 1024
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Cost:
    """What one way took."""

    name: str
    seconds: float
    peak_mib: float
    file_mib: float


def lines(count: int) -> Iterator[LineRow]:
    """Lines that differ in every text that lines differ in."""
    for number in range(1, count + 1):
        yield LineRow(
            row=number,
            claim_no=f"BX202611-{number // 5:06}",
            position=number % 5 + 1,
            employee_no=f"E{number % 997:05}",
            employee=f"员工{number % 997}",
            department=f"部门{number % 40}",
            cost_center=f"CC-{number % 40:03}",
            project=None,
            category="travel_lodging",
            account="6602.01",
            description=f"上海住宿 第 {number} 晚",
            occurred_on=DAY,
            amount=Decimal(number % 100_000).scaleb(-2),
            paid_by="employee",
            invoices=(f"2699{number:016}",),
            files=(f"originals/{number:05}_BX_{number}.pdf",),
            category_name="差旅住宿费",
            category_en="Travel, lodging",
            account_name="管理费用-差旅费",
            legal_entity="示例云帆科技有限公司",
        )


def our_xlsx(count: int, path: Path) -> None:
    with path.open("wb") as target:
        book = BatchWorkbook(target, MADE)
        for row in lines(count):
            book.add_line(row)
        book.close(Control("PC202611-0001", "示例云帆科技有限公司", "91990000MA0DEM0011", ()))


def our_csv(count: int, path: Path) -> None:
    with path.open("wb") as target:
        target.write(csv_heading(LINE_COLUMNS))
        some: list[LineRow] = []
        for row in lines(count):
            some.append(row)
            if len(some) == AT_ONCE:
                target.write(csv_rows(LINE_COLUMNS, some))
                some.clear()
        target.write(csv_rows(LINE_COLUMNS, some))


def openpyxl_normal(count: int, path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([column.heading for column in LINE_COLUMNS])
    for row in lines(count):
        sheet.append([column.value(row) for column in LINE_COLUMNS])
    sheet.freeze_panes = "C2"
    book.save(path)


WAYS: tuple[tuple[str, Callable[[int, Path], None]], ...] = (
    ("ours, XLSX", our_xlsx),
    ("ours, CSV", our_csv),
    ("openpyxl, normal mode", openpyxl_normal),
)


def measured(name: str, count: int) -> Cost:
    """One way, run here; the process is new, so that its peak is its own."""
    way = dict(WAYS)[name]
    with tempfile.TemporaryDirectory() as folder:
        path, began = Path(folder) / "out", time.perf_counter()
        way(count, path)
        seconds, size = time.perf_counter() - began, path.stat().st_size
    return Cost(name, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB, size / KIB / KIB)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--most-mib", type=float, default=200)
    given = parser.parse_args()
    costs = []
    for name, _ in WAYS:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            costs.append(pool.apply(measured, (name, given.lines)))
    theirs = costs[-1]
    print(f"{given.lines:,} lines, {len(LINE_COLUMNS)} columns, {os.cpu_count()} cores")
    print(f"{'way':<24}{'seconds':>9}{'x':>7}{'peak MiB':>10}{'x':>7}{'file MiB':>10}")
    for cost in costs:
        faster, smaller = theirs.seconds / cost.seconds, theirs.peak_mib / cost.peak_mib
        print(
            f"{cost.name:<24}{cost.seconds:>9.1f}{faster:>7.2f}"
            f"{cost.peak_mib:>10.0f}{smaller:>7.2f}{cost.file_mib:>10.1f}"
        )
    heavy = [cost.name for cost in costs[:-1] if cost.peak_mib > given.most_mib]
    print(f"over {given.most_mib:.0f} MiB: {', '.join(heavy)}" if heavy else f"within {given.most_mib:.0f} MiB")
    return 1 if heavy else 0


if __name__ == "__main__":
    sys.exit(main())
