"""The JSON form of an invoice (CONTRACTS: ``parse --json``), both ways."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from reimburse.domain.invoice import Invoice, InvoiceKey, InvoiceKind, InvoiceLine, Party, TaxTreatment, Travel
from reimburse.domain.money import money_text

Json = dict[str, Any]


def invoice_to_json(invoice: Invoice) -> Json:
    """The invoice as JSON: amounts with two places, quantities unrounded, missing as null."""
    return {
        "kind": invoice.kind.value,
        "code": invoice.code,
        "number": invoice.number,
        "check_code": invoice.check_code,
        "machine_number": invoice.machine_number,
        "issue_date": invoice.issue_date.isoformat() if invoice.issue_date else None,
        "buyer": _party_to_json(invoice.buyer),
        "seller": _party_to_json(invoice.seller),
        "lines": [_line_to_json(line) for line in invoice.lines],
        "amount_excl_tax": _money(invoice.amount_excl_tax),
        "tax_amount": _money(invoice.tax_amount),
        "total_incl_tax": _money(invoice.total_incl_tax),
        "total_in_words": invoice.total_in_words,
        "payee": invoice.payee,
        "reviewer": invoice.reviewer,
        "drawer": invoice.drawer,
        "remark": invoice.remark,
        "red_letter": invoice.red_letter,
        "red_letter_of": _key_to_json(invoice.red_letter_of),
        "travel": _travel_to_json(invoice.travel),
        "currency": invoice.currency,
    }


def invoice_from_json(data: Mapping[str, Any]) -> Invoice:
    """The invoice that this JSON states; ``KeyError`` or ``ValueError`` where it is none."""
    issue_date = data.get("issue_date")
    return Invoice(
        kind=InvoiceKind(data["kind"]),
        number=data.get("number"),
        code=data.get("code"),
        check_code=data.get("check_code"),
        machine_number=data.get("machine_number"),
        issue_date=date.fromisoformat(issue_date) if issue_date else None,
        buyer=_party_from_json(data.get("buyer")),
        seller=_party_from_json(data.get("seller")),
        lines=tuple(_line_from_json(line) for line in data.get("lines") or ()),
        amount_excl_tax=_decimal(data.get("amount_excl_tax")),
        tax_amount=_decimal(data.get("tax_amount")),
        total_incl_tax=_decimal(data.get("total_incl_tax")),
        total_in_words=data.get("total_in_words"),
        payee=data.get("payee"),
        reviewer=data.get("reviewer"),
        drawer=data.get("drawer"),
        remark=data.get("remark"),
        red_letter=bool(data.get("red_letter")),
        red_letter_of=_key_from_json(data.get("red_letter_of")),
        travel=_travel_from_json(data.get("travel")),
        currency=data.get("currency") or "CNY",
    )


def plain_number(value: Decimal | None) -> str | None:
    """A quantity or rate as printed, unrounded and without an exponent.

    >>> plain_number(Decimal("1E+2"))
    '100'
    """
    return None if value is None else f"{value:f}"


def _money(value: Decimal | None) -> str | None:
    return None if value is None else money_text(value)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _party_to_json(party: Party) -> Json:
    return {
        "name": party.name,
        "tax_id": party.tax_id,
        "address_phone": party.address_phone,
        "bank_account": party.bank_account,
    }


def _party_from_json(data: Mapping[str, Any] | None) -> Party:
    data = data or {}
    return Party(data.get("name"), data.get("tax_id"), data.get("address_phone"), data.get("bank_account"))


def _line_to_json(line: InvoiceLine) -> Json:
    data: Json = {
        "item_name": line.item_name,
        "specification": line.specification,
        "unit": line.unit,
        "quantity": plain_number(line.quantity),
        "unit_price": plain_number(line.unit_price),
        "amount_excl_tax": _money(line.amount_excl_tax),
        "tax_rate": plain_number(line.tax_rate),
        "tax_amount": _money(line.tax_amount),
    }
    if line.treatment:
        data["treatment"] = line.treatment.value
    return data


def _line_from_json(data: Mapping[str, Any]) -> InvoiceLine:
    treatment = data.get("treatment")
    return InvoiceLine(
        item_name=data.get("item_name"),
        specification=data.get("specification"),
        unit=data.get("unit"),
        quantity=_decimal(data.get("quantity")),
        unit_price=_decimal(data.get("unit_price")),
        amount_excl_tax=_decimal(data.get("amount_excl_tax")),
        tax_rate=_decimal(data.get("tax_rate")),
        tax_amount=_decimal(data.get("tax_amount")),
        treatment=TaxTreatment(treatment) if treatment else None,
    )


def _key_to_json(key: InvoiceKey | None) -> Json | None:
    return {"code": key.code or None, "number": key.number} if key else None


def _key_from_json(data: Mapping[str, Any] | None) -> InvoiceKey | None:
    return InvoiceKey(data.get("code") or "", data["number"]) if data else None


def _travel_to_json(travel: Travel | None) -> Json | None:
    if travel is None:
        return None
    return {
        "passenger": travel.passenger,
        "from": travel.origin,
        "to": travel.destination,
        "departs_at": travel.departs_at,
        "vehicle": travel.vehicle,
        "seat": travel.seat,
    }


def _travel_from_json(data: Mapping[str, Any] | None) -> Travel | None:
    if data is None:
        return None
    return Travel(
        data.get("passenger"),
        data.get("from"),
        data.get("to"),
        data.get("departs_at"),
        data.get("vehicle"),
        data.get("seat"),
    )
