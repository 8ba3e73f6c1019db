"""A sheet that holds several invoices one above the other, cut into the part of each."""

from itertools import pairwise

from parsers import normalise
from parsers.pdf import labels
from parsers.pdf.layout import Page, joined
from parsers.pdf.spots import Spot

HEAD = 45.0
"""How far above its number an invoice may begin, in points, where nothing else tells."""
NUMBER_LENGTHS = (8, 19, 20)


def bands_of(page: Page) -> list[Page]:
    """The page, or one band for each invoice on it."""
    heads = _heads(page)
    if len(heads) < 2:
        return [page]
    cuts = [_cut(page, before, head) for before, head in pairwise(heads)]
    tops, bottoms = [0.0, *cuts], [*cuts, page.height]
    return [page.band(top, bottom) for top, bottom in zip(tops, bottoms, strict=True)]


def _heads(page: Page) -> list[Spot]:
    """The number labels that stand with a date label and a number of their own: remarks name numbers without a date."""
    dates = page.find(labels.DATE)
    heads: list[Spot] = []
    numbers: set[str] = set()
    for spot in page.find(labels.NUMBER):
        number = normalise.digits(joined(page.right_of(spot, spot.x1 + 16 * spot.height)), *NUMBER_LENGTHS)
        dated = any(abs(date.middle - spot.middle) < 5 * spot.height for date in dates)
        if number and dated and number not in numbers:
            numbers.add(number)
            heads.append(spot)
    return heads


def _cut(page: Page, before: Spot, head: Spot) -> float:
    ends = [spot.y1 for spot in page.find(labels.DRAWER) if before.y1 < spot.y1 < head.y0]
    return (max(ends) + head.y0) / 2 if ends else head.y0 - HEAD
