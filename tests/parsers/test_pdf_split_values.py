"""An identifier cut into several text objects is read whole, never its first half that has a valid length."""

import pytest

from parsers.pdf.face import value_of
from parsers.pdf.glyphs import Glyph, Run, run_of
from parsers.pdf.layout import joined


def line(*pieces: str, gap: float = 0.0) -> list[Run]:
    """Pieces of text on one line, so far from each other."""
    runs, at = [], 100.0
    for order, piece in enumerate(pieces):
        glyphs = tuple(Glyph(char, at + 5 * place, at + 5 * place + 5) for place, char in enumerate(piece))
        runs.append(run_of(glyphs, 50, 60, order))
        at += 5 * len(piece) + gap
    return runs


@pytest.mark.parametrize(
    ("field", "pieces", "whole"),
    [
        ("buyer.tax_id", ("91990000MA0DEM0", "011"), "91990000MA0DEM0011"),
        ("code", ("0990017001", "12"), "099001700112"),
        ("number", ("25992000", "000000004453"), "25992000000000004453"),
    ],
)
def test_pieces_that_touch_are_one_value(field: str, pieces: tuple[str, ...], whole: str) -> None:
    found = value_of(field, line(*pieces))
    assert found
    assert (found[0], joined(found[1])) == (whole, whole)


def test_pieces_that_stand_apart_are_not_put_together() -> None:
    found = value_of("number", line("20000543", "2026", gap=30))
    assert found
    assert found[0] == "20000543"
