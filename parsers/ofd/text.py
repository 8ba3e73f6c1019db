"""The printed face of an OFD as a witness: its text objects laid out as the text of a PDF page is."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from parsers.ink import is_faint, is_red
from parsers.normalise import compact, printed
from parsers.ofd.page import Page, Run
from parsers.ofd.placing import Places
from parsers.pdf import glyphs, layout
from parsers.pdf.parts import Part, parts_of, read_part

MAX_FACES, MAX_FACES_ALONE = 6, 60
"""Pages whose print is read: beside attached data, and where it has to tell all."""
LIST_TITLE = "服务清单"
LONGEST_TITLE = 40
LITERAL = re.compile("[ -~\xa5\u2014\u2018-\u201d\u3001-\u3029\u4e00-\u9fff\uff01-\uff5e\uffe5]*")
"""Characters that are shown as they are."""
SAME_HEIGHT = 0.5
JUMP = 1.5


def parts_printed(pages: Sequence[Page]) -> list[Part]:
    """The documents that the printed pages make, each invoice with what its face says; pages of a list left out."""
    faces = (page for page in pages if page.number == 1 or not _is_list(page))
    parts = parts_of(_laid_out(page) for page in faces)
    for part in parts:
        if part.kind:
            part.testimonies.extend(read_part(part.kind, part.pages))
    return parts


def _is_list(page: Page) -> bool:
    return any(LIST_TITLE in compact(run.text) for run in (*page.labels, *page.runs) if len(run.text) < LONGEST_TITLE)


def _laid_out(page: Page) -> layout.Page:
    # Labels first: in the file's drawing order a template lies under what is written on it.
    written = [run for run in page.runs if _is_read(run)]
    runs = [piece for order, run in enumerate(written, len(page.labels)) for piece in _pieces(run, order)]
    drawn = glyphs.drawn_once((*_form(page.labels), *runs))
    return layout.Page(page.number, page.width, page.height, drawn)


@lru_cache(maxsize=16)
def _form(labels: tuple[Run, ...]) -> tuple[glyphs.Run, ...]:
    """What the templates print: the same labels on invoice after invoice."""
    return tuple(piece for order, run in enumerate(labels) if _is_read(run) for piece in _pieces(run, order))


def _is_read(run: Run) -> bool:
    """Whether it shows and stands on a line of print: watermarks are aslant or faint."""
    return run.is_on_page and run.is_upright and not is_faint(run.ink)


def _pieces(run: Run, order: int) -> Iterator[glyphs.Run]:
    """The text object split where it begins a new line or jumps; blanks at the ends dropped."""
    red, extent = is_red(run.ink), run.extent
    if extent.is_even and LITERAL.fullmatch(run.text):
        yield glyphs.Run(run.text, extent.box, order, lambda: _line(run, run.places), is_red=red)
        return
    places = run.places
    line = _line(run, places)
    for start, end in pairwise((0, *_breaks(places), len(line))):
        whole = glyphs.run_of(line[start:end], places.y0[start], places.y1[start], order, is_red=red)
        if piece := whole.part(whole.glyphs):
            yield piece


def _line(run: Run, places: Places) -> glyphs.Glyphs:
    return tuple(map(glyphs.Glyph, map(_shown, run.text), places.x0, places.x1))


def _breaks(places: Places) -> list[int]:
    """The characters that stand on another line than the one before them, or far from it."""
    x0, tops, x1, bottoms, _ = places
    pairs = zip(x1, x0[1:], tops, bottoms, bottoms[1:], strict=False)
    return [
        index
        for index, (end, start, top, bottom, following) in enumerate(pairs, 1)
        if not -(height := max(bottom - top, 1.0)) < start - end < JUMP * height
        or abs(following - bottom) > SAME_HEIGHT * height
    ]


def _shown(char: str) -> str:
    if "!" <= char < "\u2e80" or "\u4e00" <= char <= "\u9fff":
        return char
    return printed(char) or " "
