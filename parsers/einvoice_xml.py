"""数电票 XML: root ``EInvoice``, no namespace, versions 0.2 to 0.36 (formats/FORMATS, section 6).

Fiscal bills (财政电子票据) use the same root with other children; their element names were only read about.
"""

from parsers import normalise, original_invoice, safe_xml
from parsers.document import Document
from parsers.errors import NoInvoice
from parsers.original_invoice import say_untaxed, untaxed_line
from parsers.red_letters import say_red
from parsers.safe_xml import Element, Parse
from parsers.testimony import Found, PlacedLine, Testimony
from parsers.witness import Witness, shaped
from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.reading import Source

FIELDS = {
    "number": ("TaxSupervisionInfo", "InvoiceNumber"),
    "issue_date": ("TaxSupervisionInfo", "IssueTime"),
    "buyer.name": ("EInvoiceData", "BuyerInformation", "BuyerName"),
    "buyer.tax_id": ("EInvoiceData", "BuyerInformation", "BuyerIdNum"),
    "seller.name": ("EInvoiceData", "SellerInformation", "SellerName"),
    "seller.tax_id": ("EInvoiceData", "SellerInformation", "SellerIdNum"),
    "amount_excl_tax": ("EInvoiceData", "BasicInformation", "TotalAmWithoutTax"),
    "tax_amount": ("EInvoiceData", "BasicInformation", "TotalTaxAm"),
    "total_incl_tax": ("EInvoiceData", "BasicInformation", "TotalTax-includedAmount"),
    "total_in_words": ("EInvoiceData", "BasicInformation", "TotalTax-includedAmountInChinese"),
    "drawer": ("EInvoiceData", "BasicInformation", "Drawer"),
    "remark": ("EInvoiceData", "AdditionalInformation", "Remark"),
}
LINE_FIELDS = {
    "item_name": "ItemName",
    "specification": "SpecMod",
    "unit": "MeaUnits",
    "quantity": "Quantity",
    "unit_price": "UnPrice",
    "amount_excl_tax": "Amount",
    "tax_rate": "TaxRate",
    "tax_amount": "ComTaxAm",
}
FISCAL_FIELDS = {
    "code": ("EInvoiceData", "Main", "EInvoiceCode"),
    "number": ("EInvoiceData", "Main", "EInvoiceNumber"),
    "issue_date": ("EInvoiceData", "Main", "IssueDate"),
    "total_incl_tax": ("EInvoiceData", "Main", "TotalAmount"),
    "seller.name": ("EInvoiceData", "Main", "InvoicingParty", "InvoicingPartyName"),
    "buyer.name": ("EInvoiceData", "Main", "PayerParty", "PayerPartyName"),
}
LABELS = {"01": InvoiceKind.SPECIAL_DIGITAL, "02": InvoiceKind.GENERAL_DIGITAL}
NAMES = {
    "铁路电子客票": InvoiceKind.RAIL_TICKET,
    "电子客票行程单": InvoiceKind.AIR_ITINERARY,
    "机动车销售统一发票": InvoiceKind.MOTOR_VEHICLE,
    "专用发票": InvoiceKind.SPECIAL_DIGITAL,
    "普通发票": InvoiceKind.GENERAL_DIGITAL,
}
RED_LABEL = "N"
RED_TAGS = {
    "red_letter_of.code": "OriginalInvoiceCode",
    "red_letter_of.number": "CreditNoteNumber",
}


def recognises(document: Document) -> bool:
    """True for an ``EInvoice``, or an ``original_invoice.xml`` taken out of its OFD."""
    return safe_xml.root_name(document.data) in {"EInvoice", original_invoice.ROOT}


def read(document: Document) -> tuple[Found, ...]:
    """The one invoice in the file."""
    root = safe_xml.parse(document.data)
    if safe_xml.local(root) == original_invoice.ROOT:
        return (Found(1, original_invoice.testimonies(root), native=True),)
    return (Found(1, _testimonies(root), native=True),)


def testimony_of(data: bytes, parse: Parse) -> tuple[Testimony, ...]:
    """What an ``EInvoice`` or ``original_invoice.xml`` inside another file says; empty where it is neither."""
    name = safe_xml.root_name(data)
    if name == original_invoice.ROOT:
        return original_invoice.testimonies(parse(data))
    return _testimonies(parse(data)) if name == "EInvoice" else ()


