"""A page as marks at places, put into a file in an order, size, turn and cut of its own: what no form prescribes."""

import io
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from bench.unseen.forms import EMBEDDED, PREDEFINED, SCRIPTS
from reimburse.demo.samples.qr_picture import qr_picture

PIECES = ("whole", "whole", "scripts", "words", "characters")
ORDERS = ("drawn", "drawn", "labels first", "shuffled", "upward")
WORDS = re.compile(r"\S+\s*")
HIDDEN = 3
"""The text rendering mode of a scan's text layer."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How one file is made, whatever it shows."""

    font: str = EMBEDDED
    pieces: str = "whole"
    order: str = "drawn"
    scale: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    turned: bool = False
    """Whether the page lies on its side in the file and is shown upright by its rotation."""
    jitter: float = 0.0
    """How far, in points, text stands off its line: a scan's text layer."""
    full_width: bool = True
    """Whether colons and brackets are full-width."""

    def __str__(self) -> str:
        turn = " turned" if self.turned else ""
        return f"{self.font[:3]}/{self.pieces}/{self.order}/{self.scale:.2f}{turn}"


def manner(rng: random.Random, *, scanned: bool = False) -> Manner:
    """A way of making a file, drawn at random."""
    return Manner(
        font=rng.choice((EMBEDDED, EMBEDDED, PREDEFINED)),
        pieces=rng.choice(PIECES),
        order=rng.choice(ORDERS),
        scale=rng.choice((1.0, 1.0, rng.uniform(0.8, 1.4))),
        shift=(rng.uniform(-3, 6), rng.uniform(-3, 6)),
        turned=rng.random() < 0.15,
        jitter=rng.uniform(0.1, 0.5) if scanned else 0.0,
        full_width=rng.random() < 0.6,
    )


class Mark(NamedTuple):
    """Text from its left side and the top of its line."""

    x: float
    y: float
    text: str
    size: float
    is_label: bool


@dataclass
class Draft:
    """Pages being drawn; places in points from the top left of an unscaled page."""

    size: tuple[float, float]
    how: Manner
    rng: random.Random
    pages: list[list[Mark]] = field(default_factory=lambda: [[]])
    codes: list[tuple[int, float, float, float, str]] = field(default_factory=list)
    rules: list[tuple[int, float, float, float, float]] = field(default_factory=list)

    def width(self, text: str, size: float = 9.0) -> float:
        """How wide the text is."""
        return float(pdfmetrics.stringWidth(text, self.how.font, size))

    def put(self, x: float, y: float, text: str | None, size: float = 9.0, *, label: bool = False) -> float:
        """Text from its left side; answers where it ends."""
        if text:
            self.pages[-1].append(Mark(x, y, text, size, label))
        return x + self.width(text or "", size)

    def label(self, x: float, y: float, text: str, size: float = 9.0) -> float:
        """A label of the form, with the brackets and colons of this file."""
        shown = text if self.how.full_width else text.replace("：", ":").replace("（", "(").replace("）", ")")
        return self.put(x, y, shown, size, label=True)

    def right(self, x: float, y: float, text: str | None, size: float = 9.0) -> None:
        """Text up to its right side."""
        self.put(x - self.width(text or "", size), y, text, size)

    def middle(self, x: float, y: float, text: str | None, size: float = 9.0, *, label: bool = False) -> None:
        """Text around its middle."""
        self.put(x - self.width(text or "", size) / 2, y, text, size, label=label)

    def pair(self, x: float, y: float, label: str, value: str | None, gap: float = 1.0, size: float = 9.0) -> None:
        """A label and its value, as one text or apart."""
        if value and gap <= 0:
            self.put(x, y, (label if self.how.full_width else label.replace("：", ":")) + value, size)
            return
        self.put(self.label(x, y, label, size) + gap, y, value, size)

    def down(self, x: float, y: float, text: str, step: float) -> None:
        """Characters one below the other."""
        for index, char in enumerate(text):
            self.put(x, y + index * step, char, label=True)

    def code(self, x: float, y: float, side: float, payload: str) -> None:
        """A QR code."""
        self.codes.append((len(self.pages), x, y, side, payload))

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A line."""
        self.rules.append((len(self.pages), x0, y0, x1, y1))

    def next_page(self) -> None:
        """What follows stands on a new page."""
        self.pages.append([])

    def file(self) -> bytes:
        """The PDF."""
        buffer = io.BytesIO()
        pdf = Canvas(buffer, invariant=1)
        wide, high = (side * self.how.scale for side in self.size)
        for number, marks in enumerate(self.pages, 1):
            pdf.setPageSize((wide, high))
            if self.how.turned:
                pdf.setPageRotation(90)
                pdf.translate(high, 0)
                pdf.rotate(90)
            pdf.scale(self.how.scale, self.how.scale)
            self._draw(pdf, number, marks)
            pdf.showPage()
        pdf.save()
        return buffer.getvalue()

    def _draw(self, pdf: Canvas, number: int, marks: Sequence[Mark]) -> None:
        dx, dy = self.how.shift
        high = self.size[1]
        for page, x0, y0, x1, y1 in self.rules:
            if page == number:
                pdf.setLineWidth(0.6)
                pdf.line(x0 + dx, high - y0 - dy, x1 + dx, high - y1 - dy)
        for mark in _ordered(marks, self.how.order, self.rng):
            self._write(pdf, mark, dx, dy)
        for page, x, y, side, payload in self.codes:
            if page == number:
                pdf.drawImage(ImageReader(qr_picture(payload)), x + dx, high - y - dy - side, side, side)

    def _write(self, pdf: Canvas, mark: Mark, dx: float, dy: float) -> None:
        x = mark.x
        for piece in _pieces(mark.text, self.how.pieces):
            if piece.strip():
                off = self.rng.uniform(-self.how.jitter, self.how.jitter)
                place = self.size[1] - mark.y - dy - off - 0.85 * mark.size
                text = pdf.beginText(x + dx, place)
                text.setFont(self.how.font, mark.size)
                text.setTextRenderMode(HIDDEN if self.how.jitter else 0)
                text.textOut(piece)
                pdf.drawText(text)
            x += self.width(piece, mark.size)


def _ordered(marks: Sequence[Mark], order: str, rng: random.Random) -> list[Mark]:
    if order == "labels first":
        return sorted(marks, key=lambda mark: not mark.is_label)
    if order == "upward":
        return sorted(marks, key=lambda mark: (-mark.y, mark.x))
    return rng.sample(list(marks), len(marks)) if order == "shuffled" else list(marks)


def _pieces(text: str, pieces: str) -> list[str]:
    if pieces == "characters":
        return list(text)
    if pieces == "words":
        return WORDS.findall(text)
    return SCRIPTS.findall(text) if pieces == "scripts" else [text]
