"""``original_invoice.xml``: the tax-controlled invoice attached to its OFD, root ``eInvoice`` (FORMATS, section 5)."""

from dataclasses import replace

from parsers import normalise, safe_xml
from parsers.red_letters import say_red
from parsers.safe_xml import Element
from parsers.testimony import PlacedLine, Testimony
from parsers.witness import Witness, line_of, shaped
from reimburse.domain.invoice import InvoiceKind, InvoiceLine, TaxTreatment
from reimburse.domain.money import ZERO
from reimburse.domain.reading import Source

ROOT = "eInvoice"
FIELDS = {
    "code": ("InvoiceCode",),
    "number": ("InvoiceNo",),
    "issue_date": ("IssueDate",),
    "check_code": ("InvoiceCheckCode",),
    "machine_number": ("MachineNo",),
    "buyer.name": ("Buyer", "BuyerName"),
    "buyer.tax_id": ("Buyer", "BuyerTaxID"),
    "buyer.address_phone": ("Buyer", "BuyerAddrTel"),
    "buyer.bank_account": ("Buyer", "BuyerFinancialAccount"),
    "seller.name": ("Seller", "SellerName"),
    "seller.tax_id": ("Seller", "SellerTaxID"),
    "seller.address_phone": ("Seller", "SellerAddrTel"),
    "seller.bank_account": ("Seller", "SellerFinancialAccount"),
    "amount_excl_tax": ("TaxExclusiveTotalAmount",),
    "tax_amount": ("TaxTotalAmount",),
    "total_incl_tax": ("TaxInclusiveTotalAmount",),
    "total_in_words": ("TaxInclusiveTotalAmountWithWords",),
    "drawer": ("InvoiceClerk",),
    "payee": ("Payee",),
    "reviewer": ("Checker",),
    "remark": ("Note",),
    "red_letter_of.code": ("OriginalInvoiceCode",),
    "red_letter_of.number": ("OriginalInvoiceNo",),
}
LINE_FIELDS = {
    "item_name": "Item",
    "specification": "Specification",
    "unit": "MeasurementDimension",
    "quantity": "Quantity",
    "unit_price": "Price",
    "amount_excl_tax": "Amount",
    "tax_rate": "TaxScheme",
    "tax_amount": "TaxAmount",
}
KINDS_BY_CODE = {
    "11": InvoiceKind.GENERAL_ELECTRONIC,
    "12": InvoiceKind.TOLL,
    "13": InvoiceKind.SPECIAL_ELECTRONIC,
}
UNTAXED = frozenset({TaxTreatment.EXEMPT, TaxTreatment.NOT_TAXED})


def testimonies(root: Element) -> tuple[Testimony, ...]:
    """What the attachment says, and what its QR text says beside it."""
    witness = Witness(Source.XML, 1)
    for field, path in FIELDS.items():
        if text := safe_xml.only_text(root, *path):
            witness.say(field, shaped(field, text))
    witness.lines.extend(lines(root))
    say_untaxed(witness, safe_xml.only_text(root, *FIELDS["tax_amount"]))
    say_kind(witness)
    say_red(witness)
    return (witness.testimony(),)


def graph_code(root: Element) -> str | None:
    """The QR text, or a picture of the QR in base64, as the attachment carries it."""
    return safe_xml.only_text(root, "GraphCode")


def lines(root: Element) -> list[PlacedLine]:
    """The lines of goods, whitespace-only elements as none."""
    items = safe_xml.children(root, "GoodsInfos", "GoodsInfo")
    return [
        PlacedLine(untaxed_line({field: safe_xml.only_text(item, name) for field, name in LINE_FIELDS.items()}), 1)
        for item in items
    ]


def untaxed_line(texts: dict[str, str | None]) -> InvoiceLine:
    """A line; a tax printed as ``***`` is zero where the line is exempt or not taxed, else nothing."""
    line = line_of(texts)
    if line.treatment in UNTAXED and line.tax_amount is None and is_starred(texts.get("tax_amount")):
        return replace(line, tax_amount=ZERO)
    return line


def say_untaxed(witness: Witness, printed: str | None) -> None:
    """A total tax printed as ``***`` is zero where every line is exempt or not taxed."""
    treatments = {placed.line.treatment for placed in witness.lines}
    if is_starred(printed) and treatments and treatments <= UNTAXED:
        witness.say("tax_amount", "0.00")


def is_starred(text: str | None) -> bool:
    """True for the asterisks that stand where no tax is stated."""
    return bool(text) and set(normalise.compact(text or "")) == {"*"}


def say_kind(witness: Witness) -> None:
    """The kind by the last two digits of a 12-digit code of a tax-controlled electronic invoice."""
    code = witness.says("code") or ""
    if len(code) == 12 and code.startswith("0"):
        kind = KINDS_BY_CODE.get(code[-2:])
        witness.say("kind", kind.value if kind else None)
