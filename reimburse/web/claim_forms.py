"""What people typed in a claim's editor: values that are valid, and what is wrong with the others, field by field."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from reimburse.domain.expense import PAID_BY
from reimburse.domain.finding import Text
from reimburse.domain.money import to_fen
from reimburse.services.policy import policies

ADJUSTMENTS: Mapping[str, Text] = {
    "discount": Text("折扣", "Discount"),
    "rounding": Text("抹零", "Rounding"),
    "surcharge": Text("附加费", "Surcharge"),
}
DETAILS = ("from", "to", "reason", "guests", "guest_count", "attendees")
MOST_FEN = 10**13
DIGITS = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
LENGTHS = {"description": 300, "city": 50, "basis": 300, "request_no": 30, "order_no": 50}


@dataclass(slots=True)
class Typed:
    """What was read of a line's form: ``values`` by field for the service, ``errors`` by field for the page.

    ``fields_for`` is the category that the form's fields were laid out for.
    """

    line_id: int
    fields_for: str | None = None

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Text] = field(default_factory=dict)


class Unreadable(ValueError):
    """A field that cannot be read; carries the sentence for the person."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


def read_line(line_id: int, form: Mapping[str, str]) -> Typed:
    """The fields of a line that the form carries; valid ones are kept though others are wrong."""
    typed = Typed(line_id, form.get("fields_for"))
    for name, read in READERS.items():
        if name in form:
            _take(typed, name, form[name].strip(), read)
    details = {name: form[name].strip()[:300] or None for name in DETAILS if name in form}
    if details:
        typed.values["details"] = details
    if "amount" in typed.values:
        typed.values["amount_fen"] = typed.values.pop("amount")
    return typed


def read_parts(text: str) -> list[int]:
    """Amounts of a split, one a line or parted by blanks or semicolons, as fen."""
    return [amount_fen(part) for part in text.replace("；", ";").replace(";", "\n").split()]


def amount_fen(text: str) -> int:
    """An amount as typed, in fen.

    >>> amount_fen("¥1,250.5"), amount_fen("１２")
    (125050, 1200)
    """
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("¥").replace(",", "").strip()
    try:
        fen = to_fen(_decimal(plain))
    except (InvalidOperation, ValueError):
        raise Unreadable(
            "请填写金额，最多两位小数，如 1250.00", "An amount with at most two places, as 1250.00"
        ) from None
    if abs(fen) > MOST_FEN:
        raise Unreadable("金额过大", "The amount is too large")
    return fen


def _decimal(text: str) -> Decimal:
    """A number in digits: no exponent, no NaN."""
    if not DIGITS.fullmatch(text):
        raise InvalidOperation
    return Decimal(text)


def _take(typed: Typed, name: str, text: str, read: Callable[[str], Any]) -> None:
    try:
        typed.values[name] = read(text)
    except Unreadable as unreadable:
        typed.errors[name] = unreadable.text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unreadable("请填写日期，如 2026-11-23", "A date as 2026-11-23") from None


def _quantity(text: str) -> Decimal | None:
    try:
        quantity = _decimal(unicodedata.normalize("NFKC", text)) if text else None
    except InvalidOperation:
        raise Unreadable("请填写数量，如 2", "A quantity, as 2") from None
    if quantity is not None and not (quantity.is_finite() and 0 < quantity < 10**12):
        raise Unreadable("数量须大于零", "A quantity is above zero")
    return quantity


def _category(text: str) -> str:
    if text not in policies.in_force().categories:
        raise Unreadable("请选择类别", "Choose a category")
    return text


def _one_of(allowed: Mapping[str, Text]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise Unreadable("请选择其中一项", "Choose one of the list")
        return text

    return read


def _adjustment(text: str) -> str | None:
    return _one_of(ADJUSTMENTS)(text) if text else None


def _words(name: str) -> Callable[[str], str | None]:
    return lambda text: text[: LENGTHS[name]] or None


READERS: Mapping[str, Callable[[str], Any]] = {
    "category": _category,
    "description": lambda text: text[: LENGTHS["description"]],
    "amount": amount_fen,
    "quantity": _quantity,
    "occurred_on": _day,
    "started_on": _day,
    "ended_on": _day,
    "city": _words("city"),
    "adjustment": _adjustment,
    "basis": _words("basis"),
    "request_no": _words("request_no"),
    "order_no": _words("order_no"),
    "paid_by": _one_of(PAID_BY),
}
