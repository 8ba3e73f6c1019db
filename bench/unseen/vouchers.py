"""Vouchers of the Ministry of Finance's standard, issuers' and receivers', of every type (FORMATS, section 7)."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from bench.unseen import figures
from bench.unseen.instances import Facts, instance
from bench.unseen.judging import CERTAIN, Drawn
from bench.unseen.tickets import Voucher, air, day_text, rail
from bench.unseen.values import Taste, invoice
from reimburse.domain.invoice import Invoice, InvoiceKey, InvoiceKind, InvoiceLine, Party
from reimburse.domain.reading import DocumentKind

NAMES = {
    InvoiceKind.GENERAL_ELECTRONIC: ("增值税电子普通发票", "增值税电子普通发票", ""),
    InvoiceKind.SPECIAL_ELECTRONIC: ("增值税电子专用发票", "增值税电子专用发票", ""),
    InvoiceKind.TOLL: ("收费公路通行费增值税电子普通发票", "增值税电子普通发票（通行费）", ""),
}
RATES = (("percent",), ("two",), ("fraction",), ("six",), ("bare",))
BOOKED = {
    "UnifiedSocialCreditCodeOfAccountingEntity": "91990000MA0DEM0011",
    "NameOfAccountingEntity": "示州云桥演示信息技术有限公司",
    "WhetherEinvoiceHasBeenBooked": "true",
    "NumberOfBankElectronicReceipt": "26991111111111111111",
}


def drawn(seed: int) -> Drawn:
    """The file of this seed."""
    rng = random.Random(f"voucher {seed}")
    name = rng.choice(sorted(VOUCHERS))
    voucher, told, facts, document = VOUCHERS[name](rng)
    data, how = instance(rng, voucher, facts)
    return Drawn(f"{seed}.xml", data, told, f"{name} {how}", document, unjudged=CERTAIN)


def _inv_issuer(rng: random.Random) -> Voucher:
    kind = rng.choice(sorted(NAMES))
    told = figures.varied(rng, invoice(rng, Taste(kind, rng.choice((1, 2, 8, 40)))))
    if kind is InvoiceKind.TOLL:
        bare = [replace(line, specification=None, unit=None, quantity=None, unit_price=None) for line in told.lines]
        told = replace(told, lines=tuple(bare))
    return issued(rng, told)


def issued(rng: random.Random, told: Invoice) -> Voucher:
    """The issuer's voucher of a tax-controlled invoice."""
    kind = told.kind
    form, nil, rates = figures.money_form(rng), rng.choice(figures.NIL), rng.choice(RATES)
    form = "{0:.2f}" if "," in form else form
    shown = [replace(line, tax_amount=None) if figures.is_untaxed(line) and not nil else line for line in told.lines]
    told, original = _original(rng, replace(told, lines=tuple(shown)))
    untaxed = all(figures.is_untaxed(line) for line in told.lines)
    tax = rng.choice(("0.00", "0", "***")) if untaxed else figures.money(told.tax_amount, form)
    toll = kind is InvoiceKind.TOLL
    group = "InformationOfTollFeeDetailItemsTuple" if toll else "InformationOfTaxableGoodsOrServicesDetailItemsTuple"
    facts = {
        "TypeOfInvoice": rng.choice(NAMES[kind]),
        "UniqueCodeOfInvoice": rng.choice((f"{told.code}{told.number}", None)),
        "LocationOfInvoice": "示例省",
        **_head(rng, told),
        "SecurityCode": rng.choice((None, "0092--9<+4-+/8+>-0<1<>157731")),
        "TotalAmountExcludingTax": figures.money(told.amount_excl_tax, form),
        "TotalTaxAmount": tax,
        "TaxIncludedAmountInWords": told.total_in_words,
        "TaxIncludedAmountInFigures": figures.money(told.total_incl_tax, form),
        group: [_line(rng, line, (form, nil), rates, toll=toll) for line in told.lines],
        "Remarks": told.remark,
        "Payee": told.payee,
        "Reviewer": told.reviewer,
        "Issuer": told.drawer,
        **original,
    }
    return "inv", told, facts, None


