"""Air itinerary (航空运输电子客票行程单): labels above their values, segments as rows; the fund bears no VAT."""

import re
from decimal import Decimal

from parsers import normalise
from parsers.pdf import labels
from parsers.pdf.face import next_label, say_header
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import Page, around, in_lines, joined
from parsers.pdf.spots import Spot
from parsers.testimony import Testimony
from parsers.witness import Witness
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.money import money_text
from reimburse.domain.reading import Source

PRICES = re.compile("票价|燃油附加费|增值税税率|增值税税额|民航发展基金|其他税费|合计")
PRICE_FIELDS = {"增值税税额": "tax_amount", "合计": "total_incl_tax"}
NOT_ADDED = frozenset({"增值税税率", "合计"})
BESIDE = {"buyer.name": re.compile(r"购买方名称:"), "seller.name": re.compile(r"填开单位:")}
SEGMENT = {
    "passenger": re.compile(r"旅客姓名"),
    "vehicle": re.compile(r"航班号"),
    "seat": re.compile(r"座位等级"),
    "day": re.compile(r"(?<!开)(?<!效)日期(?!:)"),
    "time": re.compile(r"(?<!出票)时间(?!:)"),
}
FROM = re.compile(r"自:")
TO = re.compile(r"至:")
AIRPORT = re.compile(r"\s*[A-Z]{3}$")
FLIGHT_NUMBER = re.compile(r"[A-Z\d]{2}\d{3,4}[A-Z]?")


def read_air(page: Page) -> tuple[Testimony, ...]:
    """What the face of an air itinerary says, and what its prices add up to."""
    witness = Witness(Source.TEXT, page.number)
    witness.say("kind", InvoiceKind.AIR_ITINERARY.value)
    say_header(witness, page)
    prices = _prices(page)
    for label, field in PRICE_FIELDS.items():
        if label in prices:
            witness.say(field, prices[label][0], box=prices[label][1].box)
    for field, beside in BESIDE.items():
        if spot := page.first(beside):
            runs = page.right_of(spot, next_label(page, spot))
            witness.say(field, normalise.printed(joined(runs)), box=around(runs))
    _say_tax_id(witness, page)
    _say_journey(witness, page)
    parts = [Decimal(value) for label, (value, _) in prices.items() if label not in NOT_ADDED]
    if "合计" not in prices or len(parts) < 2:
        return (witness.testimony(),)
    added = Witness(Source.LINES, page.number)
    added.say("total_incl_tax", money_text(sum(parts, Decimal(0))))
    return (witness.testimony(), added.testimony())


def _prices(page: Page) -> dict[str, tuple[str, Run]]:
    """Each price by its label: as many values stand below as there are labels, in the same order."""
    rows = [row for row in in_lines(page.runs) if len(PRICES.findall(normalise.compact(joined(row)))) > 3]
    if not rows:
        return {}
    row = rows[0]
    names = PRICES.findall(normalise.compact(joined(row)))
    bottom = max(run.y1 for run in row)
    lines = in_lines(page.within(0, bottom, page.width, bottom + 4 * row[0].height))
    if not lines or len(lines[0]) != len(names):
        return {}
    found = ((name, normalise.amount(run.text), run) for name, run in zip(names, lines[0], strict=True))
    return {name: (value, run) for name, value, run in found if value}


def _say_tax_id(witness: Witness, page: Page) -> None:
    spot = page.first(labels.TAX_ID)
    runs = page.right_of(spot, page.width) if spot else []
    witness.say("buyer.tax_id", normalise.tax_id(joined(runs)), box=around(runs))


def _say_journey(witness: Witness, page: Page) -> None:
    """From the first segment's origin to the last one's destination; flight, cabin and time of the first."""
    departures, arrivals = page.find(FROM), page.find(TO)
    if departures and arrivals:
        _say_city(witness, "travel.from", page, departures[0])
        _say_city(witness, "travel.to", page, arrivals[-1])
    under = {name: _under(page, spot, 3.4)[:1] for name, label in SEGMENT.items() if (spot := page.first(label))}
    texts = {name: normalise.printed(joined(runs)) for name, runs in under.items() if runs}
    for name in ("passenger", "seat"):
        witness.say(f"travel.{name}", texts.get(name), box=around(under.get(name, ())))
    if FLIGHT_NUMBER.fullmatch(texts.get("vehicle") or ""):
        witness.say("travel.vehicle", texts["vehicle"], box=around(under["vehicle"]))
    day, time = normalise.iso_date(texts.get("day")), normalise.clock_time(texts.get("time"))
    moment = [*under.get("day", ()), *(under.get("time", ()) if time else ())]
    witness.say("travel.departs_at", f"{day}T{time}" if day and time else day, box=around(moment))


def _say_city(witness: Witness, field: str, page: Page, spot: Spot) -> None:
    runs = page.right_of(spot, spot.x1 + 12 * spot.height)[:1]
    witness.say(field, AIRPORT.sub("", normalise.printed(joined(runs)) or "") or None, box=around(runs))


def _under(page: Page, spot: Spot, lines: float) -> list[Run]:
    """The first line of print below a label, the run nearest to the label first."""
    reach = 0.25 * (spot.x1 - spot.x0) + 4
    bottom = spot.y1 + lines * spot.height
    below = [run for run in page.runs if spot.y1 <= run.middle <= bottom]
    near = [run for run in below if run.x1 > spot.x0 - reach and run.x0 < spot.x1 + reach]
    first = min((run.middle for run in near), default=0.0)
    level = [run for run in near if run.middle - first < 0.5 * spot.height]
    return sorted(level, key=lambda run: abs(run.x0 + run.x1 - spot.x0 - spot.x1))
