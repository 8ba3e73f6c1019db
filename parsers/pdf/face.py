"""The face of a VAT invoice: every field by its label, every value where it stands."""

import re
from collections.abc import Iterable, Sequence

from parsers import normalise
from parsers.pdf import labels
from parsers.pdf.glyphs import Run
from parsers.pdf.layout import Page, around, close, joined
from parsers.pdf.parties import say_parties
from parsers.pdf.remark import say_people, say_remark
from parsers.pdf.spots import Spot
from parsers.pdf.table import say_lines
from parsers.pdf.totals import say_totals
from parsers.red_letters import say_red
from parsers.testimony import Testimony
from parsers.witness import Witness, shaped
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.reading import Source

HEADER = {
    "code": labels.CODE,
    "number": labels.NUMBER,
    "issue_date": labels.DATE,
    "check_code": labels.CHECK_CODE,
    "machine_number": labels.MACHINE,
}
GROUPS = re.compile(r"\d+")


def read_face(page: Page, kind: InvoiceKind) -> tuple[Testimony, ...]:
    """What the text of one page, or band of a page, says of the invoice on it."""
    witness = Witness(Source.TEXT, page.number)
    witness.say("kind", kind.value)
    say_header(witness, page)
    say_parties(witness, page)
    body = say_lines(witness, page)
    say_totals(witness, page, body)
    say_people(witness, page)
    say_remark(witness, page)
    say_red(witness)
    return (witness.testimony(),)


def say_header(witness: Witness, page: Page, fields: Iterable[str] = tuple(HEADER)) -> None:
    """Code, number, date, check code and machine number by their labels above the items: remarks name others."""
    items = page.first(labels.AMOUNT)
    for field, label in ((field, HEADER[field]) for field in fields):
        spot = page.first(label)
        if spot and (items is None or spot.middle < items.middle):
            _say_value(witness, field, page, spot)


def next_label(page: Page, spot: Spot) -> float:
    """Where the next label on the line begins, or the page's right side."""
    beside = (other.x0 for other in page.every_label if other.x0 >= spot.x1 and _level(other, spot))
    return min(beside, default=page.width)


def value_of(field: str, runs: Sequence[Run]) -> tuple[str, Sequence[Run]] | None:
    """The one value of this field's shape among runs on a line: those that touch, one run, or all of them together."""
    touching = close(runs)
    if value := shaped(field, joined(touching)):
        return value, touching
    single = {value: (run,) for run in runs if (value := shaped(field, run.text))}
    if len(single) == 1:
        return next(iter(single.items()))
    if whole := shaped(field, joined(runs)):
        return whole, runs
    if field != "issue_date" or len(single) > 1:
        return None
    # The template's 年 月 日 stand among the figures: only the figures count.
    figures = [part for run in runs for part in GROUPS.findall(normalise.folded(run.text))]
    value = normalise.iso_date(" ".join(figures)) or normalise.iso_date("".join(figures))
    return (value, runs) if value else None


def _say_value(witness: Witness, field: str, page: Page, spot: Spot) -> None:
    found = value_of(field, page.right_of(spot, next_label(page, spot)))
    if found is None:
        below = page.within(spot.x0 - 2, spot.y1, next_label(page, spot), spot.y1 + 1.2 * spot.height)
        found = value_of(field, below)
    if found:
        witness.say(field, found[0], box=around(found[1]))


def _level(one: Spot, other: Spot) -> bool:
    return abs(one.middle - other.middle) < 0.6 * max(one.height, other.height)
