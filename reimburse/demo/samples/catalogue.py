"""Which invoice is made in which format, and all samples of one day."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial

from reimburse.demo.samples import digital_pdf, parties
from reimburse.demo.samples.einvoice_xml import einvoice_xml
from reimburse.demo.samples.invoice_builder import Pad
from reimburse.demo.samples.invoice_case import InvoiceCase
from reimburse.demo.samples.invoice_data import couriers, sound_cases
from reimburse.demo.samples.ofd import digital_ofd, tax_controlled_ofd
from reimburse.demo.samples.photo import photo, scan_pdf
from reimburse.demo.samples.printed import qr_payload
from reimburse.demo.samples.rail_pdf import rail_ticket
from reimburse.demo.samples.sample import Sample
from reimburse.demo.samples.support_data import support_samples
from reimburse.demo.samples.tax_controlled_pdf import tax_controlled
from reimburse.demo.samples.wrong_invoice_data import wrong_cases
from reimburse.domain.finding import Text
from reimburse.domain.invoice import CODELESS_KINDS, Invoice

SEED = 20260
Draw = Callable[[Invoice], bytes]


def samples(today: date, seed: int = SEED) -> tuple[Sample, ...]:
    """Every sample file, the same bytes for the same day and seed; dates lie around ``today``."""
    pad = Pad(seed)
    cases = (*sound_cases(pad, today), *wrong_cases(pad, today))
    files = [*(sample for case in cases for sample in _files(case)), _joined(couriers(pad, today))]
    first = {sample.name.partition(".")[0]: sample.name for sample in reversed(files)}
    papers = support_samples({case.slug: case for case in cases})
    return (*files, *(replace(paper, supports=first[paper.supports or ""]) for paper in papers))


def _files(case: InvoiceCase) -> Iterator[Sample]:
    first: str | None = None
    for suffix, draw in FORMATS.get(case.slug, _usual(case.invoice)).items():
        name = case.slug + suffix
        yield Sample(
            name=name,
            draw=partial(draw, case.invoice),
            description=case.about,
            invoice=case.invoice,
            wrong=case.wrong,
            category=case.category,
            same_invoice_as=first,
            expect="incomplete" if draw in PICTURES else "parsed",
            conflicts=CONFLICTS.get(case.slug, ()),
        )
        first = first or name


def _joined(invoices: tuple[Invoice, ...]) -> Sample:
    return Sample(
        name="courier-joined.pdf",
        draw=partial(digital_pdf.several, *invoices),
        description=Text("两张快递发票合在一个文件里", "two courier invoices in one file"),
        invoice=invoices[0],
        also=invoices[1:],
        category="communication",
    )


def _usual(invoice: Invoice) -> Mapping[str, Draw]:
    return {".pdf": digital_pdf.gp_template if invoice.kind in CODELESS_KINDS else tax_controlled}


def _platform(invoice: Invoice) -> bytes:
    row = ("演旅客", "9900**********001X", f"{invoice.issue_date}", "样城东站", "望湖路99号", "--", "出租汽车")
    return digital_pdf.platform(invoice, (row,))


def _fuel(invoice: Invoice) -> bytes:
    return digital_pdf.suwell(invoice, "成品油")


def _quartz_with_named_type(invoice: Invoice) -> bytes:
    return digital_pdf.quartz(invoice, embedded=False)


def _tax_controlled_with_named_type(invoice: Invoice) -> bytes:
    return tax_controlled(invoice, embedded=False)


def _xml_with_addresses(invoice: Invoice) -> bytes:
    return einvoice_xml(invoice, parties.TRAINER, parties.COMPANY)


def _photographed(invoice: Invoice) -> bytes:
    return photo(digital_pdf.gp_template(invoice), seed=1)


def _photographed_old(invoice: Invoice) -> bytes:
    return photo(tax_controlled(invoice), seed=2, blur=0.8, slant=0.06, sideways=True)


def _photographed_paper(invoice: Invoice) -> bytes:
    return photo(tax_controlled(invoice), seed=3)


def _scanned(invoice: Invoice) -> bytes:
    return scan_pdf(digital_pdf.platform(invoice))


def _other_amount_in_qr(invoice: Invoice) -> bytes:
    return digital_pdf.gp_template(invoice, qr=qr_payload(invoice).replace(",1060.00,", ",106.00,"))


def _other_amount_in_docinfo(invoice: Invoice) -> bytes:
    return digital_pdf.gp_template(invoice, info={"TotalTax-includedAmount": "9060.00"})


PICTURES = (_photographed, _photographed_old, _photographed_paper, _scanned)
CONFLICTS = {
    "qr-differs": ("total_incl_tax",),
    "docinfo-differs": ("total_incl_tax",),
    "words-differ": ("total_incl_tax",),
    "tax-arithmetic": ("lines.0.tax_rate",),
}
FORMATS: Mapping[str, Mapping[str, Draw]] = {
    "inn": {".pdf": digital_pdf.quartz},
    "conference": {".pdf": _quartz_with_named_type},
    "rail-out": {".pdf": rail_ticket},
    "rail-back": {".pdf": rail_ticket},
    "taxi": {".pdf": _platform},
    "lunch": {".ofd": tax_controlled_ofd},
    "dinner": {".pdf": tax_controlled},
    "printer": {".ofd": digital_ofd},
    "courier": {".pdf": digital_pdf.suwell},
    "fuel": {".pdf": _fuel},
    "software": {".pdf": digital_pdf.gp_template, ".ofd": digital_ofd, ".xml": einvoice_xml},
    "training": {".xml": _xml_with_addresses},
    "photographed-hotel": {".jpg": _photographed},
    "photographed-meal": {".jpg": _photographed_old},
    "scanned-taxi": {".pdf": _scanned},
    "paper-buyer-items-missing": {".jpg": _photographed_paper},
    "qr-differs": {".pdf": _other_amount_in_qr},
    "docinfo-differs": {".pdf": _other_amount_in_docinfo},
}
