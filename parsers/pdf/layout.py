"""A page as lines of type: labels found by what they say, values by where they stand."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from operator import attrgetter

from parsers.pdf.glyphs import Run
from parsers.pdf.labels import ANY
from parsers.pdf.spots import PrintedText, Spot
from reimburse.domain.reading import Box

SLACK = 0.01
SAME_LINE = 0.38
WORD_GAP = 0.6
TOUCH = 0.1
LATIN_GAP = 0.22
NARROW = 0.1
"""Half of the width of the narrowest characters: what reaches over a side by less is not cut there."""
MOST_STAMPED = 0.2
"""The share of what is printed that stamps and seals may be; where more is red, the form itself is."""
MIDDLE, LEFT = attrgetter("middle"), attrgetter("x0")


@dataclass(frozen=True)
class Page:
    """One page, or a band of it that holds one invoice. ``number`` counts from 1.

    ``holes`` are places of text that could not be read: blanks or single figures, nobody knows. ``rules`` are
    upright lines that were drawn.
    """

    number: int
    width: float
    height: float
    runs: tuple[Run, ...]
    holes: tuple[Box, ...] = ()
    rules: tuple[Box, ...] = ()
    top: float = 0.0
    bottom: float = field(default=float("inf"))
    left: float = 0.0
    right: float = field(default=float("inf"))
    is_whole: bool | None = None
    """Whether a line of a cell is one text object; None where the runs themselves tell."""
    is_scan: bool = False
    """Whether text was left out that software recognised on a picture of the page."""
    onto_shown: Callable[[Box], Box] | None = None
    """Where a box lies on the page as viewers show it; None where that is upright as well."""
    _found: dict[re.Pattern[str], Sequence[Spot]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def written(self) -> str:
        """All text in drawing order, folded and without blanks: a seal drawn over a title does not tear it apart."""
        return "".join([run.folded.text for run in self.runs])

    @cached_property
    def _text(self) -> PrintedText:
        """The lines' folded text, one below the other, and where each of its characters stands; stamps left out."""
        plain = without_red(self.runs)
        stamped = len(self.runs) - len(plain) < MOST_STAMPED * len(self.runs)
        return PrintedText(in_lines(plain if stamped else self.runs))

    def find(self, pattern: re.Pattern[str]) -> Sequence[Spot]:
        """Where the pattern stands in the lines' folded text, from the top."""
        if pattern not in self._found:
            text = self._text.text
            matches = list(pattern.finditer(text))
            if "\n" in "".join([match.group() for match in matches]):
                lines = re.finditer(".+", text)
                matches = [match for line in lines for match in pattern.finditer(text, *line.span())]
            self._found[pattern] = [self._text.spot(match) for match in matches]
        return self._found[pattern]

    def first(self, pattern: re.Pattern[str]) -> Spot | None:
        """The topmost place, or None."""
        return next(iter(self.find(pattern)), None)

    def within(self, x0: float, y0: float, x1: float, y1: float) -> list[Run]:
        """What stands in this part of the page, runs cut at its sides; from the left on each line."""
        inside = [
            part
            for run in self._between(y0, y1)
            if y0 <= run.middle <= y1 and run.x1 > x0 and run.x0 < x1 and (part := _cut(run, x0, x1))
        ]
        return sorted(without_red(inside) or inside, key=LEFT)

    def touching(self, x0: float, y0: float, x1: float, y1: float) -> list[Run]:
        """The whole runs that reach into this part of the page, in drawing order."""
        return [run for run in self._between(y0, y1) if run.x1 > x0 and run.x0 < x1]

    def right_of(self, spot: Spot, limit: float, rise: float = 0.62) -> list[Run]:
        """What stands on the label's line to its right, up to ``limit``.

        Only runs that hold a label are cut; a value may begin a little before its label's right side.
        """
        reach = rise * spot.height
        start = spot.x1 - spot.slack
        middle, own, labelled = spot.middle, spot.orders, self._labelled
        whole, cut = [], []
        for run in self._between(middle - reach - SLACK, middle + reach + SLACK):
            if abs(run.middle - middle) > reach:
                continue
            if run.order not in labelled and run.order not in own:
                if _lies_after(run, spot) and run.x0 < limit:
                    whole.append(run)
            elif run.x1 > spot.x1 and (part := _cut(run, start, limit)):
                cut.append(part)
        found = whole + cut
        return sorted(without_red(found) or found, key=LEFT)

    def _between(self, top: float, bottom: float) -> list[Run]:
        """The runs whose middle lies between two heights, in drawing order."""
        middles, places = self._by_height
        return [self.runs[place] for place in sorted(places[bisect_left(middles, top) : bisect_right(middles, bottom)])]

    @cached_property
    def _by_height(self) -> tuple[Sequence[float], Sequence[int]]:
        """The middles of the runs from the top, and the place of each run in ``runs``."""
        middles = [run.middle for run in self.runs]
        places = sorted(range(len(middles)), key=middles.__getitem__)
        return [middles[place] for place in places], places

    @cached_property
    def _labelled(self) -> frozenset[int]:
        """The runs that hold a label, with or without a value beside it."""
        return frozenset(order for spot in self.every_label for order in spot.orders)

    @cached_property
    def every_label(self) -> Sequence[Spot]:
        """Every label on the page, from the top."""
        return self.find(ANY)

    @property
    def reach(self) -> Box:
        """The part of the sheet that it is, as viewers show it."""
        box = (self.left, self.top, min(self.right, self.width), min(self.bottom, self.height))
        return self.onto_shown(box) if self.onto_shown else box

    def band(self, top: float, bottom: float, left: float = 0.0, right: float = float("inf")) -> "Page":
        """The part of the page between two heights, and two sides."""
        level = (run for run in self.runs if top <= run.middle < bottom)
        inside = tuple(run for run in level if left <= (run.x0 + run.x1) / 2 < right)
        holes = tuple(hole for hole in self.holes if top <= hole[1] < bottom and left <= hole[0] < right)
        return replace(self, runs=inside, holes=holes, top=top, bottom=bottom, left=left, right=right)