def _head(rng: random.Random, told: Invoice) -> dict[str, str | None]:
    buyer, seller = told.buyer, told.seller
    tax_id = "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOf"
    return {
        "CodeOfInvoice": told.code,
        "NumberOfInvoice": told.number,
        "DateOfIssue": day_text(rng, told.issue_date),
        "IdentifyingCode": told.check_code,
        "NumberOfInvoiceMachine": told.machine_number,
        "NameOfPurchaser": buyer.name,
        f"{tax_id}Purchaser": buyer.tax_id,
        "AddressPhoneNumberOfPurchaser": buyer.address_phone,
        "DepositBankAndAccountNumberOfPurchaser": buyer.bank_account,
        "NameOfSeller": seller.name,
        f"{tax_id}Seller": seller.tax_id,
        "AddressPhoneNumberOfSeller": seller.address_phone,
        "DepositBankAndAccountNumberOfSeller": seller.bank_account,
    }


def _original(rng: random.Random, told: Invoice) -> tuple[Invoice, dict[str, str | None]]:
    """What a red one says of the invoice it takes back."""
    if not told.red_letter or rng.random() < 0.3:
        return told, {}
    code, number = f"0990{rng.randrange(10**8):08}", f"{rng.randrange(10**8):08}"
    key = InvoiceKey(code, number)
    if rng.random() < 0.5:
        remark = "\n".join(filter(None, (told.remark, f"对应正数发票代码:{code}号码:{number}")))
        return replace(told, remark=remark, red_letter_of=key), {}
    return replace(told, red_letter_of=key), {"CodeOfOriginalInvoice": code, "NumberOfOriginalInvoice": number}


def _line(
    rng: random.Random, line: InvoiceLine, forms: tuple[str, str], rates: tuple[str, ...], *, toll: bool
) -> dict[str, str | None]:
    form, nil = forms
    figures_of_it = {
        "AmountExcludingTax": figures.money(line.amount_excl_tax, form),
        "TaxRate": figures.rate(rng, line, rates),
        "TaxAmount": figures.tax_text(line, nil, form),
    }
    if toll:
        passage = {"PlateNumber": "示A00001", "EntranceDate": "2025-09-01", "ExitDate": "2025-09-02"}
        return {"NameOfTollFeeItems": line.item_name, **passage, **figures_of_it}
    return {
        "NatureOfInvoiceLine": rng.choice((None, "0", "1")),
        "NameOfTaxableGoodsOrServices": line.item_name,
        "Specification": line.specification,
        "UnitOfGoodsOrServices": line.unit,
        "QuantityOfGoodsOrServices": figures.quantity(rng, line.quantity),
        "UnitPriceOfGoodsOrServices": figures.quantity(rng, line.unit_price),
        **figures_of_it,
    }


def _totals_only(told: Invoice) -> Invoice:
    """What a receiver's file holds of an invoice."""
    seller = Party(told.seller.name, told.seller.tax_id)
    kept = {name: getattr(told, name) for name in ("kind", "code", "number", "issue_date", "red_letter")}
    totals = {name: getattr(told, name) for name in ("amount_excl_tax", "tax_amount", "total_incl_tax")}
    return Invoice(seller=seller, **kept, **totals)


def _entries(told: Invoice) -> list[Facts]:
    entry = {"DebitOrCredit": "借方", "RecordedAmount": f"{told.amount_excl_tax}", "TaxAmount": "99.99"}
    document = {
        "NumberOfAccountingDocuments": "记-0001",
        "PostingDate": "2026-01-31",
        "InformationOfDebitAndCreditEntryTuple": [entry, entry],
    }
    return [document, document]


