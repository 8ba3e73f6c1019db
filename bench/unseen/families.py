"""The families of files that are drawn: by name, what draws the file of a seed."""

import random
from collections.abc import Callable, Mapping
from functools import partial

from bench.unseen import bundles, einvoices, ofd_files, original_invoices, overlays, pictures, reprints, vouchers
from bench.unseen.businesses import BUSINESSES
from bench.unseen.forms import Setting, setting
from bench.unseen.judging import Drawn
from bench.unseen.pages import controlled, digital
from bench.unseen.pdf_families import PDF_FAMILIES
from bench.unseen.producers import PRODUCERS
from bench.unseen.values import Taste, invoice
from reimburse.domain.invoice import Invoice, InvoiceKind

KINDS = (
    InvoiceKind.SPECIAL_DIGITAL,
    InvoiceKind.GENERAL_DIGITAL,
    InvoiceKind.GENERAL_DIGITAL,
    InvoiceKind.GENERAL_ELECTRONIC,
    InvoiceKind.SPECIAL_ELECTRONIC,
)


def drawn(seed: int) -> Drawn:
    """A PDF form of any kind."""
    rng = random.Random(seed)
    kind = rng.choice(KINDS)
    how = setting(rng)
    if kind in {InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL}:
        business = rng.choice(BUSINESSES)
        fields = frozenset(column.field for column in business.columns)
        told = invoice(rng, Taste(kind, rng.choice((3, 6, 16)), fields))
        return Drawn(f"{seed}.pdf", digital(told, business, how), told, _described(told, how, business.word))
    told = invoice(rng, Taste(kind, 2))
    return Drawn(f"{seed}.pdf", controlled(rng, told, how), told, _described(told, how, ""))


def produced(seed: int) -> Drawn:
    """A file by one of the demo's producers."""
    rng = random.Random(f"producer {seed}")
    name = rng.choice(sorted(PRODUCERS))
    told = invoice(rng, PRODUCERS[name].taste(rng))
    return Drawn(f"{seed}", PRODUCERS[name].draw(told), told, f"{told.kind.value} {name}")


def _described(told: Invoice, how: Setting, business: str) -> str:
    return f"{told.kind.value} {business} {how}"


FAMILIES: Mapping[str, Callable[[int], Drawn]] = {
    "pdf": drawn,
    "producers": produced,
    "einvoice": einvoices.drawn,
    **PDF_FAMILIES,
    "xbrl": vouchers.drawn,
    "original": original_invoices.drawn,
    "ofd": ofd_files.drawn,
    "reprints": partial(reprints.drawn, form=drawn),
    "overlays": partial(overlays.drawn, form=drawn),
    "containers": bundles.drawn,
    "pictures": pictures.drawn,
}
