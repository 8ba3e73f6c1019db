"""The same page read by pdfplumber: slower, and asked only where pdfium leaves a field missing or contradictory."""

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pdfplumber

from parsers.normalise import printed
from parsers.pdf.glyphs import Char, drawn_once, runs_from
from parsers.pdf.layout import Page

logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # What it finds odd in a file is no event of ours.

NEXT_TO = 0.25
MOST_CHARACTERS = 20_000
DRAWN_TWICE = 0.6
"""How near, in points, two equal characters are one that was made bold."""


def read_again(data: bytes, pages: list[Page]) -> list[Page]:
    """These pages as pdfplumber reads them, bands kept; no holes, for it names every character.

    Empty where it cannot: it is stricter than pdfium, and reads no page that lies on its side.
    """
    if any(page.onto_shown for page in pages):
        return []
    numbers = sorted({page.number for page in pages})
    try:
        with pdfplumber.open(io.BytesIO(data), pages=numbers) as pdf:
            runs = {
                page.page_number: runs_from(_chars(page.dedupe_chars(tolerance=DRAWN_TWICE).chars[:MOST_CHARACTERS]))
                for page in pdf.pages
            }
    except Exception:  # noqa: BLE001 - it raises whatever a broken file leads it into.
        return []
    whole = [replace(page, runs=drawn_once(runs.get(page.number, ())), holes=()) for page in pages]
    return [again.band(page.top, page.bottom) for again, page in zip(whole, pages, strict=True)]


def _chars(chars: list[dict[str, Any]]) -> Iterator[Char]:
    """Characters of one font that follow each other closely are taken for one text object."""
    owner, last = 1, None
    for char in chars:
        if not char["upright"]:
            continue
        if last is not None and not _follows(last, char):
            owner += 1
        last = char
        for shown in printed(char["text"]) or " ":
            yield Char(shown, char["x0"], char["top"], char["x1"], char["bottom"], owner)


def _follows(last: dict[str, Any], char: dict[str, Any]) -> bool:
    return bool(
        last["fontname"] == char["fontname"]
        and last["size"] == char["size"]
        and abs(char["top"] - last["top"]) < NEXT_TO * max(char["size"], 1.0)
        and abs(char["x0"] - last["x1"]) < NEXT_TO * max(char["size"], 1.0)
    )
