"""``original_invoice.xml``: the structured data attached to a tax-controlled e-invoice in OFD."""

from xml.etree.ElementTree import Element, SubElement, register_namespace

from reimburse.demo.samples.printed import chinese_date, issued, money, number, qr_payload, rate, tax
from reimburse.demo.samples.tax_controlled_sheet import cipher_lines
from reimburse.demo.samples.xml_bytes import xml_bytes
from reimburse.domain.invoice import Invoice, InvoiceLine, Party

NAMESPACE = "http://www.edrm.org.cn/schema/e-invoice/2019"
register_namespace("fp", NAMESPACE)


def original_invoice(invoice: Invoice) -> bytes:
    """The invoice in the archive schema of 2019; the root has no namespace, its children have."""
    root = Element("eInvoice", Version="1.0")
    for name, value in _heads(invoice).items():
        _leaf(root, name, value)
    _party(root, "Buyer", invoice.buyer)
    _party(root, "Seller", invoice.seller)
    for name, value in _totals(invoice).items():
        _leaf(root, name, value)
    goods = SubElement(root, f"{{{NAMESPACE}}}GoodsInfos")
    for row, line in enumerate(invoice.lines, start=1):
        _line(goods, row, line)
    return xml_bytes(root)


def _leaf(parent: Element, name: str, text: str | None) -> None:
    SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text or ""


def _heads(invoice: Invoice) -> dict[str, str | None]:
    return {
        "DocID": "01",
        "AreaCode": "9900",
        "TypeCode": "0",
        "InvoiceCode": invoice.code,
        "InvoiceNo": invoice.number,
        "IssueDate": chinese_date(issued(invoice)),
        "InvoiceCheckCode": invoice.check_code,
        "MachineNo": invoice.machine_number,
        "GraphCode": qr_payload(invoice),
        "TaxControlCode": "\n".join(cipher_lines(invoice)),
    }


def _party(root: Element, side: str, party: Party) -> None:
    element = SubElement(root, f"{{{NAMESPACE}}}{side}")
    _leaf(element, f"{side}Name", party.name)
    _leaf(element, f"{side}TaxID", party.tax_id)
    _leaf(element, f"{side}AddrTel", party.address_phone)
    _leaf(element, f"{side}FinancialAccount", party.bank_account)


def _totals(invoice: Invoice) -> dict[str, str | None]:
    return {
        "TaxInclusiveTotalAmount": money(invoice.total_incl_tax),
        "TaxInclusiveTotalAmountWithWords": invoice.total_in_words,
        "TaxExclusiveTotalAmount": money(invoice.amount_excl_tax),
        "TaxTotalAmount": money(invoice.tax_amount),
        "Note": invoice.remark,
        "InvoiceClerk": invoice.drawer,
        "Payee": invoice.payee,
        "Checker": invoice.reviewer,
    }


def _line(goods: Element, row: int, line: InvoiceLine) -> None:
    element = SubElement(goods, f"{{{NAMESPACE}}}GoodsInfo")
    values = {
        "LineNo": str(row),
        "LineNature": "0",
        "Item": line.item_name,
        "Specification": line.specification,
        "MeasurementDimension": line.unit,
        "Price": number(line.unit_price),
        "Quantity": number(line.quantity),
        "Amount": money(line.amount_excl_tax),
        "TaxScheme": rate(line),
        "TaxAmount": tax(line),
    }
    for name, value in values.items():
        _leaf(element, name, value)
