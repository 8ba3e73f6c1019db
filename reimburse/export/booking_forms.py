"""Which concept of which receiver instance states which fact: the element lists of the Ministry's toolkit."""

from collections.abc import Mapping
from dataclasses import dataclass

from reimburse.domain.invoice import InvoiceKind
from reimburse.export.rows import InvoiceUse


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of receiver instance: its name, the taxonomy's prefix, its schema, and the concept of each fact."""

    name: str
    prefix: str
    schema: str
    concepts: Mapping[str, str]


EINV = {
    "number": "InvoiceNumber",
    "seller": "SellerName",
    "seller_tax_id": "SellerIdNum",
    "net": "TotalAmWithoutTax",
    "tax": "TotalTaxAm",
    "total": "TotalTax-includedAmount",
    "issued": "RequestTime",
    "red": "WhetherEinvoiceIsRedEinvoice",
    "checked": "WhetherEinvoiceHasBeenChecked",
    "booked": "WhetherEinvoiceHasBeenBooked",
    "confirmed": "WhetherEinvoiceUsageHasBeenConfirmed",
    "usage": "UsageConfirmation",
    "usage_period": "PeriodOfUsageConfirmation",
    "paid": "WhetherEinvoiceHasBeenPaid",
    "transferred": "WhetherInputVatHasBeenTransferredOut",
}
INV = {
    "unique": "UniqueCodeOfInvoice",
    "seller": "NameOfSeller",
    "seller_tax_id": "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller",
    "net": "TotalAmountExcludingTax",
    "tax": "TotalTaxAmount",
    "total": "TaxIncludedAmountInFigures",
    "issued": "DateOfIssue",
    "red": "WhetherInvoiceIsRedInvoice",
    "checked": "WhetherInvoiceHasBeenChecked",
    "confirmed": "WhetherInvoiceUsageHasBeenConfirmed",
    "usage": "UsageConfirmation",
    "usage_period": "PeriodOfUsageConfirmation",
    "booked": "WhetherInvoiceHasBeenBooked",
    "paid": "WhetherInvoiceHasBeenPaid",
    "transferred": "WhetherInputVatHasBeenTransferredOut",
}
RAI = {
    "number": "ElectronicInvoiceRailwayETicketNumber",
    "issued": "DateOfIssue",
    "net": "TotalAmountExcludingTax",
    "tax": "TaxAmount",
    "red": "WhetherInvoiceIsRedInvoice",
    "booked": "WhetherInvoiceHasBeenBooked",
    "deducted": "WhetherInvoiceHasBeenDeducted",
    "usage_period": "TaxPeriodOfInvoiceDeduction",
}
ATR = {
    "number": "ElectronicInvoiceAirTransportReceiptNumber",
    "seller": "IssueParty",
    "issued": "IssueDate",
    "red": "WhetherInvoiceIsRedInvoice",
    "checked": "WhetherInvoiceHasBeenChecked",
    "booked": "WhetherInvoiceHasBeenBooked",
    "deducted": "WhetherInvoiceHasBeenDeducted",
    "usage_period": "TaxPeriodOfInvoiceDeduction",
}
EFI = {
    "unique": "EInvoiceID",
    "seller": "InvoicingPartyName",
    "issued": "IssueDate",
    "total": "TotalAmount",
    "red": "WhetherInvoiceIsRedInvoice",
    "checked": "WhetherInvoiceHasBeenChecked",
    "booked": "WhetherInvoiceHasBeenBooked",
}
OF_DEDUCTION = frozenset({"confirmed", "usage", "usage_period", "transferred"})


def _without(concepts: Mapping[str, str]) -> Mapping[str, str]:
    return {fact: concept for fact, concept in concepts.items() if fact not in OF_DEDUCTION}


FORMS: Mapping[InvoiceKind, Form] = {
    InvoiceKind.SPECIAL_DIGITAL: Form("einv_spcl_receiver", "einv", "einv_entry_point", EINV),
    InvoiceKind.GENERAL_DIGITAL: Form("einv_ord_receiver", "einv", "einv_entry_point", _without(EINV)),
    InvoiceKind.SPECIAL_ELECTRONIC: Form("inv_spcl_receiver", "inv", "inv_receiver_entry_point", INV),
    InvoiceKind.GENERAL_ELECTRONIC: Form("inv_ord_receiver", "inv", "inv_receiver_entry_point", _without(INV)),
    InvoiceKind.TOLL: Form("inv_tlf_receiver", "inv", "inv_receiver_entry_point", INV),
    InvoiceKind.RAIL_TICKET: Form("rai_receiver", "rai", "rai_receiver_entry_point", RAI),
    InvoiceKind.AIR_ITINERARY: Form("atr_receiver", "atr", "atr_receiver_entry_point", ATR),
    InvoiceKind.FISCAL: Form("efi", "efi", "efi_entry_point", EFI),
}


def form_of(use: InvoiceUse) -> Form | None:
    """The instance that this kind of invoice has; None for paper and the rest. Tolls of 20 digits are 数电票."""
    kind = next((kind for kind in FORMS if kind.value == use.kind), None)
    if kind is InvoiceKind.TOLL and not use.code:
        return FORMS[InvoiceKind.GENERAL_DIGITAL]
    return FORMS[kind] if kind else None
