"""Railway e-ticket (铁路电子客票): fixed places, no table; the fare is the total."""

import re

from parsers import normalise
from parsers.pdf import labels
from parsers.pdf.face import next_label, say_header
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import Page, around, joined
from parsers.pdf.spots import Spot
from parsers.pdf.totals import amounts_in
from parsers.testimony import Testimony
from parsers.witness import Witness
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.reading import Source

TRAIN = re.compile(r"(?<![A-Z\d])(?:[GDCZTKYLSAN]\d{1,5}|\d{4})(?![\d:年])")
FARE = re.compile(r"(?:票价|退票费|改签费|差额退票费|变更到站费):?")
DEPARTS = re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日)(\d{1,2}:\d{2})开?")
SEAT = re.compile(
    r"(?:新空调|空调)?(?:商务座|特等座|优选一等座|一等座|二等座|无座|动卧|高级动卧|一等卧|二等卧|高级软卧|软卧|硬卧|软座|硬座)"
)
BUYER = re.compile(r"购买方名称:")
PASSENGER_ID = re.compile(r"\d{4,}\*{2,}[\dXx]+|[A-Z]\d*\*{2,}\d+")
NAME = re.compile(r"[^\d\W]{1,30}(?:·[^\d\W]{1,30})*")


def read_rail(page: Page) -> tuple[Testimony, ...]:
    """What the face of a railway e-ticket says."""
    witness = Witness(Source.TEXT, page.number)
    witness.say("kind", InvoiceKind.RAIL_TICKET.value)
    say_header(witness, page)
    _say_journey(witness, page)
    _say_fare(witness, page)
    _say_buyer(witness, page)
    _say_passenger(witness, page)
    return (witness.testimony(),)


def _say_journey(witness: Witness, page: Page) -> None:
    departs, seat = page.first(DEPARTS), page.first(SEAT)
    if departs and (found := DEPARTS.match(departs.text)):
        moment = f"{normalise.iso_date(found[1])}T{normalise.clock_time(found[2])}"
        witness.say("travel.departs_at", moment, box=_box(departs))
    if seat:
        witness.say("travel.seat", seat.text, box=_box(seat))
    train = next((spot for spot in page.find(TRAIN) if _stations(page, spot)), None)
    if train:
        witness.say("travel.vehicle", train.text, box=_box(train))
        before, after = _stations(page, train) or ([], [])
        for field, runs in (("travel.from", before), ("travel.to", after)):
            name = normalise.printed(joined(runs).replace(" ", ""))
            witness.say(field, name.removesuffix("站") if name else None, box=around(runs))


def _stations(page: Page, train: Spot) -> tuple[list[Run], list[Run]] | None:
    """The names left and right of the train's number, in larger type."""
    reach = 0.7 * train.height
    level = page.within(0, train.middle - reach, page.width, train.middle + reach)
    before = [run for run in level if run.x1 <= train.x0 + 1]
    after = [run for run in level if run.x0 >= train.x1 - 1]
    names = [normalise.compact(joined(runs)) for runs in (before, after)]
    return (before, after) if all(NAME.fullmatch(name) for name in names) else None


def _say_fare(witness: Witness, page: Page) -> None:
    label = page.first(FARE)
    found = amounts_in(page.right_of(label, page.width, rise=0.9)) if label else []
    if found:
        witness.say("total_incl_tax", found[0][0], box=around(found[0][1]))


def _say_buyer(witness: Witness, page: Page) -> None:
    name, tax_id = page.first(BUYER), page.first(labels.TAX_ID)
    if name:
        runs = page.right_of(name, next_label(page, name))
        witness.say("buyer.name", normalise.printed(joined(runs)), box=around(runs))
    if tax_id:
        runs = page.right_of(tax_id, next_label(page, tax_id))
        witness.say("buyer.tax_id", normalise.tax_id(joined(runs)), box=around(runs))


def _say_passenger(witness: Witness, page: Page) -> None:
    """The name right of the masked identity number; the number itself is not kept."""
    identity = page.first(PASSENGER_ID)
    runs = page.right_of(identity, page.width, rise=0.9) if identity else []
    name = normalise.printed(joined(runs))
    if name and NAME.fullmatch(normalise.compact(name)):
        witness.say("travel.passenger", name, box=around(runs))


def _box(spot: Spot) -> tuple[float, float, float, float]:
    return (spot.x0, spot.y0, spot.x1, spot.y1)
