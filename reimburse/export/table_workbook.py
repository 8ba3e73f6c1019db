"""One table as XLSX: a frozen heading, amounts as numbers, sums as formulas under the money."""

import io
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from reimburse.export.cells import runs
from reimburse.export.rows import Cell, Column, Kind, Row

MONEY = "#,##0.00;[Red]-#,##0.00"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def table_workbook(title: str, columns: tuple[Column[Row], ...], rows: Iterable[Row], made_at: datetime) -> bytes:
    """The bytes of a workbook with one sheet; the same rows and instant give the same bytes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "bottom": 1})
    money = book.add_format({"num_format": MONEY})
    sheet = book.add_worksheet(title[:31])
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(0, index, column.heading, bold)
    last, sums = 0, [Decimal(0)] * len(columns)
    for last, row in enumerate(rows, start=1):
        for index, column in enumerate(columns):
            value = column.value(row)
            _write(sheet, last, index, value, money if column.kind is Kind.MONEY else None)
            if column.kind is Kind.MONEY and isinstance(value, Decimal):
                sums[index] += value
    for index, column in enumerate(columns):
        if column.kind is Kind.MONEY and last:
            letter = xl_col_to_name(index)
            sheet.write_formula(last + 1, index, f"=SUM({letter}2:{letter}{last + 1})", money, float(sums[index]))
    book.close()
    return target.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Cell, shape: object) -> None:
    if value is None:
        return
    if isinstance(value, int | Decimal):
        sheet.write_number(row, column, float(value), shape)
    else:
        text = str(value)
        sheet.write_string(row, column, f"'{text}" if runs(text) else text, shape)
