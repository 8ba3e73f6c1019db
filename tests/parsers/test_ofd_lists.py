"""An OFD that has nothing but print: every line of many pages is read, and a list of goods is no invoice of its own."""

import random

import pytest

from bench.unseen.judging import CERTAIN, Drawn, Tally, judge
from bench.unseen.ofd_cells import digital_pages, labels
from bench.unseen.ofd_files import FORM_SIZE, with_list
from bench.unseen.ofd_packages import Contents, Packer
from bench.unseen.ofd_tickets import LIST_IS_MEANT, LIST_SIZE
from bench.unseen.values import Taste, invoice
from parsers import read
from parsers.document import Document
from reimburse.domain.invoice import Invoice, InvoiceKind
from reimburse.domain.reading import DocumentKind, Reading

from .ofd_files import OFD_NS, content, document_part, entry, ofd_file, parts, text_object

OTHER = "26992000000000000029"


def readings(rng: random.Random, contents: Contents) -> tuple[Reading, ...]:
    return read(Document("a.ofd", Packer(rng, contents).packed()))


def with_a_list(seed: int) -> tuple[random.Random, Invoice, Contents]:
    rng = random.Random(f"lists {seed}")
    told, contents, _ = with_list(rng)
    return rng, told, contents


def many_lines(seed: int) -> tuple[random.Random, Invoice]:
    """The first of these seeds that draws an invoice with many lines."""
    while True:
        rng = random.Random(f"lines {seed}")
        told = invoice(rng, Taste(InvoiceKind.GENERAL_DIGITAL, 60))
        if len(told.lines) > 40:
            return rng, told
        seed += 1000


@pytest.mark.parametrize("seed", range(3))
def test_every_line_of_many_pages_is_read(seed: int):
    rng, told = many_lines(seed)
    contents = Contents(FORM_SIZE, digital_pages(rng, told), labels(told))
    [reading] = readings(rng, contents)
    amounts = [(line.amount_excl_tax, line.tax_amount) for line in told.lines]
    assert [(line.amount_excl_tax, line.tax_amount) for line in reading.invoice.lines] == amounts
    assert len(contents.pages) > 10


@pytest.mark.parametrize("seed", range(4))
def test_an_invoice_that_points_to_a_list_is_read_as_its_face_prints_it(seed: int):
    rng, told, contents = with_a_list(seed)
    tally = Tally()
    judge(Drawn("a.ofd", Packer(rng, contents).packed(), told, "list", unjudged=CERTAIN), tally)
    assert (tally.flagged, tally.absent, tally.silent, tally.examples) == (0, 0, 0, [])
    assert [line.item_name for line in told.lines] == [LIST_IS_MEANT]


def test_a_list_of_goods_alone_is_named():
    rng, _, contents = with_a_list(0)
    alone = Contents(LIST_SIZE, contents.pages[1:], [])
    assert [one.document for one in readings(rng, alone)] == [DocumentKind.SALES_LIST]


def test_an_invoice_behind_a_list_is_read():
    pages = tuple(f"Pages/Page_{number}/Content.xml" for number in range(3))
    members = parts(document=document_part(pages), entry=entry({}), tags=f"<ofd:root {OFD_NS}/>")
    listed = text_object(900, "销售货物或者提供应税劳务、服务清单", 60, 20)
    members["Doc_0/Pages/Page_1/Content.xml"] = content({}, listed)
    first = members["Doc_0/Pages/Page_0/Content.xml"]
    members["Doc_0/Pages/Page_2/Content.xml"] = first.replace("26992000000000000011", OTHER)
    numbers = [(one.page, one.invoice.number) for one in read(ofd_file(members))]
    assert numbers == [(1, "26992000000000000011"), (3, OTHER)]
