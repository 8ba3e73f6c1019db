"""How far a reading of a face can be trusted: what is absent, and what does not add up."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from parsers.crosscheck import line_is_consistent, price_and_tax, sums_of_lines, total_from_words
from parsers.expected import expected
from parsers.normalise import UNREAD, compact
from parsers.pdf.flights import flights_reach
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import Page
from parsers.pdf.remark import remark_reach
from parsers.pdf.table import body_reach
from parsers.testimony import PlacedLine, Testimony
from parsers.witness import LINE_TEXTS
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.reading import Box

TAX_IDS = ("buyer.tax_id", "seller.tax_id")
NAMES = frozenset({"buyer.name", "seller.name", "travel.passenger", "travel.from", "travel.to"})
SUSPECT = 17
"""The length of a tax id that has lost a character; few real ones have it."""
MASKED = re.compile(r"\*|XX")
SUMS = ("amount_excl_tax", "tax_amount", "total_incl_tax")


def faults(kind: InvoiceKind, testimonies: Sequence[Testimony]) -> int:
    """The number of fields that are absent or contradicted by the face itself; 0 is a clean reading."""
    face = testimonies[0]
    absent = sum(field not in face.fields for field in expected(kind) if field != "lines")
    absent += "lines" in expected(kind) and not face.lines
    absent += sum(_is_suspect(face.fields[field].value) for field in TAX_IDS if field in face.fields)
    absent += sum(UNREAD in seen.value for seen in face.fields.values())
    return absent + _contradictions(kind, testimonies) + sum(_line_faults(placed) for placed in face.lines)


def _is_suspect(tax_id: str) -> bool:
    """Whether the tax id may have lost a character; one that was masked has lost more, and on purpose."""
    return len(tax_id) == SUSPECT and not MASKED.search(tax_id)


def characters(testimonies: Sequence[Testimony]) -> int:
    """How much a reading says: the more of two readings that are equally sound found what the other did not."""
    face = testimonies[0]
    texts = [seen.value for seen in face.fields.values()]
    for placed in face.lines:
        line = placed.line
        texts.extend(str(value) for value in (line.item_name, line.specification, line.unit, line.quantity) if value)
    return sum(len(compact(text)) for text in texts)


def hides_something(page: Page, testimonies: Sequence[Testimony]) -> bool:
    """Whether text that could not be read stands in a table, the remark or a name; elsewhere it is a blank."""
    if not page.holes:
        return False
    named = (seen for said in testimonies for name, seen in said.fields.items() if name in NAMES)
    boxes = (seen.box for seen in named if seen.page == page.number)
    parts = [part for part in (body_reach(page), remark_reach(page), flights_reach(page), *boxes) if part]
    return any(x0 < x < x1 and y0 < y < y1 for x, y, _, _ in page.holes for x0, y0, x1, y1 in parts)


def is_named(page: Page) -> bool:
    """Whether every character on the page could be named."""
    return not any(UNREAD in run.text for run in page.runs)


def without_hidden(pages: Sequence[Page], testimonies: Sequence[Testimony]) -> tuple[Testimony, ...]:
    """What was read but for the values in which something stands that could not be read."""
    holes = {page.number: page.holes for page in pages}
    torn = [(page.number, run.box) for page in pages for run in _in_body(page) if UNREAD in run.text]
    return tuple(_without_hidden(testimony, holes, torn) for testimony in testimonies)


def _in_body(page: Page) -> Sequence[Run]:
    reach = body_reach(page)
    return page.within(*reach) if reach else ()


def _without_hidden(
    testimony: Testimony, holes: Mapping[int, Sequence[Box]], torn: Sequence[tuple[int, Box]]
) -> Testimony:
    whole = {
        name: seen
        for name, seen in testimony.fields.items()
        if UNREAD not in seen.value and not (seen.box and _holds_one(seen.box, holes.get(seen.page or 0, ())))
    }
    if any(not _is_of_a_line(testimony, number, lost) for number, lost in torn):
        # Where a figure of the table cannot be read, nobody knows which line is which.
        return replace(testimony, fields=whole, lines=())
    return replace(testimony, fields=whole, lines=tuple(_mended(placed, holes) for placed in testimony.lines))


def _is_of_a_line(testimony: Testimony, number: int, lost: Box) -> bool:
    of_page = (placed for placed in testimony.lines if placed.page == number)
    return any(_holds_one(box, [lost]) for placed in of_page for box in placed.boxes.values())


def _mended(placed: PlacedLine, holes: Mapping[int, Sequence[Box]]) -> PlacedLine:
    """The line without the texts that could not be read whole."""
    line = placed.line
    lost = {name for name, box in placed.boxes.items() if _holds_one(box, holes.get(placed.page or 0, ()))}
    lost.update(name for name in LINE_TEXTS if UNREAD in (getattr(line, name) or ""))
    return replace(placed, line=replace(line, **dict.fromkeys(lost))) if lost else placed


def _holds_one(box: Box, holes: Sequence[Box]) -> bool:
    x0, y0, x1, y1 = box
    return any(x0 < (left + right) / 2 < x1 and y0 < (top + bottom) / 2 < y1 for left, top, right, bottom in holes)


def _contradictions(kind: InvoiceKind, testimonies: Sequence[Testimony]) -> int:
    face = testimonies[0]
    stated = {field: face.fields[field].value for field in SUMS if field in face.fields}
    total = stated.get("total_incl_tax")
    words = any(Decimal(seen.value) != Decimal(total) for seen in total_from_words(testimonies)) if total else False
    sums = sums_of_lines(face.lines, stated) if face.lines else {}
    wrong = sum(Decimal(seen.value) != Decimal(stated[field]) for field, seen in sums.items() if field in stated)
    return wrong + words + (price_and_tax(kind, face.fields) is not None)


def _line_faults(placed: PlacedLine) -> int:
    line = placed.line
    lone_price = line.unit_price is not None and line.quantity is None
    unread = sum(UNREAD in (getattr(line, name) or "") for name in LINE_TEXTS)
    return unread + lone_price + (not line_is_consistent(line)) + (line.item_name is None)
