"""Empty tables to fill in: the headings that are recognised, and one sample row."""

import csv
import io
from collections.abc import Sequence

import xlsxwriter

WIDTH = 18


def template_csv(headings: Sequence[str], sample: Sequence[str]) -> bytes:
    """The table as CSV with a byte order mark, which spreadsheet programs ask for.

    >>> template_csv(["供应商", "金额"], ["样例云", "5.00"]).decode("utf-8-sig").splitlines()
    ['供应商,金额', '样例云,5.00']
    """
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([headings, sample])
    return "\ufeff".encode() + buffer.getvalue().encode()


def template_xlsx(name: str, headings: Sequence[str], needed: Sequence[bool], sample: Sequence[str]) -> bytes:
    """The table as a workbook whose cells are text, so that no program turns a number or a day into another."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_numbers": False, "strings_to_formulas": False})
    sheet = book.add_worksheet(name)
    plain = book.add_format({"num_format": "@"})
    heads = {
        True: book.add_format({"bold": True, "bg_color": "#0F6E84", "font_color": "#FFFFFF", "border": 1}),
        False: book.add_format({"bold": True, "bg_color": "#E6EEF0", "border": 1}),
    }
    sheet.freeze_panes(1, 0)
    for place, heading in enumerate(headings):
        sheet.set_column(place, place, WIDTH, plain)
        sheet.write_string(0, place, heading, heads[needed[place]])
        sheet.write_string(1, place, sample[place], plain)
    book.close()
    return buffer.getvalue()
