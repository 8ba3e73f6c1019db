"""Fictional invoices from what a buyer would remember: who sold what, for how much, when."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from reimburse.demo.samples.parties import COMPANY
from reimburse.domain.amount_words import to_words
from reimburse.domain.invoice import CODELESS_KINDS, Invoice, InvoiceKind, InvoiceLine, Party, TaxTreatment
from reimburse.domain.money import cents

CODE_ENDS = {
    InvoiceKind.GENERAL_ELECTRONIC: "00211",
    InvoiceKind.SPECIAL_ELECTRONIC: "00213",
}
DRAWERS = ("演甲一", "演乙一", "演丙一", "演丁一", "演戊一")


def digits(seed: int, name: str, count: int) -> str:
    """Decimal digits that depend on the seed and the name alone.

    >>> digits(1, "hotel", 8) == digits(1, "hotel", 8)
    True
    """
    return str(int(hashlib.sha256(f"{seed}/{name}".encode()).hexdigest(), 16))[-count:]


def item(
    name: str,
    gross: str,
    rate: str = "0.06",
    quantity: str | None = "1",
    unit: str | None = None,
    specification: str | None = None,
) -> InvoiceLine:
    """A line whose amount with tax is ``gross``; the unit price is unrounded as invoicing software prints it."""
    total, fraction = Decimal(gross), Decimal(rate)
    net = total / (1 + fraction)
    price = (net / Decimal(quantity)).quantize(Decimal("1E-11")).normalize() if quantity else None
    return InvoiceLine(
        item_name=name,
        specification=specification,
        unit=unit,
        quantity=Decimal(quantity) if quantity else None,
        unit_price=price,
        amount_excl_tax=cents(net),
        tax_rate=fraction,
        tax_amount=total - cents(net),
    )


def discount(name: str, gross: str, rate: str = "0.06") -> InvoiceLine:
    """A discount line: the same name, amounts below zero, no quantity."""
    return item(name, f"-{gross}", rate, quantity=None)


def exempt(name: str, amount: str, unit: str | None = None) -> InvoiceLine:
    """A line free of tax."""
    value = Decimal(amount)
    return InvoiceLine(name, None, unit, Decimal(1), value, cents(value), None, Decimal("0.00"), TaxTreatment.EXEMPT)


@dataclass(frozen=True, slots=True)
class Pad:
    """An invoice pad: numbers come from the seed, dates from the caller."""

    seed: int

    def invoice(
        self,
        name: str,
        kind: InvoiceKind,
        on: date,
        seller: Party,
        *lines: InvoiceLine,
        buyer: Party = COMPANY,
        remark: str | None = None,
    ) -> Invoice:
        """An invoice whose totals follow from its lines."""
        net = sum((line.amount_excl_tax or Decimal(0) for line in lines), Decimal("0.00"))
        tax = sum((line.tax_amount or Decimal(0) for line in lines), Decimal("0.00"))
        invoice = Invoice(
            kind=kind,
            issue_date=on,
            buyer=buyer,
            seller=seller,
            lines=lines,
            amount_excl_tax=net,
            tax_amount=tax,
            total_incl_tax=net + tax,
            total_in_words=to_words(net + tax),
            drawer=DRAWERS[int(digits(self.seed, f"{name}/drawer", 1)) % len(DRAWERS)],
            remark=remark,
            red_letter=net + tax < 0,
        )
        return self._numbered(name, invoice, on)

    def _numbered(self, name: str, invoice: Invoice, on: date) -> Invoice:
        if invoice.kind in CODELESS_KINDS:
            return replace(
                invoice,
                number=f"{on:%y}99{digits(self.seed, name, 16)}",
                buyer=_name_and_id(invoice.buyer),
                seller=_name_and_id(invoice.seller),
            )
        paper = invoice.kind is InvoiceKind.SPECIAL_PAPER
        return replace(
            invoice,
            code=f"9900{on:%y}1130" if paper else f"09900{on:%y}{CODE_ENDS[invoice.kind]}",
            number=digits(self.seed, name, 8),
            check_code=None if paper else digits(self.seed, f"{name}/check", 20),
            machine_number=f"9900{digits(self.seed, f'{name}/machine', 8)}",
            payee="演收一",
            reviewer="演复一",
        )


def _name_and_id(party: Party) -> Party:
    """A party as a 数电票 prints it: the other two fields are in the remark, if anywhere."""
    return Party(party.name, party.tax_id)