def joined(runs: Sequence[Run]) -> str:
    """Runs of one line as text, with a blank where the gap between them is one."""
    text = ""
    last: Run | None = None
    for run in runs:
        if last and run.x0 - last.x1 > _blank(text[-1], run.text[0]) * min(run.height, last.height):
            text += " "
        text += run.text
        last = run
    return text


def _blank(before: str, after: str) -> float:
    """How wide a gap must be to be a blank, in heights of the type: beside Latin text less than between ideographs."""
    return LATIN_GAP if before.isascii() or after.isascii() else WORD_GAP


def close(runs: Sequence[Run]) -> list[Run]:
    """The first run of a line and those that follow without a gap: one text, cut into objects."""
    found = list(runs[:1])
    for last, run in pairwise(runs):
        if abs(run.x0 - last.x1) > TOUCH * min(run.height, last.height):
            break
        found.append(run)
    return found


def around(runs: Iterable[Run]) -> Box | None:
    """The box that holds all of them."""
    boxes = [run.box for run in runs]
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def in_lines(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs that stand on one line with the largest of them, from the top, each from the left."""
    rows: list[list[Run]] = []
    middle = height = 0.0
    for run in sorted(runs, key=MIDDLE):
        if rows and run.middle - middle <= SAME_LINE * min(run.height, height):
            rows[-1].append(run)
            if run.height <= height:
                continue
        else:
            rows.append([run])
        middle, height = run.middle, run.height
    for row in rows:
        if len(row) > 1:
            row.sort(key=LEFT)
    return rows


def without_red(runs: Iterable[Run]) -> list[Run]:
    """Without what is red, as stamps and seals are that were put over the rest."""
    return [run for run in runs if not run.is_red]


def _lies_after(run: Run, spot: Spot) -> bool:
    return run.x0 > spot.x0 + spot.height and (run.x0 + run.x1) / 2 > spot.x1 - spot.slack


def _cut(run: Run, x0: float, x1: float) -> Run | None:
    over = NARROW * run.height
    if run.x0 >= x0 - over and run.x1 <= x1 + over:
        return run
    return run.part(tuple(glyph for glyph in run.glyphs if x0 <= (glyph.x0 + glyph.x1) / 2 <= x1))
