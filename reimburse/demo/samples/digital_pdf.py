"""数电票 as PDF, by three producers: the tax bureau's template, a Quartz page filled in later, a platform's A4 page."""

from collections.abc import Mapping

from reimburse.demo.samples.digital_sheet import GP_TEMPLATE, QUARTZ, Style, digital_sheet
from reimburse.demo.samples.pdf_writer import Paper, pdf
from reimburse.demo.samples.platform_sheet import platform_sheet
from reimburse.demo.samples.printed import chinese_date, issued, money
from reimburse.domain.invoice import Invoice


def gp_template(invoice: Invoice, qr: str | None = None, info: Mapping[str, str] | None = None) -> bytes:
    """As the tax bureau's site gives it, with the main fields in the document information.

    ``qr`` and ``info`` replace what would agree with the face.
    """
    return pdf([digital_sheet(invoice, GP_TEMPLATE, qr)], Paper({**document_info(invoice), **(info or {})}))


def several(*invoices: Invoice) -> bytes:
    """Several invoices in one file, a page each, as people join their downloads."""
    return pdf([digital_sheet(invoice) for invoice in invoices], Paper({"Producer": "PDF Joiner"}))


def suwell(invoice: Invoice, business: str = "") -> bytes:
    """As converted from OFD: no fields in the document information; ``business`` stands beside the QR code."""
    info = {"Author": "China Tax", "Producer": "Suwell OFD convertor", "OFD2PDFLib": "1.0"}
    return pdf([digital_sheet(invoice, Style(business=business))], Paper(info))


def quartz(invoice: Invoice, embedded: bool = True) -> bytes:
    """A 600 by 400 page with a Kangxi radical in its title; the values' type is embedded or only named."""
    stamp = f"D:{issued(invoice):%Y%m%d}120000+08'00'"
    info = {
        "Producer": "macOS Quartz PDFContext; modified using OpenPDF 1.3.30",
        "CreationDate": "D:20250410120000Z",
        "ModDate": stamp,
    }
    return pdf([digital_sheet(invoice, QUARTZ)], Paper(info, embedded=embedded))


def platform(invoice: Invoice, travellers: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """A travel platform's A4 page; ``travellers`` are rows of name, masked id, date, from, to, class, vehicle."""
    info = {"Title": "Document", "Producer": "openhtmltopdf.com"}
    return pdf([platform_sheet(invoice, travellers)], Paper(info))


def document_info(invoice: Invoice) -> dict[str, str]:
    """The entries that the tax bureau's template writes."""
    return {
        "Creator": "gp-template",
        "InvoiceNumber": invoice.number or "",
        "IssueTime": chinese_date(issued(invoice)),
        "SellerIdNum": invoice.seller.tax_id or "",
        "BuyerIdNum": invoice.buyer.tax_id or "",
        "TotalAmWithoutTax": money(invoice.amount_excl_tax),
        "TotalTaxAm": money(invoice.tax_amount),
        "TotalTax-includedAmount": money(invoice.total_incl_tax),
    }
