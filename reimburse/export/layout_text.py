"""Text files by a layout: separated values, quoted as CSV where the layout says so."""

import csv
import io
from collections.abc import Iterable
from typing import BinaryIO

from reimburse.export.cells import neutral
from reimburse.export.layout import Field, Layout
from reimburse.export.layout_rows import Group, Value, text_of, values_of


def write_text(layout: Layout, groups: Iterable[Group], target: BinaryIO) -> None:
    """Fitted groups as text in the layout's encoding."""
    target.write("".join(line + layout.newline for line in layout.preamble).encode(layout.encoding))
    encoding = "utf-8" if layout.encoding == "utf-8-sig" and layout.preamble else layout.encoding
    headings = [[getattr(field, kind) for field in layout.fields] for kind in layout.headings]
    if headings:
        target.write(_lines(layout, headings).encode(encoding))
        encoding = "utf-8" if encoding == "utf-8-sig" else encoding
    for group in groups:
        rows = [[_cell(*pair) for pair in zip(layout.fields, row, strict=True)] for row in values_of(layout, group)]
        target.write(_lines(layout, rows).encode(encoding))


def _cell(field: Field, value: Value) -> str:
    text = text_of(field, value)
    return neutral(text) if field.kind == "text" and not field.constant else text


def _lines(layout: Layout, rows: list[list[str]]) -> str:
    if not layout.quoted:
        return "".join(layout.separator.join(row) + layout.newline for row in rows)
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=layout.separator, lineterminator=layout.newline).writerows(rows)
    return buffer.getvalue()
