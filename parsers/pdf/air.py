"""Air itinerary (航空运输电子客票行程单): labels above their values, flights as rows; the fund bears no VAT."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from parsers import normalise
from parsers.pdf import labels
from parsers.pdf.face import next_label, say_header
from parsers.pdf.flights import say_flights
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import Page, around, in_lines, joined
from parsers.pdf.parties import say_name
from parsers.pdf.spots import Spot
from parsers.testimony import Testimony
from parsers.witness import Witness
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.money import money_text
from reimburse.domain.reading import Source

PRICES = re.compile("票价|燃油附加费|增值税税率|增值税税额|民航发展基金|其他税费|合计")
PRICE_FIELDS = {"增值税税额": "tax_amount", "合计": "total_incl_tax"}
NOT_ADDED = frozenset({"增值税税率", "合计"})
FEWEST_PRICES = 4
BESIDE = {"buyer.name": re.compile(r"购买方名称:?"), "seller.name": re.compile(r"填开单位:?")}
PASSENGER, ITS_NEIGHBOURS = re.compile("旅客姓名"), re.compile("有效身份证件|签注")
CURRENCY = re.compile("(?:CNY|RMB|[¥￥])?-?")
LINES_BELOW = 4
NAME_GAP = 1.2
INDENT = 10.0


def read_air(page: Page) -> tuple[Testimony, ...]:
    """What the face of an air itinerary says, and what its prices add up to."""
    witness = Witness(Source.TEXT, page.number)
    witness.say("kind", InvoiceKind.AIR_ITINERARY.value)
    say_header(witness, page)
    prices = _prices(page)
    for label, field in PRICE_FIELDS.items():
        witness.say(field, normalise.amount(_text(prices, label)), box=around(prices.get(label, ())))
    for field, beside in BESIDE.items():
        if spot := page.first(beside):
            say_name(witness, page, field.partition(".")[0], spot, next_label(page, spot))
    _say_tax_id(witness, page)
    _say_passenger(witness, page)
    say_flights(witness, page)
    added = _added(page, prices)
    return (witness.testimony(), added.testimony()) if added else (witness.testimony(),)


def _prices(page: Page) -> dict[str, list[Run]]:
    """What stands below each price's label: from where its label begins up to the next one's."""
    spots = _price_labels(page)
    if len(spots) < FEWEST_PRICES:
        return {}
    bottom = max(spot.y1 for spot in spots)
    lines = in_lines(page.within(0, bottom - 1, page.width, bottom + LINES_BELOW * spots[0].height))
    sides = [*(spot.x0 for spot in spots[1:]), page.width]
    return {
        spot.text: held for spot, side in zip(spots, sides, strict=True) if (held := _held(lines[:1], spot.x0, side))
    }


def _price_labels(page: Page) -> Sequence[Spot]:
    """The line with most of the prices' labels, from the left."""
    spots = page.find(PRICES)
    levels = [[spot for spot in spots if abs(spot.middle - one.middle) < 0.6 * one.height] for one in spots]
    return sorted(max(levels, key=len) if levels else (), key=lambda spot: spot.x0)


def _held(lines: Sequence[Sequence[Run]], left: float, right: float) -> list[Run]:
    """The runs of a line that belong below one label: a currency's name goes with the figure behind it."""
    return [run for line in lines for run, middle in _with_middles(line) if left <= middle < right]


def _with_middles(line: Sequence[Run]) -> list[tuple[Run, float]]:
    """Each run with the middle of the text it is part of: what stands nearer than a column's gap is one text."""
    groups: list[list[Run]] = []
    for last, run in pairwise([None, *line]):
        goes_on = last and run and (_is_near(last, run) or CURRENCY.fullmatch(normalise.compact(joined(groups[-1]))))
        if run:
            groups[-1:] = [[*groups[-1], run]] if goes_on else [*groups[-1:], [run]]
    return [(run, (group[0].x0 + group[-1].x1) / 2) for group in groups for run in group]


def _is_near(last: Run, run: Run) -> bool:
    return run.x0 - last.x1 < 0.2 * min(last.height, run.height)


def _text(prices: Mapping[str, Sequence[Run]], label: str) -> str:
    return joined(prices.get(label, ()))


def _added(page: Page, prices: Mapping[str, Sequence[Run]]) -> Witness | None:
    """What the prices make together, or None where one of them cannot be read."""
    parts = [normalise.amount(_text(prices, label)) for label in prices if label not in NOT_ADDED]
    if "合计" not in prices or len(parts) < 2 or None in parts:
        return None
    added = Witness(Source.LINES, page.number)
    added.say("total_incl_tax", money_text(sum((Decimal(part) for part in parts if part), Decimal(0))))
    return added


def _say_tax_id(witness: Witness, page: Page) -> None:
    spot = page.first(labels.TAX_ID)
    runs = page.right_of(spot, page.width) if spot else []
    witness.say("buyer.tax_id", normalise.tax_id(joined(runs)), box=around(runs))


def _say_passenger(witness: Witness, page: Page) -> None:
    """The first line below the label, up to the first wide gap or the next label."""
    spot = page.first(PASSENGER)
    if not spot:
        return
    beside = [each.x0 for each in page.find(ITS_NEIGHBOURS) if each.x0 > spot.x1]
    right = min(beside, default=page.width)
    lines = in_lines(page.within(spot.x0 - INDENT, spot.y1, right, spot.y1 + LINES_BELOW * spot.height))
    runs = list(lines[0][:1]) if lines else []
    for last, run in pairwise(lines[0] if lines else ()):
        if run.x0 - last.x1 > NAME_GAP * run.height:
            break
        runs.append(run)
    witness.say("travel.passenger", normalise.printed(joined(runs)), box=around(runs))
