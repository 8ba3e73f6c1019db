"""The characters of a page and where they stand, read by pdfium in a few calls.

Coordinates are PDF points of the page as shown, from its top left. A run is a piece of one text object on one line:
never joined over objects, so that neighbouring columns stay apart; split where the text object jumps.
"""

import ctypes
import re
import struct
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

from parsers.ink import is_faint, is_red
from parsers.normalise import UNREAD, folded, printed
from parsers.pdf.objects import Placed, bare, ink_of, objects_of
from reimburse.domain.reading import Box

MOST_CHARACTERS = 60_000
JUMP = 1.1
BACK = 0.6
LEAN = 0.35
OVER = 0.15
MOST_ALIKE = 64
"""Runs of one text that are compared with a further one."""
MOST_BLANKS = 40
BROKEN_HYPHEN = 2
"""What pdfium gives for a hyphen at the end of a line: it holds the word for broken there."""
PLAIN_BELOW = 0x2E80
IDEOGRAPHS = range(0x3400, 0xA000)
NAMELESS, BLANK = -1, 0x20
PRIVATE = range(0xD800, 0xF900)
"""Halves of characters, and codes that each font uses as it likes."""
PLAIN = re.compile("[!-~\u3400-\u9fff]*")


Turn = Callable[[float, float, float, float], Box]


class Glyph(NamedTuple):
    """One character as printed, and from where to where it reaches across the line."""

    char: str
    x0: float
    x1: float


Glyphs = tuple[Glyph, ...]


class Folded(NamedTuple):
    """Text folded, without blanks; and its length where each of its characters stands for one of what is printed."""

    text: str
    length: int | None


class Run:
    """A piece of text on one line, never changed once it is made.

    ``order`` is its place in the file's drawing order, ``text`` its characters as printed, inner blanks kept,
    ``height`` that of the line's type and ``middle`` the height at which the line stands. ``is_red`` says that it was
    drawn in the colour of seals.
    """

    __slots__ = ("_folded", "_glyphs", "height", "is_red", "middle", "order", "text", "x0", "x1", "y0", "y1")

    def __init__(
        self, text: str, box: Box, order: int, glyphs: Glyphs | Callable[[], Glyphs], *, is_red: bool = False
    ) -> None:
        self.text = text
        self.x0, self.y0, self.x1, self.y1 = box
        self.order = order
        self.is_red = is_red
        self.height = self.y1 - self.y0
        self.middle = (self.y0 + self.y1) / 2
        self._glyphs = glyphs
        self._folded: Folded | None = None

    @property
    def folded(self) -> "Folded":
        """The text for matching; worked out once."""
        if self._folded is None:
            text = self.text
            self._folded = Folded(text, len(text)) if PLAIN.fullmatch(text) else _fold(text)
        return self._folded

    @property
    def glyphs(self) -> Glyphs:
        """The characters with their places; worked out when first asked for where that was put off."""
        if not isinstance(self._glyphs, tuple):
            self._glyphs = self._glyphs()
        return self._glyphs

    @property
    def is_single(self) -> bool:
        """Whether it is one character."""
        return len(self.text) == 1

    @property
    def box(self) -> Box:
        """Left, top, right, bottom."""
        return (self.x0, self.y0, self.x1, self.y1)

    def part(self, glyphs: Glyphs) -> "Run | None":
        """The run cut down to some of its glyphs, blanks at the ends dropped; None where nothing is left."""
        first, last = 0, len(glyphs)
        while first < last and glyphs[first].char == " ":
            first += 1
        while last > first and glyphs[last - 1].char == " ":
            last -= 1
        if first == last:
            return None
        return run_of(glyphs[first:last], self.y0, self.y1, self.order, is_red=self.is_red)


def run_of(glyphs: Glyphs, top: float, bottom: float, order: int, *, is_red: bool = False) -> Run:
    """The run that these glyphs make, at least one."""
    text = "".join([glyph[0] for glyph in glyphs])
    return Run(text, (glyphs[0].x0, top, glyphs[-1].x1, bottom), order, glyphs, is_red=is_red)


class Char(NamedTuple):
    """A character as pdfium gives it, in shown coordinates; ``owner`` tells text objects apart."""

    char: str
    x0: float
    y0: float
    x1: float
    y1: float
    owner: int


class Text(NamedTuple):
    """What pdfium reads on a page: the runs in drawing order, and the text objects they come from."""

    runs: tuple[Run, ...]
    owners: frozenset[int]


def text_of(text_page: Any, turn: Turn, hidden: frozenset[int] = frozenset()) -> Text:
    """The text of a page that shows. ``turn`` takes left, top, right, bottom in the file to shown coordinates.

    ``hidden`` are text objects to leave out.
    """
    chars = list(_chars(text_page, turn))
    inks = {owner: ink_of(owner) for owner in {char.owner for char in chars}}
    hidden |= {owner for owner, ink in inks.items() if is_faint(ink)}
    shown = [char for char in chars if char.owner not in hidden] if hidden else chars
    return Text(runs_from(shown, frozenset(owner for owner, ink in inks.items() if is_red(ink))), frozenset(inks))


