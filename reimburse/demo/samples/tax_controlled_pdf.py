"""The tax-controlled e-invoice of 2017 to 2022 as PDF."""

from reimburse.demo.samples.pdf_writer import Paper, pdf
from reimburse.demo.samples.printed import issued
from reimburse.demo.samples.tax_controlled_sheet import tax_controlled_sheet
from reimburse.domain.invoice import Invoice


def tax_controlled(invoice: Invoice, embedded: bool = True, qr: str | None = None) -> bytes:
    """One page of 610 by 394 points; ``embedded`` says whether the values' type is in the file."""
    stamp = f"D:{issued(invoice):%Y%m%d}120000+08'00'"
    info = {"CreationDate": stamp, "ModDate": stamp}
    return pdf([tax_controlled_sheet(invoice, qr)], Paper(info, embedded=embedded))
