"""The printed face of an OFD as a witness: its text objects laid out as the text of a PDF page is."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from parsers.normalise import compact, printed
from parsers.ofd.page import Page, Places, Run
from parsers.pdf import glyphs, layout
from parsers.pdf.parts import Part, parts_of, read_part

MAX_FACES = 6
LIST_TITLE = "服务清单"
LONGEST_TITLE = 40
PLAIN = re.compile("[!-\u2e7f\u4e00-\u9fff]*")
SAME_HEIGHT = 0.5
JUMP = 1.5


def parts_printed(pages: Sequence[Page]) -> list[Part]:
    """The documents that the printed pages make, each invoice with what its face says; pages of a list left out."""
    faces = takewhile(lambda page: page.number == 1 or not _is_list(page), pages[:MAX_FACES])
    parts = parts_of(_laid_out(page) for page in faces)
    for part in parts:
        if part.kind:
            part.testimonies.extend(read_part(part.kind, part.pages))
    return parts


def _is_list(page: Page) -> bool:
    return any(LIST_TITLE in compact(run.text) for run in (*page.labels, *page.runs) if len(run.text) < LONGEST_TITLE)


def _laid_out(page: Page) -> layout.Page:
    # Labels first: in the file's drawing order a template lies under what is written on it.
    objects = [run for run in (*page.labels, *page.runs) if run.is_on_page]
    runs = [piece for order, run in enumerate(objects) for piece in _pieces(run, order)]
    return layout.Page(page.number, page.width, page.height, tuple(runs))


def _pieces(run: Run, order: int) -> Iterator[glyphs.Run]:
    """The text object split where it begins a new line or jumps; blanks at the ends dropped."""
    x0, y0, x1, y1, _ = run.places
    chars = run.text if PLAIN.fullmatch(run.text) else map(_shown, run.text)
    line = tuple(map(glyphs.Glyph, chars, x0, x1))
    breaks = [index for index in range(1, len(line)) if _breaks(run.places, index)]
    for start, end in pairwise((0, *breaks, len(line))):
        whole = glyphs.Run(line[start:end], x0[start], y0[start], x1[end - 1], y1[start], order)
        if piece := whole.part(whole.glyphs):
            yield piece


def _breaks(places: Places, index: int) -> bool:
    """Whether a character stands on another line than the one before it, or far from it."""
    x0, y0, x1, y1, _ = places
    height = max(y1[index - 1] - y0[index - 1], 1.0)
    apart = x0[index] - x1[index - 1]
    return not -height < apart < JUMP * height or abs(y1[index] - y1[index - 1]) > SAME_HEIGHT * height


def _shown(char: str) -> str:
    if "!" <= char < "\u2e80" or "\u4e00" <= char <= "\u9fff":
        return char
    return printed(char) or " "