def drawn_once(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Without what is drawn a second time over itself to look bold."""
    places: dict[str, list[Run]] = {}
    kept = []
    for run in runs:
        same = places.get(run.text)
        if same is None:
            places[run.text] = [run]
        elif any(_is_over(run, other) for other in same[-MOST_ALIKE:]):
            continue
        else:
            same.append(run)
        kept.append(run)
    return tuple(kept)


def _is_over(run: Run, other: Run) -> bool:
    reach = OVER * run.height
    return abs(run.x0 - other.x0) < reach and abs(run.y0 - other.y0) < reach


def runs_from(chars: Iterable[Char], red: frozenset[int]) -> tuple[Run, ...]:
    """Characters in drawing order put together to runs; ``red`` are the text objects drawn in red."""
    pieces: list[list[Char]] = []
    last: Char | None = None
    for char in chars:
        blanks = _dropped_blanks(last, char) if last and last.char == " " else []
        if last is None or (_breaks(last, char) and not blanks):
            pieces.append([])
        pieces[-1].extend([*blanks, char])
        last = char
    upright = (piece for piece in _on_a_line(pieces) if any(char.char != " " for char in piece))
    return tuple(_run(piece, order, is_red=piece[0].owner in red) for order, piece in enumerate(upright))


def _chars(text_page: Any, turn: Turn) -> Iterator[Char]:
    count = min(text_page.count_chars(), MOST_CHARACTERS)
    codes, owners, boxes = _columns(text_page.raw, count)
    for code, owner, (left, top, right, bottom) in zip(codes, owners, boxes, strict=True):
        if owner and (code > 31 or code in {BROKEN_HYPHEN, NAMELESS}):
            yield Char(_shown(code), *turn(left, top, right, bottom), owner)


def objects_without_text(page: Any, owners: frozenset[int]) -> list[Placed]:
    """Text objects of the page of which pdfium gave no character: blanks, and figures in some fonts."""
    return [placed for placed in objects_of(page, pdfium_c.FPDF_PAGEOBJ_TEXT) if placed.item not in owners]


def _columns(handle: Any, count: int) -> tuple[list[int], list[int], list[tuple[float, ...]]]:
    """Unicode, text object and loose box of each character: one foreign call each, without ctypes' conversions.

    What has no place in Unicode is ``NAMELESS`` where it is inked: its number in the font says nothing.
    """
    page = ctypes.cast(handle, ctypes.c_void_p).value
    room = (pdfium_c.FS_RECTF * count)()
    start, step = ctypes.addressof(room), ctypes.sizeof(pdfium_c.FS_RECTF)
    pages = [page] * count
    codes = list(map(bare("FPDFText_GetUnicode", ctypes.c_uint, 2), pages, range(count)))
    owners = list(map(bare("FPDFText_GetTextObject", ctypes.c_void_p, 2), pages, range(count)))
    errors = map(bare("FPDFText_HasUnicodeMapError", ctypes.c_int, 2), pages, range(count))
    for index in [index for index, error in enumerate(errors) if error == 1]:
        codes[index] = NAMELESS if _is_inked(handle, index) else BLANK
    measure = bare("FPDFText_GetLooseCharBox", ctypes.c_int, 3)
    places = range(start, start + count * step, step)
    for _ in map(measure, pages, range(count), places):
        pass
    return codes, [owner or 0 for owner in owners], list(struct.iter_unpack("4f", bytes(room)))


def _is_inked(handle: Any, index: int) -> bool:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium_c.FPDFText_GetCharBox(handle, index, left, right, bottom, top)
    return right.value > left.value and top.value > bottom.value


def _shown(code: int) -> str:
    if code == BROKEN_HYPHEN:
        return "-"
    if code == NAMELESS or code in PRIVATE:
        return UNREAD
    char = chr(code)
    if code < PLAIN_BELOW and code != 0xA0:
        return char
    return char if code in IDEOGRAPHS else printed(char) or " "


def _dropped_blanks(last: Char, char: Char) -> list[Char]:
    """The blanks that pdfium leaves out after a first one: the gap is a multiple of its width."""
    width = last.x1 - last.x0
    gap = char.x0 - last.x1
    if last.owner != char.owner or width <= 0 or gap < width / 2 or abs(char.y1 - last.y1) > LEAN * (last.y1 - last.y0):
        return []
    count = round(gap / width)
    if count > MOST_BLANKS or abs(gap - count * width) > width / 4:
        return []
    return [last._replace(x0=last.x1 + index * width, x1=last.x1 + (index + 1) * width) for index in range(count)]


def _breaks(last: Char, char: Char) -> bool:
    if last.owner != char.owner:
        return True
    height = max(last.y1 - last.y0, 1.0)
    gap = char.x0 - last.x1
    return abs(char.y1 - last.y1) > LEAN * height or not -BACK * height < gap < JUMP * height


def _on_a_line(pieces: list[list[Char]]) -> Iterator[list[Char]]:
    """Without text objects that run downward, upward or aslant: a counter on the page's edge, a watermark."""
    heights: dict[int, list[float]] = {}
    for piece in pieces:
        heights.setdefault(piece[0].owner, []).extend((piece[0].y1, piece[-1].y1))
    for piece in pieces:
        levels = heights[piece[0].owner]
        if max(levels) - min(levels) <= LEAN * max(piece[0].y1 - piece[0].y0, 1.0):
            yield piece


def _run(piece: list[Char], order: int, *, is_red: bool) -> Run:
    first, last = 0, len(piece)
    while piece[first].char == " ":
        first += 1
    while piece[last - 1].char == " ":
        last -= 1
    glyphs = tuple([Glyph(char.char, char.x0, char.x1) for char in piece[first:last]])
    top, bottom = min([char.y0 for char in piece]), max([char.y1 for char in piece])
    return run_of(glyphs, top, bottom, order, is_red=is_red)


def _fold(text: str) -> Folded:
    chars = list(map(plain, text))
    folded = "".join(chars)
    return Folded(folded, len(folded) if len(folded) == len(chars) and "" not in chars else None)


@lru_cache(maxsize=4096)
def plain(char: str) -> str:
    """A character for matching: folded, a blank as nothing."""
    return folded(char)
