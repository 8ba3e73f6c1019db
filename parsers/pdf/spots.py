"""Runs as one text to search, and the way back from what was found to where it stands."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from parsers.pdf.glyphs import Run, plain

SLACK = 0.07
MOST_SLACK = 0.8


class Spot:
    """A label that was found, never changed: its text without blanks, and where it stands.

    ``height`` is that of its type, ``middle`` the height at which it stands, ``orders`` the runs that it is part of.
    """

    __slots__ = ("height", "middle", "orders", "text", "x0", "x1", "y0", "y1")

    def __init__(
        self, text: str, x0: float, y0: float, x1: float, y1: float, orders: frozenset[int] = frozenset()
    ) -> None:
        self.text = text
        self.x0, self.y0, self.x1, self.y1 = x0, y0, x1, y1
        self.orders = orders
        self.height = y1 - y0
        self.middle = (y0 + y1) / 2

    @property
    def slack(self) -> float:
        """How far a value may begin before its label ends: less than half of a colon."""
        return min(MOST_SLACK, SLACK * self.height)


class PrintedText:
    """Lines of runs folded to one text, and the way back from its characters to where they stand."""

    def __init__(self, lines: Iterable[Iterable[Run]]) -> None:
        pieces: list[str] = []
        self._starts: list[int] = []
        self._runs: list[tuple[Run, int | None]] = []
        self._spots: dict[tuple[int, int], Spot] = {}
        end = 0
        for line in lines:
            for run in line:
                text, length = run.folded
                if text:
                    self._starts.append(end)
                    self._runs.append((run, length))
                    pieces.append(text)
                    end += len(text)
            pieces.append("\n")
            end += 1
        self.text = "".join(pieces)
        """All of it, a line break behind each line."""

    def spot(self, match: re.Match[str]) -> Spot:
        """Where the matched text stands: one text is often a label by more than one pattern."""
        span = match.span()
        if span not in self._spots:
            self._spots[span] = self._spot(match.group(), *span)
        return self._spots[span]

    def _spot(self, text: str, start: int, end: int) -> Spot:
        first, last = bisect_right(self._starts, start) - 1, bisect_left(self._starts, end)
        left, right = self._left(first, start), self._right(last - 1, end - 1)
        if last == first + 1:
            run = self._runs[first][0]
            return Spot(text, left, run.y0, right, run.y1, frozenset((run.order,)))
        runs = [run for run, _ in self._runs[first:last]]
        return Spot(
            text,
            min([left, *[run.x0 for run in runs[1:]]]),
            min([run.y0 for run in runs]),
            max([right, *[run.x1 for run in runs[:-1]]]),
            max([run.y1 for run in runs]),
            frozenset([run.order for run in runs]),
        )

    def _left(self, index: int, at: int) -> float:
        run, length = self._runs[index]
        offset = at - self._starts[index]
        return run.glyphs[_place(run, length, offset)].x0 if offset else run.x0

    def _right(self, index: int, at: int) -> float:
        run, length = self._runs[index]
        offset = at - self._starts[index]
        return run.x1 if offset + 1 == length else run.glyphs[_place(run, length, offset)].x1


def _place(run: Run, length: int | None, offset: int) -> int:
    """Which glyph of the run holds a character of its folded text."""
    if length is not None and length == len(run.glyphs):
        return offset
    return [index for index, glyph in enumerate(run.glyphs) for _ in "".join(map(plain, glyph.char))][offset]
