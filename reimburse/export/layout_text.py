"""Text files by a layout: separated values, quoted as CSV where the layout says so."""

import codecs
import csv
import io
from collections.abc import Iterable
from typing import BinaryIO

from reimburse.export.cells import neutral
from reimburse.export.layout import Field, Layout
from reimburse.export.layout_rows import Fitted, Value, text_of, values_of


def write_text(layout: Layout, groups: Iterable[Fitted], target: BinaryIO) -> None:
    """Fitted groups as text in the layout's encoding."""
    encoding = "utf-8" if layout.encoding == "utf-8-sig" else layout.encoding
    if encoding != layout.encoding:
        target.write(codecs.BOM_UTF8)
    headings = [[getattr(field, kind) for field in layout.fields] for kind in layout.headings]
    text = "".join(line + layout.newline for line in layout.preamble) + _lines(layout, headings)
    target.write(text.encode(encoding))
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
