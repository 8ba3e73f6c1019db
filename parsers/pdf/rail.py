"""Railway e-ticket (铁路电子客票): fixed places, no table; the fare is the total."""

import re
from collections.abc import Iterable

from parsers import normalise
from parsers.pdf.face import next_label, say_header
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import Page, around, joined
from parsers.pdf.parties import say_name
from parsers.pdf.spots import Spot
from parsers.pdf.totals import amounts_in
from parsers.testimony import Testimony
from parsers.witness import Witness
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.reading import Source

TRAIN = re.compile(r"(?<![A-Z\d])(?:[GDCZTKYLSAN]\d{1,5}|\d{4})(?![\d:年])")
FARES = (re.compile(r"(?<!原)(?:差额)?(?:退票|改签|变更到站)费:?"), re.compile("(?<!原)票价:?"))
"""A fee is charged for a ticket whose price may be printed beside it."""
DEPARTS = re.compile(r"(\d{4}年\d{1,2}月\d{1,2}日)(\d{1,2}:\d{2})开?")
CLASS = "商务座|特等座|优选一等座|一等座|二等座|动卧|高级动卧|一等卧|二等卧|高级软卧|软卧|硬卧|软座|硬座"
SEATS = (re.compile(f"(?:新空调|空调)?(?:{CLASS})(?:代(?:{CLASS}))?"), re.compile("无座"))
"""A ticket without a seat is of a class all the same."""
BUYER = re.compile(r"购买方名称:?")
TAX_ID = re.compile(r"统一社会信用代码(?:/?纳税人识别号)?:?|纳税人识别号:?")
PASSENGER_ID = re.compile(r"\d{4,}\*{2,}[\dXx]+|[A-Z]{1,2}\d*\*{2,}\d+")
NAME = re.compile(r"[^\d\W]{1,30}(?:·[^\d\W]{1,30})*")
PERSON = re.compile(r"[^\d\W][^\d_]{0,60}")


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
    departs, seat = page.first(DEPARTS), _first(page, SEATS)
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


def _first(page: Page, patterns: Iterable[re.Pattern[str]]) -> Spot | None:
    """The topmost place of the first pattern that stands anywhere."""
    return next((spot for pattern in patterns if (spot := page.first(pattern))), None)


def _stations(page: Page, train: Spot) -> tuple[list[Run], list[Run]] | None:
    """The names left and right of the train's number, in larger type."""
    reach = 0.7 * train.height
    level = page.within(0, train.middle - reach, page.width, train.middle + reach)
    before = [run for run in level if run.x1 <= train.x0 + 1]
    after = [run for run in level if run.x0 >= train.x1 - 1]
    names = [normalise.compact(joined(runs)) for runs in (before, after)]
    return (before, after) if all(NAME.fullmatch(name) for name in names) else None


def _say_fare(witness: Witness, page: Page) -> None:
    label = _first(page, FARES)
    found = amounts_in(page.right_of(label, page.width, rise=0.9)) if label else []
    if found:
        witness.say("total_incl_tax", found[0][0], box=around(found[0][1]))


def _say_buyer(witness: Witness, page: Page) -> None:
    name, tax_id = page.first(BUYER), page.first(TAX_ID)
    if name:
        beside = tax_id.x0 if tax_id and tax_id.x0 > name.x1 else page.width
        say_name(witness, page, "buyer", name, min(beside, next_label(page, name)))
    if tax_id:
        runs = page.right_of(tax_id, next_label(page, tax_id))
        witness.say("buyer.tax_id", normalise.tax_id(joined(runs)), box=around(runs))


def _say_passenger(witness: Witness, page: Page) -> None:
    """The name right of the masked identity number; the number itself is not kept."""
    identity = page.first(PASSENGER_ID)
    runs = page.right_of(identity, page.width, rise=0.9) if identity else []
    name = normalise.printed(joined(runs))
    if name and PERSON.fullmatch(normalise.compact(name)):
        witness.say("travel.passenger", name, box=around(runs))


def _box(spot: Spot) -> tuple[float, float, float, float]:
    return (spot.x0, spot.y0, spot.x1, spot.y1)
