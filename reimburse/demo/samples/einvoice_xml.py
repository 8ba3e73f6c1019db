"""The XML of a 数电票 (``EInvoice``), with the element names as they are, misspellings included."""

from xml.etree.ElementTree import Element, SubElement

from reimburse.demo.samples.printed import issued, money, number
from reimburse.demo.samples.xml_bytes import xml_bytes
from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine, Party
from reimburse.domain.money import ZERO

KINDS = {InvoiceKind.SPECIAL_DIGITAL: ("01", "增值税专用发票"), InvoiceKind.GENERAL_DIGITAL: ("02", "普通发票")}


def einvoice_xml(invoice: Invoice, seller: Party | None = None, buyer: Party | None = None) -> bytes:
    """The invoice as XML; ``seller`` and ``buyer`` give address and bank where the file shall carry them."""
    root = Element("EInvoice")
    _header(SubElement(root, "Header"), invoice)
    data = SubElement(root, "EInvoiceData")
    _party(SubElement(data, "SellerInformation"), "Seller", seller or invoice.seller)
    buyer_element = SubElement(data, "BuyerInformation")
    _party(buyer_element, "Buyer", buyer or invoice.buyer)
    _leaf(buyer_element, "BuyerHandlingName")
    _totals(SubElement(data, "BasicInformation"), invoice)
    for line in invoice.lines:
        _line(SubElement(data, "IssuItemInformation"), line)
    _leaf(data, "SpecificInformation")
    _leaf(SubElement(data, "AdditionalInformation"), "Remark", invoice.remark or "")
    _leaf(SubElement(root, "SellerAuthentication"), "AuthenticationMethods", "02")
    _supervision(SubElement(root, "TaxSupervisionInfo"), invoice)
    _leaf(root, "TaxBureauSignature")
    return xml_bytes(root, '<?xml version="1.0" encoding="utf-8" standalone="yes"?>')


def _leaf(parent: Element, name: str, text: str = "") -> None:
    SubElement(parent, name).text = text


def _label(parent: Element, name: str, code: str, text: str) -> None:
    label = SubElement(parent, name)
    _leaf(label, "LabelCode", code)
    _leaf(label, "LabelName", text)


def _header(header: Element, invoice: Invoice) -> None:
    _leaf(header, "EIid", invoice.number or "")
    _leaf(header, "EInvoiceTag", "SWEI9900")
    _leaf(header, "Version", "0.33")
    labels = SubElement(header, "InherentLabel")
    _label(labels, "InIssuType", "N" if invoice.red_letter else "Y", "是否蓝字发票标志")
    _label(labels, "EInvoiceType", "01", "电子发票")
    _label(labels, "GeneralOrSpecialVAT", *KINDS[invoice.kind])
    _label(labels, "TaxpayerType", "1", "一般纳税人")
    _leaf(header, "UndefinedLabel")


def _party(element: Element, side: str, party: Party) -> None:
    address, _, phone = (party.address_phone or "").rpartition(" ")
    bank, _, account = (party.bank_account or "").rpartition(" ")
    _leaf(element, f"{side}IdNum", party.tax_id or "")
    _leaf(element, f"{side}Name", party.name or "")
    _leaf(element, f"{side}Addr", address)
    _leaf(element, f"{side}TelNum", phone)
    _leaf(element, f"{side}BankName", bank)
    _leaf(element, f"{side}BankAccNum", account)


def _totals(element: Element, invoice: Invoice) -> None:
    _leaf(element, "TotalAmWithoutTax", money(invoice.amount_excl_tax))
    _leaf(element, "TotalTaxAm", money(invoice.tax_amount))
    _leaf(element, "TotalTax-includedAmount", money(invoice.total_incl_tax))
    _leaf(element, "TotalTax-includedAmountInChinese", invoice.total_in_words or "")
    _leaf(element, "Drawer", invoice.drawer or "")
    _leaf(element, "RequestTime", f"{issued(invoice)} 10:08:05")


def _line(element: Element, line: InvoiceLine) -> None:
    gross = (line.amount_excl_tax or ZERO) + (line.tax_amount or ZERO)
    _leaf(element, "ItemName", line.item_name or "")
    _leaf(element, "SpecMod", line.specification or "")
    _leaf(element, "MeaUnits", line.unit or "")
    _leaf(element, "Quantity", number(line.quantity))
    _leaf(element, "UnPrice", number(line.unit_price))
    _leaf(element, "Amount", money(line.amount_excl_tax))
    _leaf(element, "TaxRate", "" if line.tax_rate is None else f"{line.tax_rate:.6f}")
    _leaf(element, "ComTaxAm", money(line.tax_amount))
    _leaf(element, "TotaltaxIncludedAmount", money(gross))
    _leaf(element, "TaxClassificationCode", "3040000000000000000")


def _supervision(element: Element, invoice: Invoice) -> None:
    _leaf(element, "InvoiceNumber", invoice.number or "")
    _leaf(element, "IssueTime", f"{issued(invoice)} 10:08:05")
    _leaf(element, "TaxBureauCode", "19900000000")
    _leaf(element, "TaxBureauName", "示例税务局")
