"""Lines that do not add up to the printed totals: which of them is in doubt."""

from decimal import Decimal

import pytest

from parsers.document import Document
from parsers.merge import merge
from parsers.testimony import Found, PlacedLine, Testimony
from parsers.witness import Witness
from reimburse.domain.invoice import InvoiceLine
from reimburse.domain.reading import FileFormat, Source

TOTALS = {"amount_excl_tax": "300.00", "tax_amount": "18.00", "total_incl_tax": "318.00"}
LINES = (("100.00", "6.00"), ("200.00", "12.00"))


def reading_of(lines, rate="0.06", **changed):
    witness = Witness(Source.XML, 1)
    for field, value in (TOTALS | changed).items():
        witness.say(field, value)
    witness.lines.extend(
        PlacedLine(InvoiceLine(amount_excl_tax=Decimal(net), tax_rate=Decimal(rate), tax_amount=Decimal(tax)), 1)
        for net, tax in lines
    )
    testimonies: tuple[Testimony, ...] = (witness.testimony(),)
    return merge(Found(1, testimonies, native=True), Document("a.xml", b""), FileFormat.XML)


@pytest.mark.parametrize(
    ("lines", "doubted"),
    [
        (LINES, set()),
        ((("100.00", "9.00"), LINES[1]), {"tax_amount", "total_incl_tax", "lines.0.tax_amount", "lines.0.tax_rate"}),
        (
            (LINES[0], ("260.00", "12.00")),
            {"amount_excl_tax", "total_incl_tax", "lines.1.amount_excl_tax", "lines.1.tax_rate"},
        ),
        ((("100.00", "9.00"), ("200.00", "9.00")), {"lines.0.tax_rate", "lines.1.tax_rate"}),
        # One line is not there at all: no line that is there is to blame.
        (LINES[:1], {"amount_excl_tax", "tax_amount", "total_incl_tax"}),
    ],
)
def test_a_line_is_named_whose_tax_is_not_amount_times_rate(lines, doubted):
    assert {conflict.field for conflict in reading_of(lines).conflicts} == doubted


@pytest.mark.parametrize(
    "changed", [{"amount_excl_tax": "310.00"}, {"tax_amount": "19.00"}, {"total_incl_tax": "319.00"}]
)
def test_three_figures_that_nothing_else_confirms_are_all_in_doubt(changed):
    assert {conflict.field for conflict in reading_of((), **changed).conflicts} == set(TOTALS)


def test_a_figure_that_the_lines_confirm_is_not_in_doubt():
    reading = reading_of((("300.00", "18.00"),), total_incl_tax="319.00")
    assert {conflict.field for conflict in reading.conflicts} == {"total_incl_tax"}
