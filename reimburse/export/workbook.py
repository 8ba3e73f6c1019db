"""XLSX: control totals, lines and invoices on a sheet each, written row by row."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, Generic

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from reimburse.export.cells import runs
from reimburse.export.rows import (
    INVOICE_COLUMNS,
    LINE_COLUMNS,
    Cell,
    Column,
    Control,
    InvoiceUse,
    LineRow,
    Row,
    columns_total,
)

MONEY = "#,##0.00;[Red]-#,##0.00"
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
Formats = dict[str, Any]


class BatchWorkbook:
    """A workbook of three sheets. Rows come in any order of sheets; the same rows and instant give the same bytes."""

    def __init__(self, target: BinaryIO, made_at: datetime) -> None:
        self._book = xlsxwriter.Workbook(target, OPTIONS)
        self._book.set_properties({"created": made_at.replace(tzinfo=None)})
        self._formats = _formats(self._book)
        self._control = self._book.add_worksheet("控制 Control")
        self._lines = _Table(self._book.add_worksheet("明细 Lines"), self._formats, LINE_COLUMNS)
        self._invoices = _Table(self._book.add_worksheet("发票 Invoices"), self._formats, INVOICE_COLUMNS)

    def add_line(self, row: LineRow) -> None:
        """The next row of the sheet of lines."""
        self._lines.add(row)

    def add_invoice(self, row: InvoiceUse) -> None:
        """The next row of the sheet of invoices."""
        self._invoices.add(row)

    def close(self, control: Control) -> None:
        """Add the sums and the control totals, and write the file."""
        self._lines.finish()
        self._invoices.finish()
        _control_sheet(self._control, self._formats, control)
        self._book.close()


class _Table(Generic[Row]):
    """A sheet that is written row by row, with a frozen heading and sums under the columns of money."""

    def __init__(self, sheet: Any, formats: Formats, columns: tuple[Column[Row], ...]) -> None:
        self._sheet, self._formats, self._columns = sheet, formats, columns
        self._last, self._sums = 0, columns_total(columns)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
        sheet.freeze_panes(1, 2)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)
        for index, column in enumerate(columns):
            sheet.write_string(0, index, column.heading, formats["heading"])

    def add(self, row: Row) -> None:
        self._last += 1
        for index, column in enumerate(self._columns):
            value = column.value(row)
            _write(self._sheet, self._last, index, value, self._formats)
            if index in self._sums and isinstance(value, Decimal):
                self._sums[index] += value

    def finish(self) -> None:
        self._sheet.autofilter(0, 0, self._last, len(self._columns) - 1)
        self._sheet.write_string(self._last + 1, 0, "合计 Sum", self._formats["sum"])
        for index, total in self._sums.items():
            name = xl_col_to_name(index)
            formula = f"=SUM({name}2:{name}{self._last + 1})" if self._last else "=0"
            self._sheet.write_formula(self._last + 1, index, formula, self._formats["sum_money"], float(total))


def _formats(book: Any) -> Formats:
    return {
        "heading": book.add_format(
            {"bold": True, "bg_color": "#0F6E84", "font_color": "#FFFFFF", "border": 1, "valign": "vcenter"}
        ),
        "text": book.add_format({}),
        "inert": book.add_format({"quote_prefix": True}),
        "count": book.add_format({"num_format": "0"}),
        "money": book.add_format({"num_format": MONEY}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "sum": book.add_format({"bold": True, "top": 1}),
        "sum_money": book.add_format({"bold": True, "top": 1, "num_format": MONEY}),
    }


def _control_sheet(sheet: Any, formats: Formats, control: Control) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 44)
    head: tuple[tuple[str, Cell], ...] = (
        ("批次 Batch", control.batch_no),
        ("法人 Legal entity", control.legal_entity),
        ("税号 Tax id", control.tax_id),
    )
    for index, (heading, value) in enumerate((*head, *control.totals)):
        sheet.write_string(index, 0, heading, formats["heading"])
        _write(sheet, index, 1, value, formats)


def _write(sheet: Any, row: int, column: int, value: Cell, formats: Formats) -> None:
    match value:
        case None:
            return
        case Decimal():
            sheet.write_number(row, column, float(value), formats["money"])
        case int():
            sheet.write_number(row, column, value, formats["count"])
        case date():
            sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), formats["day"])  # noqa: DTZ001
        case str():
            sheet.write_string(row, column, value, formats["inert" if runs(value) else "text"])
