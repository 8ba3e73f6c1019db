"""When two values of one field say the same."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from parsers.normalise import compact
from reimburse.domain.amount_words import NotAnAmount, from_words
from reimburse.domain.invoice import InvoiceKind

Same = Callable[[str, str], bool]
STARRED = "***"
PUNCTUATION = re.compile(r"[^\w]|_")
NARROWER = {
    InvoiceKind.GENERAL_ELECTRONIC: frozenset({InvoiceKind.TOLL, InvoiceKind.BLOCKCHAIN}),
    InvoiceKind.GENERAL_PAPER: frozenset({InvoiceKind.GENERAL_ROLL, InvoiceKind.TAXI}),
    InvoiceKind.SPECIAL_DIGITAL: frozenset(
        {InvoiceKind.MOTOR_VEHICLE, InvoiceKind.RAIL_TICKET, InvoiceKind.AIR_ITINERARY}
    ),
    InvoiceKind.GENERAL_DIGITAL: frozenset(
        {InvoiceKind.MOTOR_VEHICLE, InvoiceKind.RAIL_TICKET, InvoiceKind.AIR_ITINERARY}
    ),
}
"""Kinds that one source tells apart and another does not: a QR of type 10 stands on toll invoices too."""


def agree(field: str, one: str, other: str) -> bool:
    """Whether two sources say the same of this field, however each prints it.

    >>> agree("seller.name", "示例（样本）公司", "示例(样本) 公司"), agree("total_incl_tax", "57.0", "57.00")
    (True, True)
    """
    if one == other:
        return True
    return RULES.get(field.rpartition(".")[2] if field.startswith("lines.") else field, _same_text)(one, other)


def narrower(one: str, other: str) -> str | None:
    """Of two kinds the one that says more, or None where neither includes the other.

    >>> narrower("general_electronic", "toll"), narrower("toll", "rail_ticket")
    ('toll', None)
    """
    if one == other or one in NARROWER.get(InvoiceKind(other), ()):
        return one
    return other if other in NARROWER.get(InvoiceKind(one), ()) else None


def _same_kind(one: str, other: str) -> bool:
    return narrower(one, other) is not None


def _same_text(one: str, other: str) -> bool:
    return compact(one).upper() == compact(other).upper()


def _same_number(one: str, other: str) -> bool:
    if STARRED in {one, other}:  # Printed in place of a tax that is nil.
        return {one, other} <= {STARRED, "0.00"}
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False


def _same_words(one: str, other: str) -> bool:
    try:
        return from_words(one) == from_words(other)
    except NotAnAmount:
        return False


def _one_in_other(one: str, other: str) -> bool:
    """Free text: one source may print less of it than another."""
    left, right = (PUNCTUATION.sub("", compact(text)) for text in (one, other))
    return left in right or right in left


def _same_station(one: str, other: str) -> bool:
    left, right = (compact(text).removesuffix("站") for text in (one, other))
    return left == right


RULES: Mapping[str, Same] = {
    "kind": _same_kind,
    "total_in_words": _same_words,
    "remark": _one_in_other,
    "travel.from": _same_station,
    "travel.to": _same_station,
    "travel.departs_at": lambda one, other: one.startswith(other) or other.startswith(one),
    "travel.seat": _one_in_other,
    "travel.passenger": _one_in_other,
    **dict.fromkeys(("buyer.address_phone", "buyer.bank_account"), _one_in_other),
    **dict.fromkeys(("seller.address_phone", "seller.bank_account"), _one_in_other),
    **dict.fromkeys(("amount_excl_tax", "tax_amount", "total_incl_tax", "quantity", "unit_price"), _same_number),
    "tax_rate": _same_number,
}
