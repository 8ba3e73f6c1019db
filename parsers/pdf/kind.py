"""Which kind of invoice a page is, by its title."""

import re
from statistics import median

from parsers.pdf import labels
from parsers.pdf.layout import Page, in_lines
from reimburse.domain.invoice import InvoiceKind

FISCAL = (
    "财政.{0,8}(?:电子)?票据|非税收入.{0,6}票据|(?:医疗|住院|门诊).{0,6}收费票据|"
    "(?:公益事业捐赠|社会团体会费|资金往来结算|行政事业性收费).{0,6}票据"
)
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
        (FISCAL, InvoiceKind.FISCAL),
        (r"区块链.{0,6}发票|深圳电子普通发票", InvoiceKind.BLOCKCHAIN),
        (r"出租(?:汽)?车.{0,6}发票", InvoiceKind.TAXI),
        (r"定额发票", InvoiceKind.FIXED_AMOUNT),
        (r"通用(?:机打|\(?电子\)?)?发票", InvoiceKind.OTHER),
    )
)
BESIDE_NUMBER = (labels.DATE, labels.IN_FIGURES, labels.CHECK_CODE, labels.CODE)
CUT_SHORT = frozenset({InvoiceKind.SPECIAL_PAPER, InvoiceKind.GENERAL_PAPER, InvoiceKind.OTHER})
"""Kinds whose titles end as others do: of a title drawn one by one and torn apart only the end may be left."""
LIST_OF_GOODS = re.compile(r"(?:销售货物|应税劳务).{0,12}清单(?!\))")
LIST_TITLE = re.compile(r"(?<!见)销货清单|发票\(清单\)")
PASSAGE = re.compile("通行日期起")
VAT_FACE = (re.compile("税额"), labels.IN_FIGURES)
FACES = {
    InvoiceKind.RAIL_TICKET: (re.compile("票价|[票签站]费"), re.compile("电子客票号")),
    InvoiceKind.AIR_ITINERARY: (re.compile("旅客姓名"), re.compile("航班号")),
    InvoiceKind.MOTOR_VEHICLE: (re.compile("车辆类型"), re.compile("厂牌型号")),
    InvoiceKind.GENERAL_ROLL: (re.compile("机打号码"),),
    InvoiceKind.FISCAL: (re.compile("交款人"), re.compile("收款单位")),
    InvoiceKind.TAXI: (re.compile("上车"), re.compile("下车")),
    InvoiceKind.FIXED_AMOUNT: (re.compile("[壹贰伍][拾佰]?[圆元]整?"),),
}
LARGE = 0.8
LARGER = 1.15
UPPER_PART = 0.3


def kind_of(page: Page) -> InvoiceKind | None:
    """The kind its title names; a tax-controlled invoice with the columns of a passage is a toll invoice.

    A contract or a claim may name kinds of invoices, and numbers and days of some: a title is set large at the top, or
    what an invoice of its kind shows stands below it.
    """
    if not page.find(labels.NUMBER) or not any(page.find(label) for label in BESIDE_NUMBER):
        return None
    kind = _titled(_large_type(page))
    if kind is None or kind in CUT_SHORT:
        written = _titled(page.written)
        if written and (kind or _is_face(page, written)):
            kind = written
    return InvoiceKind.TOLL if kind is InvoiceKind.GENERAL_ELECTRONIC and page.find(PASSAGE) else kind


def is_list_of_goods(page: Page) -> bool:
    """Whether the page lists the goods of an invoice: it says so, in its title where the words are few.

    An invoice may name its list too, but states its total in words.
    """
    if LIST_OF_GOODS.search(page.written):
        return not page.find(labels.IN_WORDS)
    return bool(LIST_TITLE.search(page.written) and LIST_TITLE.search(_large_type(page)))


def _is_face(page: Page, kind: InvoiceKind) -> bool:
    """Whether the page shows what every invoice of this kind shows."""
    return all(page.find(sign) for sign in FACES.get(kind, VAT_FACE)) and (
        kind in FACES or len(page.find(labels.TAX_ID)) > 1 or len(page.find(labels.NAME)) > 1
    )


def _titled(text: str) -> InvoiceKind | None:
    return next((kind for pattern, kind in TITLES if pattern.search(text)), None)


def _large_type(page: Page) -> str:
    """The text of the largest type in the upper part, line by line: a title may be drawn character by character.

    Red type is a stamp's and tells nothing of the others' size; what is hardly larger than most of the page is none.
    """
    height = page.height if page.bottom == float("inf") else page.bottom - page.top
    upper = [run for run in page.runs if run.middle < page.top + UPPER_PART * height]
    if not upper:
        return ""
    largest = max([run.height for run in upper if not run.is_red] or [run.height for run in upper])
    least = max(LARGE * largest, LARGER * median([run.height for run in page.runs]))
    title = in_lines(run for run in upper if run.height >= least)
    return "".join([run.folded.text for line in title for run in line])
