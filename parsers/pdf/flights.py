"""The flights of an air itinerary: origin above destination at the left, and a row of cells for each flight."""

import re
from collections.abc import Mapping, Sequence

from parsers import normalise
from parsers.pdf.cells import Cell, joined_cells
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import Page, around, in_lines, joined
from parsers.pdf.spots import Spot
from parsers.witness import Witness
from reimburse.domain.reading import Box

COLUMN = re.compile(
    "承运人|航班号|座位等级|客票级别/?客票类别|客票级别|客票类别|客票生效日期|有效截止日期|免费行李|(?<!开)日期|时间"
)
FLIGHT = "航班号"
FEWEST = 3
FROM = re.compile(r"自:")
TO = re.compile(r"至:")
END = re.compile("票价|燃油附加费")
AIRPORT = re.compile(r"\s*[A-Z]{3}$")
FLIGHT_NUMBER = re.compile(r"[A-Z\d]{2}\d{3,4}[A-Z]?")
NO_SEAT = re.compile(r".*\d{3}.*|VOID|[-*/]+")
BARE_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
VOID = "VOID"
CITY_GAP = 1.2


def say_flights(witness: Witness, page: Page) -> None:
    """From the first flight's origin to the last one's destination; number, cabin and time of the first."""
    departures, arrivals = (_cities(page, label) for label in (FROM, TO))
    if departures and arrivals:
        _say_city(witness, "travel.from", departures[0])
        _say_city(witness, "travel.to", arrivals[-1])
    row = _first_row(page)
    number, seat, day, time = (row.get(name) for name in (FLIGHT, "座位等级", "日期", "时间"))
    if number and FLIGHT_NUMBER.fullmatch(number.plain):
        witness.say("travel.vehicle", number.plain, box=around(number.runs))
    if seat and not NO_SEAT.fullmatch(seat.plain):
        witness.say("travel.seat", normalise.printed(seat.text), box=around(seat.runs))
    if day and (date := normalise.iso_date(day.text)):
        clock = _clock(time)
        runs = (*day.runs, *(time.runs if time and clock else ()))
        witness.say("travel.departs_at", f"{date}T{clock}" if clock else date, box=around(runs))


def flights_reach(page: Page) -> Box | None:
    """The part of the page that the flights stand in, or None without their header."""
    header = _header(page)
    if not header:
        return None
    top = max(spot.y1 for spot in header)
    ends = [spot.y0 for spot in page.find(END) if spot.y0 > top]
    return (0.0, top, page.width, min(ends, default=page.height))


def _header(page: Page) -> Sequence[Spot]:
    """The labels of the flights' columns, on the line of 航班号."""
    spots = page.find(COLUMN)
    anchor = next((spot for spot in spots if spot.text == FLIGHT), None)
    level = [spot for spot in spots if anchor and abs(spot.middle - anchor.middle) < 0.8 * anchor.height]
    return level if len(level) >= FEWEST else []


def _first_row(page: Page) -> Mapping[str, Cell]:
    """The cells of the first line with something below 航班号, by the label that each stands nearest below."""
    header, reach = _header(page), flights_reach(page)
    for line in in_lines(page.within(*reach)) if reach else ():
        row: dict[str, Cell] = {}
        for cell in joined_cells(line):
            if cell.x1 > header[0].x0 - cell.height:
                label = _above(header, cell)
                row[label] = Cell((*row[label].runs, *cell.runs)) if label in row else cell
        if FLIGHT in row:
            return row
    return {}


def _above(header: Sequence[Spot], cell: Cell) -> str:
    return min(header, key=lambda spot: abs(spot.x0 + spot.x1 - cell.x0 - cell.x1)).text


def _clock(time: Cell | None) -> str | None:
    if time is None:
        return None
    bare = BARE_TIME.fullmatch(time.plain)
    return f"{bare[1]}:{bare[2]}" if bare else normalise.clock_time(time.text)


def _cities(page: Page, label: re.Pattern[str]) -> list[list[Run]]:
    """What stands right of each of the labels; lines that are not used say VOID."""
    found = (_beside(page, spot) for spot in page.find(label))
    return [runs for runs in found if runs and normalise.compact(joined(runs)).upper() != VOID]


def _beside(page: Page, spot: Spot) -> list[Run]:
    """The text right of a label up to the first wide gap."""
    kept: list[Run] = []
    for run in page.right_of(spot, page.width):
        if kept and run.x0 - kept[-1].x1 > CITY_GAP * run.height:
            break
        kept.append(run)
    return kept


def _say_city(witness: Witness, field: str, runs: Sequence[Run]) -> None:
    text = normalise.printed(joined(runs)) or ""
    witness.say(field, AIRPORT.sub("", text) or text or None, box=around(runs))
