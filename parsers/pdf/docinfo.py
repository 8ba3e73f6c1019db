"""The custom keys that the tax bureau's template writes into a PDF's information dictionary: exact, without layout."""

from typing import Any

from parsers.testimony import Testimony
from parsers.witness import Witness, shaped
from reimburse.domain.reading import Source

KEYS = {
    "number": "InvoiceNumber",
    "issue_date": "IssueTime",
    "seller.tax_id": "SellerIdNum",
    "buyer.tax_id": "BuyerIdNum",
    "amount_excl_tax": "TotalAmWithoutTax",
    "tax_amount": "TotalTaxAm",
    "total_incl_tax": "TotalTax-includedAmount",
}


def docinfo_testimony(pdf: Any) -> Testimony | None:
    """What the information dictionary says of an invoice, or None."""
    witness = Witness(Source.DOCINFO, 1)
    for field, key in KEYS.items():
        witness.say(field, shaped(field, _value(pdf, key)))
    return witness.testimony() if witness.fields else None


def _value(pdf: Any, key: str) -> str | None:
    try:
        return pdf.get_metadata_value(key) or None
    except UnicodeDecodeError:
        return None
