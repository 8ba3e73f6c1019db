"""The demo's own producers fed with invoices drawn at random: PDF, OFD and XML of one invoice, as each writes them."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bench.unseen.values import Taste
from reimburse.demo.samples.digital_pdf import gp_template, platform, quartz, suwell
from reimburse.demo.samples.ofd import digital_ofd, tax_controlled_ofd
from reimburse.demo.samples.original_invoice import original_invoice
from reimburse.demo.samples.tax_controlled_pdf import tax_controlled
from reimburse.domain.invoice import Invoice, InvoiceKind

DIGITAL = (InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL)
CONTROLLED = (InvoiceKind.GENERAL_ELECTRONIC, InvoiceKind.SPECIAL_ELECTRONIC)
MOST_LINES = 2
PRICED = frozenset({"quantity", "unit_price"})


@dataclass(frozen=True, slots=True)
class Producer:
    """What draws a file, the kinds it draws, and the columns it has beside names and amounts."""

    draw: Callable[[Invoice], bytes]
    kinds: tuple[InvoiceKind, ...] = DIGITAL
    columns: frozenset[str] = Taste(InvoiceKind.OTHER).columns

    def taste(self, rng: random.Random) -> Taste:
        """What to draw with it."""
        return Taste(rng.choice(self.kinds), MOST_LINES, self.columns)


PRODUCERS: Mapping[str, Producer] = {
    "gp-template": Producer(gp_template),
    "suwell": Producer(suwell),
    "quartz": Producer(quartz),
    "quartz, fonts by name": Producer(partial(quartz, embedded=False)),
    "platform": Producer(platform, columns=PRICED),
    "digital OFD": Producer(digital_ofd),
    "tax-controlled": Producer(tax_controlled, CONTROLLED),
    "tax-controlled, fonts by name": Producer(partial(tax_controlled, embedded=False), CONTROLLED),
    "tax-controlled OFD": Producer(tax_controlled_ofd, CONTROLLED),
    "original_invoice.xml": Producer(original_invoice, CONTROLLED),
}
