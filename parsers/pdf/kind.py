"""Which kind of invoice a page is, by its title."""

import re

from parsers.pdf import labels
from parsers.pdf.layout import Page
from reimburse.domain.invoice import InvoiceKind

TITLES: tuple[tuple[re.Pattern[str], InvoiceKind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"电子发票\(铁路电子客票\)", InvoiceKind.RAIL_TICKET),
        (r"(?:航空运输)?电子客票行程单\)?", InvoiceKind.AIR_ITINERARY),
        (r"(?:机动车|二手车)销售统一发票", InvoiceKind.MOTOR_VEHICLE),
        (r"电子发票\(增值税专用发票\)", InvoiceKind.SPECIAL_DIGITAL),
        (r"电子发票\(普通发票\)", InvoiceKind.GENERAL_DIGITAL),
        (r"增值税电子专用发票", InvoiceKind.SPECIAL_ELECTRONIC),
        (r"增值税电子普通发票", InvoiceKind.GENERAL_ELECTRONIC),
        (r"增值税普通发票\(卷票\)", InvoiceKind.GENERAL_ROLL),
        (r"增值税专用发票", InvoiceKind.SPECIAL_PAPER),
        (r"增值税普通发票", InvoiceKind.GENERAL_PAPER),
        (r"车辆通行费通用\(?电子\)?发票", InvoiceKind.TOLL),
        (r"财政.{0,8}(?:电子)?票据|(?:医疗|住院|门诊).{0,6}收费票据", InvoiceKind.FISCAL),
        (r"区块链.{0,6}发票|深圳电子普通发票", InvoiceKind.BLOCKCHAIN),
        (r"出租(?:汽)?车.{0,6}发票", InvoiceKind.TAXI),
        (r"通用(?:机打|\(?电子\)?)?发票", InvoiceKind.OTHER),
    )
)
BESIDE_NUMBER = (labels.DATE, labels.IN_FIGURES, labels.CHECK_CODE)
CUT_SHORT = frozenset({InvoiceKind.SPECIAL_PAPER, InvoiceKind.GENERAL_PAPER, InvoiceKind.OTHER})
"""Kinds whose titles end as others do: of a title drawn one by one and torn apart only the end may be left."""
PASSAGE = re.compile("通行日期起")
LARGE = 0.8
UPPER_PART = 0.3


def kind_of(page: Page) -> InvoiceKind | None:
    """The kind its title names; a tax-controlled invoice with the columns of a passage is a toll invoice.

    A contract may speak of invoices too: without the number's label and a date or total beside it, there is no title.
    """
    if not page.find(labels.NUMBER) or not any(page.find(label) for label in BESIDE_NUMBER):
        return None
    kind = _titled(page.written)
    if kind is None or kind in CUT_SHORT:
        kind = _titled(_large_type(page)) or kind
    return InvoiceKind.TOLL if kind is InvoiceKind.GENERAL_ELECTRONIC and page.find(PASSAGE) else kind


def _titled(text: str) -> InvoiceKind | None:
    return next((kind for pattern, kind in TITLES if pattern.search(text)), None)


def _large_type(page: Page) -> str:
    """The text of the largest type in the upper part, from the left: a title drawn character by character."""
    height = page.height if page.bottom == float("inf") else page.bottom - page.top
    upper = [run for run in page.runs if run.middle < page.top + UPPER_PART * height]
    largest = max((run.height for run in upper), default=0.0)
    title = tuple(run for run in upper if run.height >= LARGE * largest)
    return Page(page.number, page.width, page.height, tuple(sorted(title, key=lambda run: run.x0))).written
