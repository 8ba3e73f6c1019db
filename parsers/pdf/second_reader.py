"""The same page read by pdfplumber: slower, and asked only where pdfium leaves a field missing or contradictory."""

import io
import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium_c

from parsers.ink import Ink, is_faint, is_red
from parsers.lean import is_upright
from parsers.normalise import UNREAD, printed
from parsers.pdf.glyphs import PRIVATE, Char, Run, drawn_once, runs_from
from parsers.pdf.layout import Page
from parsers.pdf.objects import OPAQUE
from parsers.pdf.table import is_whole
from parsers.pdf.turning import readable

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # What it finds odd in a file is no event of ours.

NEXT_TO = 0.25
EVEN = 0.02
INKS = 4
MOST_CHARACTERS = 20_000
UNNAMED = "(cid:"
"""What pdfplumber writes for a character of which it knows the number in the font and nothing else."""
DRAWN_TWICE = 0.6
"""How near, in points, two equal characters are one that was made bold."""


def read_again(data: bytes, pages: list[Page]) -> list[Page]:
    """These pages as pdfplumber reads them, bands kept; no holes: what it cannot name it tells.

    Empty where it cannot: it is stricter than pdfium, and does not tell what is hidden on a scan from print.
    """
    if any(page.is_scan for page in pages):
        return []
    chars = _characters(data, pages)
    return [_again(page, chars[page.number]) for page in pages if page.number in chars]


def _again(page: Page, chars: list[dict[str, Any]]) -> Page:
    # Text objects are put together here from characters: only the first reading knows how they were drawn.
    whole = replace(page, runs=drawn_once(_runs(chars)), holes=(), is_whole=is_whole(page, page.runs))
    return whole.band(page.top, page.bottom, page.left, page.right)


def _characters(data: bytes, pages: Iterable[Page]) -> dict[int, list[dict[str, Any]]]:
    """The characters of each page: of the file, or of a copy where pages lie on their side or characters lack names."""
    numbers = sorted({page.number for page in pages})
    found = {} if any(page.onto_shown for page in pages) else _named(data, numbers)
    if found and not any(map(_is_unnamed, chain.from_iterable(found.values()))):
        return found
    try:
        return _named(_copy(data, numbers), numbers) or found
    except pypdfium2.PdfiumError:
        return found


def _named(data: bytes, numbers: list[int]) -> dict[int, list[dict[str, Any]]]:
    try:
        with pdfplumber.open(io.BytesIO(data), pages=numbers) as pdf:
            return {page.page_number: page.chars[:MOST_CHARACTERS] for page in pdf.pages}
    except Exception:  # noqa: BLE001 - it raises whatever a broken file leads it into.
        return {}


def _copy(data: bytes, numbers: Iterable[int]) -> bytes:
    """The file as pdfium writes it: not locked, these pages turned so that their text stands upright."""
    copy = io.BytesIO()
    with pypdfium2.PdfDocument(data) as pdf:
        for number in numbers:
            page = pdf[number - 1]
            text_page = page.get_textpage()
            page.set_rotation(readable(page, text_page).rotation)
            text_page.close()
            page.close()
        pdf.save(copy, flags=pdfium_c.FPDF_REMOVE_SECURITY)
    return copy.getvalue()


def _is_unnamed(char: dict[str, Any]) -> bool:
    return str(char["text"]).startswith(UNNAMED)


def _runs(chars: list[dict[str, Any]]) -> tuple[Run, ...]:
    owned = list(_chars(_once(chars)))
    return runs_from((char for char, _ in owned), frozenset(char.owner for char, is_red in owned if is_red))


def _once(chars: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Without the characters that are drawn a second time over themselves."""
    seen: set[tuple[str, float, int, int]] = set()
    for char in chars:
        column, row = (int(char[edge] / DRAWN_TWICE) for edge in ("x0", "top"))
        name = char["text"], char["size"]
        near = ((*name, column + dx, row + dy) for dx in (0, -1, 1) for dy in (0, -1, 1))
        if not any(place in seen for place in near):
            yield char
        seen.add((*name, column, row))


def _chars(chars: Iterable[dict[str, Any]]) -> Iterator[tuple[Char, bool]]:
    """Each with whether it is red.

    Characters of one font that follow each other closely and evenly are taken for one text object.
    """
    owner = 1
    last: dict[str, Any] | None = None
    gap: float | None = None
    for char in chars:
        if not is_upright(char["matrix"]) or is_faint(_ink(char["non_stroking_color"])):
            continue
        gap, before = char["x0"] - last["x1"] if last else None, gap
        if last is not None and not (_follows(last, char) and _is_even(before, gap, char["size"])):
            owner, gap = owner + 1, None
        last = char
        for shown in _shown(char):
            place = Char(shown, char["x0"], char["top"], char["x1"], char["bottom"], owner)
            yield place, is_red(_ink(char["non_stroking_color"]))


def _shown(char: dict[str, Any]) -> str:
    if _is_unnamed(char):
        return UNREAD
    return "".join(UNREAD if ord(each) in PRIVATE else each for each in printed(char["text"]) or " ")


def _is_even(before: float | None, gap: float | None, size: float) -> bool:
    """Whether two gaps are alike; the first gap of an object may be of any size."""
    return before is None or gap is None or abs(gap - before) < EVEN * max(size, 1.0)


def _follows(last: dict[str, Any], char: dict[str, Any]) -> bool:
    return bool(
        last["fontname"] == char["fontname"]
        and last["non_stroking_color"] == char["non_stroking_color"]
        and last["size"] == char["size"]
        and abs(char["top"] - last["top"]) < NEXT_TO * max(char["size"], 1.0)
        and abs(char["x0"] - last["x1"]) < NEXT_TO * max(char["size"], 1.0)
    )


def _ink(colour: object) -> Ink:
    """Red, green and blue of a colour given so, as grey or as four inks."""
    given = colour if isinstance(colour, tuple | list) else (colour,)
    levels = [OPAQUE * level for level in given if isinstance(level, int | float)]
    if len(levels) == INKS:
        return [(OPAQUE - ink) * (OPAQUE - levels[-1]) / OPAQUE for ink in levels[:-1]]
    return levels * 3 if len(levels) == 1 else levels
