"""Workbooks by a layout: one sheet of rows, and the dictionary of fields that 金蝶 asks for beside it."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

from reimburse.export.cells import runs
from reimburse.export.layout import Field, Layout
from reimburse.export.layout_rows import Fitted, Value, text_of, values_of
from reimburse.export.workbook import OPTIONS

SCHEMA = (
    "FType", "FKey", "FFieldName", "FCaption", "FValueType", "FNeedSave", "FColIndex", "FSrcTableName", "FSrcFieldName",
    "FExpFieldName", "FImpFieldName", "FDefaultVal", "FSearch", "FItemPageName", "FTrueType", "FPrecision",
    "FSearchName", "FIsShownList", "FViewMask", "FPage",
)  # fmt: skip
SCHEMA_HEAD = (
    ("ClassInfo", "ClassType", "", "VoucherData"),
    ("ClassInfo", "ClassTypeID", "", "123"),
    ("PageInfo", "Page1", "", "Page1"),
)
EXCEL_DAY = {"%Y-%m-%d": "yyyy-mm-dd", "%Y/%m/%d": "yyyy/mm/dd", "%Y%m%d": "yyyymmdd"}


def write_xlsx(layout: Layout, groups: Iterable[Fitted], target: BinaryIO, made_at: datetime) -> None:
    """Fitted groups as a workbook; the same rows and instant give the same bytes."""
    book = xlsxwriter.Workbook(target, OPTIONS)
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    sheet = book.add_worksheet(layout.sheet)
    formats = [_format(book, field) for field in layout.fields]
    inert = book.add_format({"quote_prefix": True})
    for row, kind in enumerate(layout.headings):
        for column, field in enumerate(layout.fields):
            sheet.write_string(row, column, getattr(field, kind))
    for column, field in enumerate(layout.fields):
        sheet.set_column(column, column, field.width)
    sheet.freeze_panes(len(layout.headings), 0)
    row = len(layout.headings)
    for group in groups:
        for values in values_of(layout, group):
            for column, (field, value) in enumerate(zip(layout.fields, values, strict=True)):
                _write(sheet, (row, column), field, value, (formats[column], inert))
            row += 1
    if layout.schema_sheet:
        _schema_sheet(book.add_worksheet("t_Schema"), layout)
    book.close()


def _format(book: Any, field: Field) -> Any:
    if field.kind == "money":
        return book.add_format({"num_format": "0.00"})
    if field.kind == "date":
        return book.add_format({"num_format": EXCEL_DAY[field.format]})
    return book.add_format({"num_format": "@"}) if field.kind == "text" else None


def _write(sheet: Any, at: tuple[int, int], field: Field, value: Value, formats: tuple[Any, Any]) -> None:
    plain, inert = formats
    if isinstance(value, Decimal) and field.kind == "money":
        sheet.write_number(*at, float(value), plain)
    elif isinstance(value, int) and field.kind == "number":
        sheet.write_number(*at, value, plain)
    elif isinstance(value, date) and field.kind == "date":
        sheet.write_datetime(*at, datetime(value.year, value.month, value.day), plain)  # noqa: DTZ001
    elif value is None and field.kind in {"money", "number"} and field.empty:
        sheet.write_number(*at, float(field.empty), plain)
    elif text := text_of(field, value):
        sheet.write_string(*at, text, inert if runs(text) else plain)


def _schema_sheet(sheet: Any, layout: Layout) -> None:
    rows = [SCHEMA, *SCHEMA_HEAD, *(_schema_row(place, field) for place, field in enumerate(layout.fields, start=1))]
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value:
                sheet.write_string(row, column, value)


def _schema_row(place: int, field: Field) -> tuple[str, ...]:
    told = {
        "FType": "FieldInfo",
        "FKey": field.name,
        "FFieldName": field.name,
        "FCaption": field.heading,
        "FValueType": field.type,
        "FColIndex": str(place),
        "FExpFieldName": field.name,
        "FImpFieldName": field.name,
        **dict.fromkeys(("FSearch", "FPrecision", "FSearchName", "FIsShownList", "FViewMask"), "0"),
        "FPage": "1",
    }
    return tuple(told.get(name, "") for name in SCHEMA)
