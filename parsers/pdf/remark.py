"""The foot of an invoice: the remark and the people who signed."""

import re

from parsers import normalise
from parsers.pdf import labels
from parsers.pdf.layout import Page, around, in_lines, joined, without_red
from parsers.pdf.spots import Spot
from parsers.witness import Witness
from reimburse.domain.reading import Box

REMARK_TOP = re.compile("备")
REMARK_END = re.compile("注")
REMARK_WORD = re.compile("备注:?")
PEOPLE = {"payee": labels.PAYEE, "reviewer": labels.REVIEWER, "drawer": labels.DRAWER}
MOST_BETWEEN = 60.0


def say_people(witness: Witness, page: Page) -> None:
    """Payee, reviewer and drawer: the lowest place of each label, for remarks repeat them."""
    line = _signature_line(page)
    for field, label in PEOPLE.items():
        spots = [spot for spot in page.find(label) if line and abs(spot.middle - line.middle) < spot.height]
        if spots:
            runs = without_red(page.right_of(spots[-1], _next(page, spots[-1])))
            witness.say(field, normalise.printed(joined(runs)), box=around(runs))


def say_remark(witness: Witness, page: Page) -> None:
    """What stands right of 备注, between the total and the signatures; one line of print is one line of text.

    A seal put over it is no part of it.
    """
    mark = _remark_mark(page)
    if mark is None:
        return
    lines = in_lines(without_red(page.within(*_reach(page, mark))))
    kept = [line for line in lines if not labels.SELLER_SEAL.search(normalise.compact(joined(line)))]
    text = "\n".join(normalise.printed(joined(line)) or "" for line in kept)
    witness.say("remark", text.strip() or None, box=around(run for line in kept for run in line))


def remark_reach(page: Page) -> Box | None:
    """The part of the page that the remark may stand in, or None where none is marked."""
    mark = _remark_mark(page)
    return _reach(page, mark) if mark else None


def _remark_mark(page: Page) -> Spot | None:
    """备 above 注 in one column of single characters, or both in one word."""
    ends = page.find(REMARK_END)
    for top in reversed(page.find(REMARK_TOP)):
        for end in ends:
            if abs(end.x0 - top.x0) < top.height and 0 < end.y0 - top.y0 < MOST_BETWEEN:
                return Spot("备注", min(top.x0, end.x0), top.y0, max(top.x1, end.x1), end.y1)
    return next(iter(page.find(REMARK_WORD)[-1:]), None)


def _reach(page: Page, mark: Spot) -> Box:
    height = max(mark.height / 3, 7.0)
    over = [spot.y1 for spot in page.find(labels.IN_WORDS) if spot.middle < mark.y0]
    line = _signature_line(page)
    top = max(over, default=mark.y0 - 3 * height)
    bottom = line.y0 - 1 if line and line.y0 > mark.y0 else mark.y1 + 3 * height
    return (mark.x1 + 1, top, float("inf"), bottom)


def _signature_line(page: Page) -> Spot | None:
    """The lowest line that begins with one of the people's labels and stands below every remark."""
    drawers = [spot for spot in page.find(labels.DRAWER) if spot.x0 < page.width]
    return drawers[-1] if drawers else None


def _next(page: Page, spot: Spot) -> float:
    beside = (
        other.x0 for other in page.every_label if other.x0 >= spot.x1 and abs(other.middle - spot.middle) < spot.height
    )
    return min(beside, default=min(page.width, spot.x1 + 22 * spot.height))
