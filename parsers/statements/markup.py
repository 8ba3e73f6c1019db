"""Tables in HTML and in Excel's XML of 2003, both of which banks send under the name ``.xls``."""

import re
from collections.abc import Iterator

from lxml import etree, html

from parsers import safe_xml
from parsers.errors import ParseError
from parsers.statements.errors import OverLimit, Refused
from parsers.statements.sheets import MOST_COLUMNS, MOST_ROWS, Row, Sheet, cell

HTML = re.compile(r"<(?:html|table|!doctype html)\b", re.IGNORECASE)
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
INDEX = f"{{{SPREADSHEET}}}Index"
CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]{3,20})""", re.IGNORECASE)
HEAD = 100_000
MOST_SPAN = 60


def is_html(text: str) -> bool:
    """Whether the text begins as a page or a table does."""
    return HTML.search(text[:HEAD]) is not None and text.lstrip()[:1] == "<"


def is_spreadsheet_xml(data: bytes) -> bool:
    """Whether the bytes are a workbook in Excel's XML of 2003."""
    return safe_xml.root_name(data) == "Workbook" and SPREADSHEET.encode() in data[:4000]


def read_html(text: str) -> tuple[Sheet, ...]:
    """All rows of all tables as one table, in the page's order: a header may stand in a table of its own."""
    try:
        root = html.fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ()
    return (Sheet(None, tuple(_html_rows(root))),)


def _html_rows(root: html.HtmlElement) -> Iterator[Row]:
    number = 0
    for row in root.iter("tr"):
        cells = [part for part in row if part.tag in {"td", "th"}]
        if any(part.find(".//tr") is not None for part in cells):
            continue
        number += 1
        if number > MOST_ROWS:
            raise OverLimit
        yield Row(number, tuple(text for part in cells for text in _spanned(part))[:MOST_COLUMNS])


def _spanned(part: html.HtmlElement) -> list[str]:
    span = str(part.get("colspan") or "1")
    count = min(int(span), MOST_SPAN) if span.isdecimal() and len(span) < 4 else 1
    return [cell(str(part.text_content())), *[""] * (count - 1)]


def read_spreadsheet_xml(data: bytes) -> tuple[Sheet, ...]:
    """The worksheets of Excel's XML."""
    try:
        root = safe_xml.parse(data)
    except ParseError:
        raise Refused from None
    sheets = safe_xml.children(root, "Worksheet")
    names = [str(sheet.get(f"{{{SPREADSHEET}}}Name") or "") or None for sheet in sheets]
    several = len(sheets) > 1
    return tuple(
        Sheet(name if several else None, tuple(_xml_rows(sheet))) for name, sheet in zip(names, sheets, strict=True)
    )


def _xml_rows(sheet: safe_xml.Element) -> Iterator[Row]:
    number = 0
    for row in safe_xml.children(sheet, "Table", "Row"):
        number = _index(row.get(INDEX), number)
        if number > MOST_ROWS:
            raise OverLimit
        cells: dict[int, str] = {}
        place = 0
        for part in safe_xml.children(row, "Cell"):
            place = _index(part.get(INDEX), place)
            if place <= MOST_COLUMNS:
                cells[place] = cell(safe_xml.text(safe_xml.child(part, "Data")) or "")
        yield Row(number, tuple(cells.get(at, "") for at in range(1, max(cells, default=0) + 1)))


def _index(stated: str | None, before: int) -> int:
    return int(stated) if stated and stated.isdecimal() and len(stated) < 8 else before + 1
