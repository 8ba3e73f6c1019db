"""A sheet that holds several invoices, one above the other or side by side, cut into the part of each."""

from collections.abc import Sequence
from itertools import pairwise

from parsers import normalise
from parsers.pdf import labels
from parsers.pdf.layout import Page, joined
from parsers.pdf.spots import Spot

HEAD = 45.0
"""How far above its number an invoice may begin, in points, where nothing else tells."""
NUMBER_LENGTHS = (8, 19, 20)
LONGEST = 16
"""How far a number may reach from its label, in heights of the label."""
NEAR = 5


def bands_of(page: Page) -> list[Page]:
    """The page, or one part for each invoice on it: from the top, and from the left where they stand side by side."""
    heads = heads_of(page)
    if len(heads) < 2:
        return [page]
    rows = _in_rows(heads)
    cuts = [_cut(page, before, row) for before, row in pairwise(rows)]
    edges = pairwise([0.0, *cuts, page.height])
    bands = [page.band(*edge) for edge in edges] if cuts else [page]
    return [part for band, row in zip(bands, rows, strict=True) for part in _side_by_side(band, row)]


def heads_of(page: Page) -> list[Spot]:
    """The number label of each invoice on the page, from the top.

    It stands with a date label and a number of its own, or with one that cannot be read: remarks name numbers without
    a date.
    """
    heads: list[Spot] = []
    numbers: set[str] = set()
    for spot in _dated(page):
        number = _number(page, spot)
        if number in numbers or not (number or _hides_a_number(page, spot)):
            continue
        numbers.update([number] if number else [])
        heads.append(spot)
    return heads


def is_legible(page: Page) -> bool:
    """Whether a number can be read beside every label that must have one."""
    return not page.holes or all(_number(page, spot) for spot in _dated(page))


def _dated(page: Page) -> list[Spot]:
    dates = page.find(labels.DATE)
    return [
        spot
        for spot in page.find(labels.NUMBER)
        if any(abs(date.middle - spot.middle) < NEAR * spot.height for date in dates)
    ]


def _number(page: Page, spot: Spot) -> str | None:
    return normalise.digits(joined(page.right_of(spot, spot.x1 + LONGEST * spot.height)), *NUMBER_LENGTHS)


def _hides_a_number(page: Page, spot: Spot) -> bool:
    right = spot.x1 + LONGEST * spot.height
    return any(spot.x1 - 1 < x0 < right and y0 < spot.middle < y1 for x0, y0, _, y1 in page.holes)


def _in_rows(heads: Sequence[Spot]) -> list[list[Spot]]:
    """The labels that stand side by side, from the left."""
    rows: list[list[Spot]] = []
    for spot in heads:
        if rows and spot.y0 - rows[-1][0].y0 < HEAD:
            rows[-1].append(spot)
        else:
            rows.append([spot])
    return [sorted(row, key=lambda spot: spot.x0) for row in rows]


def _cut(page: Page, before: Sequence[Spot], row: Sequence[Spot]) -> float:
    bottom, top = max(spot.y1 for spot in before), min(spot.y0 for spot in row)
    ends = [spot.y1 for spot in page.find(labels.DRAWER) if bottom < spot.y1 < top]
    return (max(ends) + top) / 2 if ends else top - HEAD


def _side_by_side(band: Page, row: Sequence[Spot]) -> list[Page]:
    """Equal shares of the width, as printing several pages on one sheet gives them."""
    cuts = [band.width * place / len(row) for place in range(1, len(row))]
    if not all(left.x1 < cut < right.x0 for (left, right), cut in zip(pairwise(row), cuts, strict=True)):
        cuts = [(left.x1 + right.x0) / 2 for left, right in pairwise(row)]
    return (
        [band.band(band.top, band.bottom, *sides) for sides in pairwise([0.0, *cuts, band.width])] if cuts else [band]
    )