def _testimonies(root: Element) -> tuple[Testimony, ...]:
    if safe_xml.child(root, "EInvoiceData") is None:
        raise NoInvoice
    if safe_xml.child(root, "EInvoiceData", "Main") is not None:
        return (_fiscal(root),)
    witness = Witness(Source.XML, 1)
    for field, path in FIELDS.items():
        witness.say(field, shaped(field, safe_xml.only_text(root, *path)))
    _say_parties(witness, root)
    _say_kind(witness, root)
    _say_red(witness, root)
    witness.lines.extend(_lines(root))
    say_untaxed(witness, safe_xml.only_text(root, *FIELDS["tax_amount"]))
    return (witness.testimony(), *_header(witness, root))


def _header(witness: Witness, root: Element) -> tuple[Testimony, ...]:
    """Number from the header and date of the request, where the supervision part lacks them or says otherwise."""
    number = shaped("number", safe_xml.only_text(root, "Header", "EIid"))
    requested = safe_xml.only_text(root, "EInvoiceData", "BasicInformation", "RequestTime")
    if safe_xml.only_text(root, *FIELDS["issue_date"]) is None:
        witness.say("issue_date", shaped("issue_date", requested))
    if witness.says("number") is None:
        witness.say("number", number)
    if number in {None, witness.says("number")}:
        return ()
    header = Witness(Source.DOCINFO, 1)
    header.say("number", number)
    return (header.testimony(),)


def _say_parties(witness: Witness, root: Element) -> None:
    for party, prefix in (("buyer", "Buyer"), ("seller", "Seller")):
        texts = {
            name: safe_xml.only_text(root, "EInvoiceData", f"{prefix}Information", prefix + name)
            for name in ("Addr", "TelNum", "BankName", "BankAccNum")
        }
        witness.say(f"{party}.address_phone", _joined(texts["Addr"], texts["TelNum"]))
        witness.say(f"{party}.bank_account", _joined(texts["BankName"], texts["BankAccNum"]))


def _joined(*texts: str | None) -> str | None:
    return normalise.printed(" ".join(text for text in texts if text))


def _say_kind(witness: Witness, root: Element) -> None:
    labels = safe_xml.child(root, "Header", "InherentLabel")
    if labels is None:
        return
    names = [safe_xml.only_text(labels, label, "LabelName") for label in ("EInvoiceType", "GeneralOrSpecialVAT")]
    named = next((kind for part, kind in NAMES.items() if any(part in (name or "") for name in names)), None)
    coded = LABELS.get(safe_xml.only_text(labels, "GeneralOrSpecialVAT", "LabelCode") or "")
    # The code tells special from general and nothing else: a rail ticket may carry either.
    if named in {None, coded} or coded is None or named not in LABELS.values():
        kind = named or coded
        witness.say("kind", kind.value if kind else None)


def _say_red(witness: Witness, root: Element) -> None:
    if safe_xml.only_text(root, "Header", "InherentLabel", "InIssuType", "LabelCode") == RED_LABEL:
        witness.say("red_letter", "true")
    say_red(witness)
    if not witness.says("red_letter"):
        return
    red = ("EInvoiceData", "SpecificInformation", "RedEInvoice")
    for name, tag in RED_TAGS.items():
        if witness.says(name) is None:
            witness.say(name, shaped(name, safe_xml.only_text(root, *red, tag)))


def _lines(root: Element) -> list[PlacedLine]:
    items = safe_xml.children(root, "EInvoiceData", "IssuItemInformation")
    return [
        PlacedLine(untaxed_line({field: safe_xml.only_text(item, name) for field, name in LINE_FIELDS.items()}), 1)
        for item in items
    ]


def _fiscal(root: Element) -> Testimony:
    witness = Witness(Source.XML, 1)
    witness.say("kind", InvoiceKind.FISCAL.value)
    for field, path in FISCAL_FIELDS.items():
        witness.say(field, shaped(field, safe_xml.only_text(root, *path)))
    return witness.testimony()