def _inv_receiver(rng: random.Random) -> Voucher:
    told = _totals_only(invoice(rng, Taste(rng.choice(sorted(NAMES)), 2)))
    form = rng.choice(("{0:.2f}", "plain"))
    facts: Facts = {
        "UniqueCodeOfInvoice": f"{told.code}{told.number}",
        "NameOfSeller": told.seller.name,
        "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOfSeller": told.seller.tax_id,
        "TotalAmountExcludingTax": figures.money(told.amount_excl_tax, form),
        "TotalTaxAmount": figures.money(told.tax_amount, form),
        "TaxIncludedAmountInFigures": figures.money(told.total_incl_tax, form),
        "DateOfIssue": day_text(rng, told.issue_date),
        "WhetherInvoiceIsRedInvoice": rng.choice(("true", "1", "是") if told.red_letter else ("false", "0", "否")),
        **BOOKED,
        "InformationOfAccountingDocumentsTuple": _entries(told),
    }
    return "inv", told, facts, None


def _einv_receiver(rng: random.Random) -> Voucher:
    kind = rng.choice((InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL))
    told = _totals_only(invoice(rng, Taste(kind, 2)))
    form = rng.choice(("{0:.2f}", "plain"))
    special = {"WhetherInputVatHasBeenTransferredOut": "false", "UsageConfirmation": "抵扣税款"}
    facts: Facts = {
        "InvoiceNumber": told.number,
        "SellerName": told.seller.name,
        "SellerIdNum": told.seller.tax_id,
        "TotalAmWithoutTax": figures.money(told.amount_excl_tax, form),
        "TotalTaxAm": figures.money(told.tax_amount, form),
        "TotalTax-includedAmount": figures.money(told.total_incl_tax, form),
        "RequestTime": figures.day_text(rng, told.issue_date or date(2026, 1, 1)),
        "WhetherEinvoiceIsRedEinvoice": "true" if told.red_letter else "false",
        **BOOKED,
        **(special if kind is InvoiceKind.SPECIAL_DIGITAL else {}),
        "InformationOfAccountingDocumentsTuple": _entries(told),
    }
    return "einv", told, facts, None


def _fiscal(rng: random.Random) -> Voucher:
    code, number = f"990101{rng.randrange(10, 99)}", f"{rng.randrange(10**10):010}"
    total = Decimal(rng.randrange(1, 10**6)).scaleb(-2)
    day = date(2024, 1, 1) + timedelta(days=rng.randrange(700))
    told = Invoice(
        InvoiceKind.FISCAL, number, code, issue_date=day, seller=Party("示例市样本医院"), total_incl_tax=total
    )
    facts: Facts = {
        "EInvoiceID": rng.choice((f"{code}-{number}", f"{code}{number}")),
        "InvoicingPartyName": told.seller.name,
        "IssueDate": day_text(rng, day),
        "TotalAmount": f"{total}",
        "WhetherInvoiceIsRedInvoice": "false",
        **BOOKED,
    }
    return "efi", told, facts, None


def _other(voucher: str, document: DocumentKind, facts: Facts) -> Callable[[random.Random], Voucher]:
    return lambda _: (voucher, None, facts, document)


VOUCHERS: Mapping[str, Callable[[random.Random], Voucher]] = {
    "inv_issuer": _inv_issuer,
    "inv_issuer again": _inv_issuer,
    "inv_receiver": _inv_receiver,
    "einv_receiver": _einv_receiver,
    "rai": rail,
    "atr": air,
    "efi": _fiscal,
    "bker": _other(
        "bker",
        DocumentKind.BANK_RECEIPT,
        {"UniqueCodeOfInvoice": "09900260021100004328", "TypeOfInvoice": "增值税电子普通发票", "Currency": "CNY"},
    ),
    "bkrs": _other("bkrs", DocumentKind.BANK_STATEMENT, {"PrintTimes": "1", "PrintDate": "2021-08-31"}),
    "ctp": _other("ctp", DocumentKind.PAYMENT_SLIP, {"VoucherNo": "1", "XPayAmt": "12.00", "VouDate": "2025-01-01"}),
    "ntrev": _other("ntrev", DocumentKind.PAYMENT_SLIP, {"EINVOICE_ID": "99010126", "PAID_AMT": "12.00"}),
}
