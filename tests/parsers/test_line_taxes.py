"""A line whose tax is not its amount times its rate is named, whatever it is read from and though all sums agree."""

import pytest

from parsers import read
from parsers.document import Document
from reimburse.domain.reading import Reading

from . import ofd_files, paper
from .test_einvoice_xml import einvoice
from .test_line_sums import LINES, reading_of
from .test_xbrl import instance

NAMED = {"lines.0.tax_rate"}


def pdf(rate: str) -> Document:
    sheet = paper.totals(paper.item(paper.header(paper.digital("增值税专用发票", paper.NUMBER)), 162, rate=rate))
    return Document("a.pdf", paper.pdf(sheet))


def ofd(rate: str) -> Document:
    return ofd_files.ofd_file(ofd_files.parts(page=ofd_files.content(ofd_files.TEXTS | {22: (rate, 165, 58)})))


def xml(rate: str) -> Document:
    fraction = f"{int(rate[:-1]) / 100:.2f}"
    names = {"Amount": "100.00", "TaxRate": fraction, "ComTaxAm": "6.00"}
    line = "".join(f"<{name}>{value}</{name}>" for name, value in names.items())
    return einvoice(extra=f"<IssuItemInformation>{line}</IssuItemInformation>")


def xbrl(rate: str) -> Document:
    line = [("AmountExcludingTax", "100.00"), ("TaxRate", rate), ("TaxAmount", "6.00")]
    facts = [
        ("TotalAmountExcludingTax", "100.00"),
        ("TotalTaxAmount", "6.00"),
        ("TaxIncludedAmountInFigures", "106.00"),
    ]
    return instance("inv", [*facts, ("InformationOfTaxableGoodsOrServicesDetailItemsTuple", line)])


def doubted(reading: Reading) -> set[str]:
    return {conflict.field for conflict in reading.conflicts}


@pytest.mark.parametrize("form", [pdf, ofd, xml, xbrl])
def test_every_reader_names_the_line(form):
    assert [doubted(one) for one in read(form("6%"))] == [set()]
    assert [doubted(one) for one in read(form("9%"))] == [NAMED]


@pytest.mark.parametrize(
    ("net", "tax", "rate", "named"),
    [
        ("100.00", "6.01", "0.06", set()),
        ("100.00", "6.06", "0.06", set()),
        ("100.00", "6.07", "0.06", NAMED),
        ("1.00", "0.06", "0.09", NAMED),
        ("-1.00", "-0.06", "0.09", NAMED),
        ("1.00", "0.07", "0.06", set()),
        ("0.00", "0.50", "0.06", {"lines.0.tax_amount"}),
    ],
)
def test_rounding_explains_some_cents_but_no_other_rate(net, tax, rate, named):
    totals = {"amount_excl_tax": net, "tax_amount": tax, "total_incl_tax": f"{float(net) + float(tax):.2f}"}
    assert doubted(reading_of([(net, tax)], rate=rate, **totals)) == named


def test_what_the_rate_would_have_to_be_stands_beside_it():
    reading = reading_of(LINES, rate="0.09")
    told = {conflict.field: dict(conflict.values) for conflict in reading.conflicts}
    assert told["lines.0.tax_rate"] == {"xml": "0.09", "lines": "0.06"}
    assert told["lines.1.tax_rate"] == {"xml": "0.09", "lines": "0.06"}


def test_tax_on_a_margin_is_not_amount_times_rate():
    assert doubted(reading_of(LINES, rate="0.09", remark="差额征税：22.31。")) == set()
