"""Input VAT (decision 30): what of an invoice's tax may be deducted, and why not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reimburse.domain.finding import Text
from reimburse.domain.invoice import SPECIAL_KINDS, Invoice, InvoiceKind, InvoiceLine
from reimburse.domain.money import ZERO, cents
from rules.policy import NotDeductible, Policy

PRINTED = SPECIAL_KINDS | {InvoiceKind.TOLL, InvoiceKind.MOTOR_VEHICLE}
GENERAL_E = frozenset({InvoiceKind.GENERAL_ELECTRONIC, InvoiceKind.GENERAL_DIGITAL})
CARRIAGE_WORDS = ("客运服务", "旅客运输", "客运", "通行费")
"""What a general e-invoice is deductible for: domestic passenger transport and tolls."""
RAIL_RATE, AIR_RATE, ROAD_RATE = Decimal("0.09"), Decimal("0.09"), Decimal("0.03")


@dataclass(frozen=True, slots=True)
class InputTax:
    """The deductible tax of an invoice in yuan, zero where none is; ``basis`` says why."""

    amount: Decimal
    basis: Text


def input_tax(invoice: Invoice, categories: Collection[str], policy: Policy) -> InputTax:
    """What the buyer may deduct: printed tax, tax by formula for older tickets, or nothing.

    Where only some items are deductible it is the tax of their lines, as far as each line states its own.
    """
    why = why_not_deductible(invoice, categories, policy)
    parts = () if _by_category(invoice, categories, policy) else _deductible_lines(invoice, policy)
    if why and not parts:
        return InputTax(ZERO, Text(f"不得抵扣：{why.zh}", f"not deductible: {why.en}"))
    if parts and len(parts) < len(invoice.lines):
        return _of_some_lines(parts)
    if parts or invoice.kind in PRINTED:
        return InputTax(invoice.tax_amount or ZERO, Text("票面税额", "tax as printed"))
    return _of_ticket(invoice) or InputTax(ZERO, Text("普通发票不可抵扣", "an ordinary invoice"))


def why_not_deductible(invoice: Invoice, categories: Collection[str], policy: Policy) -> NotDeductible | None:
    """The first entry of the table that forbids the deduction on the day of issue."""
    names = [line.item_name or "" for line in invoice.lines]
    for entry in policy.not_deductible:
        by_category = any(category in entry.categories for category in categories)
        by_item = any(item in name for item in entry.items for name in names)
        if (by_category or by_item) and _holds(entry, invoice.issue_date):
            return entry
    return None


def _holds(entry: NotDeductible, day: date | None) -> bool:
    return day is None or (entry.valid_from or date.min) <= day <= (entry.valid_to or date.max)


def _by_category(invoice: Invoice, categories: Collection[str], policy: Policy) -> bool:
    held = (entry for entry in policy.not_deductible if _holds(entry, invoice.issue_date))
    return any(category in entry.categories for entry in held for category in categories)


def _deductible_lines(invoice: Invoice, policy: Policy) -> tuple[InvoiceLine, ...]:
    """Lines whose printed tax may be deducted, by kind of invoice and item name."""
    if invoice.kind not in PRINTED | GENERAL_E:
        return ()
    forbidden = [item for entry in policy.not_deductible if _holds(entry, invoice.issue_date) for item in entry.items]
    wanted = ("",) if invoice.kind in PRINTED else CARRIAGE_WORDS
    return tuple(
        line
        for line in invoice.lines
        if any(word in (line.item_name or "") for word in wanted)
        and not any(item in (line.item_name or "") for item in forbidden)
    )


def _of_some_lines(lines: tuple[InvoiceLine, ...]) -> InputTax:
    stated = [line.tax_amount for line in lines if line.tax_amount is not None]
    if len(stated) < len(lines):
        return InputTax(ZERO, Text("可抵扣的行没有单列税额", "the deductible lines state no tax of their own"))
    return InputTax(sum(stated, ZERO), Text("可抵扣各行的票面税额", "tax as printed on the deductible lines"))


def _of_ticket(invoice: Invoice) -> InputTax | None:
    """Rail, air and road tickets: the printed tax, else by formula where the passenger is named."""
    if invoice.kind in {InvoiceKind.RAIL_TICKET, InvoiceKind.AIR_ITINERARY} and invoice.tax_amount is not None:
        return InputTax(invoice.tax_amount, Text("客票票面税额", "tax as printed on the ticket"))
    named = invoice.travel is not None and bool(invoice.travel.passenger)
    fare = _fare(invoice)
    if not named or fare is None:
        return None
    if invoice.kind is InvoiceKind.RAIL_TICKET:
        return InputTax(_within(fare, RAIL_RATE), Text("票价÷1.09×9%", "fare / 1.09 x 9 %"))
    if invoice.kind is InvoiceKind.AIR_ITINERARY:
        return InputTax(_within(fare, AIR_RATE), Text("(票价+燃油附加费)÷1.09×9%", "(fare + fuel) / 1.09 x 9 %"))
    if invoice.kind is InvoiceKind.OTHER and invoice.travel is not None and invoice.travel.origin:
        return InputTax(_within(fare, ROAD_RATE), Text("票价÷1.03×3%", "fare / 1.03 x 3 %"))
    return None


def _fare(invoice: Invoice) -> Decimal | None:
    """Fare and fuel of an air itinerary, the total of any other ticket."""
    if invoice.kind is InvoiceKind.AIR_ITINERARY:
        words = ("票价", "燃油")
        parts = [
            line.amount_excl_tax for line in invoice.lines if any(word in (line.item_name or "") for word in words)
        ]
        known = [part for part in parts if part is not None]
        return sum(known, ZERO) if known else None
    return invoice.total_incl_tax


def _within(amount: Decimal, rate: Decimal) -> Decimal:
    return cents(amount / (1 + rate) * rate)
