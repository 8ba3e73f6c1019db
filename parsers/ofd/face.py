"""What the face of the first page says by itself: its title, the toll mark, the total in words."""

import re
from collections.abc import Iterable, Iterator

from parsers import normalise
from parsers.ofd.page import Page, Run
from parsers.witness import Witness
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.reading import Source

PLACE = r"(?:.{2,12}?)?"
TITLES = (
    (re.compile(r"电子发票\(增值税专用发票\)"), InvoiceKind.SPECIAL_DIGITAL),
    (re.compile(r"电子发票\(普通发票\)"), InvoiceKind.GENERAL_DIGITAL),
    (re.compile(r"电子发票\(铁路电子客票\)"), InvoiceKind.RAIL_TICKET),
    (re.compile(r"电子发票\(航空运输(?:电子)?客票(?:电子)?行程单\)"), InvoiceKind.AIR_ITINERARY),
    (re.compile(r"电子发票\((?:机动车销售统一发票|机动车)\)"), InvoiceKind.MOTOR_VEHICLE),
    (re.compile(PLACE + r"增值税电子专用发票"), InvoiceKind.SPECIAL_ELECTRONIC),
    (re.compile(PLACE + r"增值税电子普通发票"), InvoiceKind.GENERAL_ELECTRONIC),
    (re.compile(PLACE + r"增值税普通发票\(卷票\)"), InvoiceKind.GENERAL_ROLL),
    (re.compile(PLACE + r"财政电子票据|.{0,20}收费票据\(电子\)"), InvoiceKind.FISCAL),
)
TOLL_MARK = "通行费"
WORDS = re.compile(r"(?:\(负数\)|负)?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+[圆元](?:[零壹贰叁肆伍陆柒捌玖角分]*)[整正]?")


def say_face(witness: Witness, page: Page) -> None:
    """Record kind and total in words where exactly one of each stands on the page."""
    runs = (*page.runs, *page.labels)
    _say_one(witness, "kind", [(kind.value, run) for kind, run in _kinds(runs)])
    _say_one(witness, "total_in_words", list(_words(page.runs)))


def face_of(page: Page) -> Witness:
    """A witness of what is printed on the page."""
    witness = Witness(Source.TEXT, page.number)
    say_face(witness, page)
    return witness


def _say_one(witness: Witness, field: str, found: list[tuple[str, Run]]) -> None:
    seen = [(value, run) for value, run in found if run.is_on_page]
    if len({value for value, _ in seen}) == 1:
        value, run = seen[0]
        witness.say(field, value, run.page, run.box)


def _kinds(runs: Iterable[Run]) -> Iterator[tuple[InvoiceKind, Run]]:
    texts = [(normalise.compact(run.text), run) for run in runs if len(run.text) < 80]
    tolled = any(text == TOLL_MARK for text, _ in texts)
    for text, run in texts:
        for pattern, kind in TITLES:
            if pattern.fullmatch(text):
                yield (InvoiceKind.TOLL if tolled and kind is InvoiceKind.GENERAL_ELECTRONIC else kind), run
                break


def _words(runs: Iterable[Run]) -> Iterator[tuple[str, Run]]:
    for run in runs:
        text = normalise.printed(run.text) or ""
        if len(text) < 60 and WORDS.fullmatch(normalise.compact(text).lstrip("⊗ⓧ⨂ⓍxX×")):
            yield text, run
