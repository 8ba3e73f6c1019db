"""From the chosen values to an invoice."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from reimburse.domain.invoice import Invoice, InvoiceKey, InvoiceKind, InvoiceLine, Party, TaxTreatment, Travel
from reimburse.domain.money import ZERO

STARRED = "***"
UNTAXED = frozenset({TaxTreatment.EXEMPT, TaxTreatment.NOT_TAXED})


def build(kind: InvoiceKind, values: Mapping[str, str], lines: Sequence[InvoiceLine]) -> Invoice:
    """The invoice that these values make; a field that no source states stays None."""
    total = _money(values.get("total_incl_tax"))
    issued = values.get("issue_date")
    return Invoice(
        kind=kind,
        number=values.get("number"),
        code=values.get("code"),
        check_code=values.get("check_code"),
        machine_number=values.get("machine_number"),
        issue_date=date.fromisoformat(issued) if issued else None,
        buyer=_party("buyer", values),
        seller=_party("seller", values),
        lines=tuple(lines),
        amount_excl_tax=_money(values.get("amount_excl_tax")),
        tax_amount=_tax(values.get("tax_amount"), lines),
        total_incl_tax=total,
        total_in_words=values.get("total_in_words"),
        payee=values.get("payee"),
        reviewer=values.get("reviewer"),
        drawer=values.get("drawer"),
        remark=values.get("remark"),
        red_letter=values.get("red_letter") == "true" or _is_negative(total, values.get("amount_excl_tax")),
        red_letter_of=_red_letter_of(values),
        travel=_travel(values),
    )


def _party(party: str, values: Mapping[str, str]) -> Party:
    return Party(*(values.get(f"{party}.{field}") for field in ("name", "tax_id", "address_phone", "bank_account")))


def _money(text: str | None) -> Decimal | None:
    return None if text is None or text == STARRED else Decimal(text)


def _is_negative(total: Decimal | None, net: str | None) -> bool:
    """By the total, or by the sum without tax where that is all there is: the code of a tax-controlled invoice."""
    stated = _money(net) if total is None else total
    return stated is not None and stated < 0


def _tax(text: str | None, lines: Sequence[InvoiceLine]) -> Decimal | None:
    """A tax printed as stars is nil where every line is exempt or not taxed, else not stated."""
    if text == STARRED and lines and all(line.treatment in UNTAXED for line in lines):
        return ZERO
    return _money(text)


def _red_letter_of(values: Mapping[str, str]) -> InvoiceKey | None:
    number = values.get("red_letter_of.number")
    return InvoiceKey(values.get("red_letter_of.code") or "", number) if number else None


def _travel(values: Mapping[str, str]) -> Travel | None:
    parts = [values.get(f"travel.{part}") for part in ("passenger", "from", "to", "departs_at", "vehicle", "seat")]
    return Travel(*parts) if any(parts) else None
