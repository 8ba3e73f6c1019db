"""The printed face of an OFD as a witness: its text objects laid out as the text of a PDF page is."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from parsers.normalise import compact, printed
from parsers.ofd.page import Page, Run
from parsers.pdf import glyphs, layout
from parsers.pdf.parts import Part, parts_of, read_part

MAX_FACES = 6
LIST_TITLE = "服务清单"
LONGEST_TITLE = 40
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
    lines: list[list[glyphs.Glyph]] = []
    tops: list[tuple[float, float]] = []
    last = None
    for glyph in run.glyphs:
        if last is None or _breaks(last.box, glyph.box):
            lines.append([])
            tops.append((glyph.box[1], glyph.box[3]))
        lines[-1].append(glyphs.Glyph(_shown(glyph.char), glyph.box[0], glyph.box[2]))
        last = glyph
    for line, (top, bottom) in zip(lines, tops, strict=True):
        whole = glyphs.Run(tuple(line), line[0].x0, top, line[-1].x1, bottom, order)
        if piece := whole.part(whole.glyphs):
            yield piece


def _breaks(last: tuple[float, float, float, float], box: tuple[float, float, float, float]) -> bool:
    height = max(last[3] - last[1], 1.0)
    return abs(box[3] - last[3]) > SAME_HEIGHT * height or not -height < box[0] - last[2] < JUMP * height


def _shown(char: str) -> str:
    if "!" <= char < "\u2e80" or "\u4e00" <= char <= "\u9fff":
        return char
    return printed(char) or " "
