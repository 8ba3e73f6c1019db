"""A layout's file of vouchers or payments."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import BinaryIO

from reimburse.export.layout import Layout
from reimburse.export.layout_dbf import write_dbf
from reimburse.export.layout_json import write_json
from reimburse.export.layout_rows import Group, check, fitted
from reimburse.export.layout_text import write_text
from reimburse.export.layout_xlsx import write_xlsx
from reimburse.export.layout_xml import write_xml


def render(layout: Layout, groups: Callable[[], Iterable[Group]], target: BinaryIO, made_at: datetime) -> None:
    """Write the file; ``DoesNotFit`` before anything is written. The same groups and instant give the same bytes.

    The groups are asked for twice, to be checked and to be written, and never held all at once.
    """
    check(layout, groups())
    ready = fitted(layout, groups())
    match layout.writer:
        case "text":
            write_text(layout, ready, target)
        case "xlsx":
            write_xlsx(layout, ready, target, made_at)
        case "xml":
            write_xml(layout, ready, target)
        case "json":
            write_json(layout, ready, target)
        case "dbf":
            write_dbf(layout, ready, target, made_at)
