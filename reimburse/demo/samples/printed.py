"""How values of an invoice are printed on its face."""

from datetime import date
from decimal import Decimal

from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine, TaxTreatment
from reimburse.domain.invoice_json import plain_number
from reimburse.domain.money import money_text

QR_TYPES = {
    InvoiceKind.SPECIAL_PAPER: "01",
    InvoiceKind.GENERAL_PAPER: "04",
    InvoiceKind.SPECIAL_ELECTRONIC: "08",
    InvoiceKind.GENERAL_ELECTRONIC: "10",
    InvoiceKind.SPECIAL_DIGITAL: "31",
    InvoiceKind.GENERAL_DIGITAL: "32",
    InvoiceKind.RAIL_TICKET: "51",
}
TREATMENTS = {TaxTreatment.EXEMPT: "免税", TaxTreatment.NOT_TAXED: "不征税", TaxTreatment.ZERO_RATED: "0%"}


def qr_payload(invoice: Invoice, tail: str = "9A9F") -> str:
    """The comma fields of the QR code; the amount is without tax where the kind has a code, else with tax."""
    amount = invoice.amount_excl_tax if invoice.code else invoice.total_incl_tax
    fields = (
        "01",
        QR_TYPES[invoice.kind],
        invoice.code or "",
        invoice.number or "",
        money(amount),
        f"{issued(invoice):%Y%m%d}",
        invoice.check_code or "",
        tail,
    )
    return ",".join(fields) + ("," if invoice.code else "")


def issued(invoice: Invoice) -> date:
    """The issue date of a sample, which every sample has."""
    if invoice.issue_date is None:
        raise ValueError("a sample without an issue date")
    return invoice.issue_date


def chinese_date(day: date) -> str:
    """A date as on an invoice.

    >>> chinese_date(date(2025, 9, 6))
    '2025年09月06日'
    """
    return f"{day:%Y}年{day:%m}月{day:%d}日"


def money(amount: Decimal | None) -> str:
    """An amount with two places; nothing where there is none."""
    return "" if amount is None else money_text(amount)


def number(value: Decimal | None) -> str:
    """A quantity or unit price as it stands."""
    return plain_number(value) or ""


def rate(line: InvoiceLine) -> str:
    """A tax rate in percent, or the word for why there is none.

    >>> rate(InvoiceLine(tax_rate=Decimal("0.06")))
    '6%'
    """
    if line.treatment:
        return TREATMENTS[line.treatment]
    return "" if line.tax_rate is None else f"{(line.tax_rate * 100).normalize():f}%"


def tax(line: InvoiceLine) -> str:
    """A line's tax, three stars where the line is exempt or not taxed."""
    return "***" if line.treatment else money(line.tax_amount)


def in_fives(check_code: str | None) -> str:
    """A check code in groups of five.

    >>> in_fives("01234567890123456789")
    '01234 56789 01234 56789'
    """
    code = check_code or ""
    return " ".join(code[at : at + 5] for at in range(0, len(code), 5))
