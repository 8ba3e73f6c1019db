"""Fiscal e-bill (财政电子票据): payer and payee in place of buyer and seller; laid out as bills were seen described."""

import re

from parsers import normalise
from parsers.pdf import labels
from parsers.pdf.face import next_label, say_header
from parsers.pdf.layout import Page, around, joined
from parsers.pdf.totals import say_total
from parsers.testimony import Testimony
from parsers.witness import Witness
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.reading import Source

PARTIES = {
    "buyer.name": re.compile(r"交款人(?:名称)?:"),
    "seller.name": re.compile(r"收款单位(?:\(章\)|名称)?:"),
    "payee": labels.PAYEE,
    "reviewer": labels.REVIEWER,
}


def read_fiscal(page: Page) -> tuple[Testimony, ...]:
    """What the face of a fiscal bill says; its items have no tax and are not listed."""
    witness = Witness(Source.TEXT, page.number)
    witness.say("kind", InvoiceKind.FISCAL.value)
    say_header(witness, page)
    for field, label in PARTIES.items():
        if spot := page.first(label):
            runs = page.right_of(spot, next_label(page, spot))
            witness.say(field, normalise.printed(joined(runs)), box=around(runs))
    say_total(witness, page)
    return (witness.testimony(),)
