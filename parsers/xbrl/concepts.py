"""Which concept of which voucher states which field (element lists of the Ministry's toolkit, FORMATS section 7)."""

from collections.abc import Mapping

from reimburse.domain.reading import DocumentKind

INV_FIELDS = {
    "code": "CodeOfInvoice",
    "number": "NumberOfInvoice",
    "issue_date": "DateOfIssue",
    "check_code": "IdentifyingCode",
    "machine_number": "NumberOfInvoiceMachine",
    "buyer.name": "NameOfPurchaser",
    "buyer.tax_id": "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfPurchaser",
    "buyer.address_phone": "AddressPhoneNumberOfPurchaser",
    "buyer.bank_account": "DepositBankAndAccountNumberOfPurchaser",
    "seller.name": "NameOfSeller",
    "seller.tax_id": "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller",
    "seller.address_phone": "AddressPhoneNumberOfSeller",
    "seller.bank_account": "DepositBankAndAccountNumberOfSeller",
    "amount_excl_tax": "TotalAmountExcludingTax",
    "tax_amount": "TotalTaxAmount",
    "total_incl_tax": "TaxIncludedAmountInFigures",
    "total_in_words": "TaxIncludedAmountInWords",
    "payee": "Payee",
    "reviewer": "Reviewer",
    "drawer": "Issuer",
    "remark": "Remarks",
    "red_letter_of.code": "CodeOfOriginalInvoice",
    "red_letter_of.number": "NumberOfOriginalInvoice",
}
EINV_FIELDS = {
    "number": "InvoiceNumber",
    "issue_date": "RequestTime",
    "seller.name": "SellerName",
    "seller.tax_id": "SellerIdNum",
    "amount_excl_tax": "TotalAmWithoutTax",
    "tax_amount": "TotalTaxAm",
    "total_incl_tax": "TotalTax-includedAmount",
}
RAI_FIELDS = {
    "number": "ElectronicInvoiceRailwayETicketNumber",
    "issue_date": "DateOfIssue",
    "buyer.name": "NameOfPurchaser",
    "buyer.tax_id": "UnifiedSocialCreditCodeOfPurchaser",
    "buyer.address_phone": "AddressPhoneNumberOfPurchaser",
    "buyer.bank_account": "DepositBankAndAccountNumberOfPurchaser",
    "seller.name": "NameOfSeller",
    "seller.tax_id": "UnifiedSocialCreditCodeOfSeller",
    "seller.address_phone": "AddressPhoneNumberOfSeller",
    "seller.bank_account": "DepositBankAndAccountNumberOfSeller",
    "amount_excl_tax": "TotalAmountExcludingTax",
    "tax_amount": "TaxAmount",
    "total_incl_tax": "Fare",
    "remark": "Remarks",
    "travel.passenger": "Name",
    "travel.from": "DepartureStation",
    "travel.to": "DestinationStation",
    "travel.vehicle": "TrainNumber",
    "travel.seat": "SeatLevel",
}
ATR_FIELDS = {
    "number": "ElectronicInvoiceAirTransportReceiptNumber",
    "issue_date": "IssueDate",
    "buyer.name": "NameOfPurchaser",
    "buyer.tax_id": "UnifiedSocialCreditCodeOfPurchaser",
    "seller.name": "NameOfSeller",
    "tax_amount": "VatTaxAmount",
    "total_incl_tax": "TotalAmount",
    "travel.passenger": "PassengerName",
}
EFI_FIELDS = {
    "issue_date": "IssueDate",
    "seller.name": "InvoicingPartyName",
    "total_incl_tax": "TotalAmount",
}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "inv": INV_FIELDS,
    "einv": EINV_FIELDS,
    "rai": RAI_FIELDS,
    "atr": ATR_FIELDS,
    "efi": EFI_FIELDS,
}
DOCUMENTS: Mapping[str, DocumentKind] = {
    "bker": DocumentKind.BANK_RECEIPT,
    "bkrs": DocumentKind.BANK_STATEMENT,
    "ntrev": DocumentKind.PAYMENT_SLIP,
    "ctp": DocumentKind.PAYMENT_SLIP,
}

GOODS_TUPLE = "InformationOfTaxableGoodsOrServicesDetailItemsTuple"
TOLL_TUPLE = "InformationOfTollFeeDetailItemsTuple"
GOODS_LINE = {
    "item_name": "NameOfTaxableGoodsOrServices",
    "specification": "Specification",
    "unit": "UnitOfGoodsOrServices",
    "quantity": "QuantityOfGoodsOrServices",
    "unit_price": "UnitPriceOfGoodsOrServices",
    "amount_excl_tax": "AmountExcludingTax",
    "tax_rate": "TaxRate",
    "tax_amount": "TaxAmount",
}
TOLL_LINE = {
    "item_name": "NameOfTollFeeItems",
    "amount_excl_tax": "AmountExcludingTax",
    "tax_rate": "TaxRate",
    "tax_amount": "TaxAmount",
}
AIR_TUPLE = "DetailInformationOfAirTicketTuple"

RED_MARKS = ("WhetherInvoiceIsRedInvoice", "WhetherEinvoiceIsRedEinvoice")
SPECIAL_ONLY = frozenset(
    {
        "WhetherEinvoiceUsageHasBeenConfirmed",
        "UsageConfirmation",
        "PeriodOfUsageConfirmation",
        "WhetherInputVatHasBeenTransferredOut",
        "AmountOfTransferredOutInputVat",
    }
)
"""Concepts of ``einv_spcl_receiver`` that ``einv_ord_receiver`` lacks: input tax is deducted on special ones."""
