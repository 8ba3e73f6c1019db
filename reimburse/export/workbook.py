"""XLSX: control totals, lines and invoices on a sheet each, written row by row."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

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


def write_workbook(
    target: BinaryIO, control: Control, lines: Iterable[LineRow], invoices: Iterable[InvoiceUse], made_at: datetime
) -> None:
    """Write the workbook to ``target``. The same rows and instant give the same bytes."""
    book = xlsxwriter.Workbook(target, OPTIONS)
    book.set_properties({"title": control.batch_no, "created": made_at.replace(tzinfo=None)})
    formats = _formats(book)
    _control_sheet(book, formats, control)
    _table_sheet(book, formats, "明细 Lines", LINE_COLUMNS, lines)
    _table_sheet(book, formats, "发票 Invoices", INVOICE_COLUMNS, invoices)
    book.close()


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


def _control_sheet(book: Any, formats: Formats, control: Control) -> None:
    sheet = book.add_worksheet("控制 Control")
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


def _table_sheet(book: Any, formats: Formats, name: str, columns: tuple[Column[Row], ...], rows: Iterable[Row]) -> None:
    sheet = book.add_worksheet(name)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column.heading, formats["heading"])
    sums, last = columns_total(columns), 0
    for last, row in enumerate(rows, start=1):
        for index, column in enumerate(columns):
            value = column.value(row)
            _write(sheet, last, index, value, formats)
            if index in sums and isinstance(value, Decimal):
                sums[index] += value
    sheet.autofilter(0, 0, last, len(columns) - 1)
    _sum_row(sheet, formats, last, sums)


def _sum_row(sheet: Any, formats: Formats, last: int, sums: dict[int, Decimal]) -> None:
    sheet.write_string(last + 1, 0, "合计 Sum", formats["sum"])
    for index, total in sums.items():
        name = xl_col_to_name(index)
        formula = f"=SUM({name}2:{name}{max(last, 1) + 1})" if last else "=0"
        sheet.write_formula(last + 1, index, formula, formats["sum_money"], float(total))


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
