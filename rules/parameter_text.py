"""Parameters as people type them: what kind of value each takes, what is allowed, and the value a text means."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeVar, get_args, get_type_hints

from msgspec import Meta

from reimburse.domain.finding import Text
from rules.parameters import Description, Parameters, descriptions
from rules.vocabulary import ATTACHMENTS, listed

Kind = Literal["whole", "amount", "share", "switch", "day", "kinds", "amounts"]
KINDS: dict[Any, Kind] = {
    int: "whole",
    Decimal: "amount",
    bool: "switch",
    date | None: "day",
    tuple[str, ...]: "kinds",
    tuple[Decimal, ...]: "amounts",
}
N = TypeVar("N", int, Decimal)
MOST = Decimal("1e12")
SWITCH = {"yes": Text("是", "yes"), "no": Text("否", "no")}


class BadValue(ValueError):
    """The text is not a value of this parameter; ``allowed`` says what is."""

    def __init__(self, name: str, allowed: Text) -> None:
        super().__init__(f"{name}: {allowed.en}")
        self.name, self.allowed = name, allowed


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter as a form shows it. ``low`` and ``high`` bound a whole number."""

    name: str
    words: Description
    kind: Kind
    low: int | None = None
    high: int | None = None

    @property
    def allowed(self) -> Text:
        """What may be typed."""
        return {
            "whole": Text(f"{self.low} 至 {self.high} 的整数", f"a whole number, {self.low} to {self.high}"),
            "amount": Text("0 或更大的金额，最多两位小数", "an amount, 0 or more, two places at most"),
            "share": Text("0 至 1 的小数", "a share, 0 to 1"),
            "switch": Text("是或否", "yes or no"),
            "day": Text("日期，留空表示不设", "a date, or empty for none"),
            "kinds": Text("列出的附件种类", "the kinds of attachments listed"),
            "amounts": Text("0 或更大的金额，用逗号分隔", "amounts, 0 or more, parted by commas"),
        }[self.kind]


def fields() -> tuple[Field, ...]:
    """Every parameter, in the order of the class."""
    hints = get_type_hints(Parameters, include_extras=True)
    return tuple(_field(name, hints[name], words) for name, words in descriptions())


def field(name: str) -> Field:
    """The field of this name, or KeyError."""
    return {item.name: item for item in fields()}[name]


def value_of(item: Field, texts: Sequence[str]) -> Any:
    """The value that was typed or ticked; ``BadValue`` where it is none of this parameter."""
    text = texts[0].strip() if texts else ""
    try:
        found = _read(item, text, texts)
    except (ValueError, InvalidOperation, KeyError):
        raise BadValue(item.name, item.allowed) from None
    return found


def typed(value: object) -> str:
    """A value as it stands in its field.

    >>> typed((Decimal("10.00"), Decimal("20.5"))), typed(True), typed(None)
    ('10.00, 20.5', 'yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(typed(item) for item in value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def shown(value: object) -> Text:
    """A value in words.

    >>> shown(("contract",)).zh, shown(False).en, shown(None).zh, shown(3).zh
    ('合同', 'no', '未设', '3')
    """
    if value is None or value == ():
        return Text("未设", "none")
    if isinstance(value, bool):
        return SWITCH["yes" if value else "no"]
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return listed(ATTACHMENTS, value)
    return Text(typed(value), typed(value))


def _field(name: str, hint: Any, words: Description) -> Field:
    plain, *metas = get_args(hint)
    bounds = [meta for meta in metas if isinstance(meta, Meta) and meta.ge is not None]
    kind: Kind = "share" if words.unit == "share" else KINDS[plain]
    low, high = (int(bounds[0].ge or 0), int(bounds[0].le or 0)) if bounds else (None, None)
    return Field(name, words, kind, low, high)


def _read(item: Field, text: str, texts: Sequence[str]) -> object:
    readers: dict[Kind, Callable[[], object]] = {
        "whole": lambda: _within(int(text), item.low, item.high),
        "amount": lambda: _amount(text),
        "share": lambda: _within(Decimal(text), 0, 1),
        "switch": lambda: {"yes": True, "no": False}[text],
        "day": lambda: date.fromisoformat(text) if text else None,
        "kinds": lambda: tuple(kind for kind in texts if ATTACHMENTS[kind]),
        "amounts": lambda: tuple(_amount(part) for part in text.replace("，", ",").split(",") if part.strip()),
    }
    return readers[item.kind]()


def _amount(text: str) -> Decimal:
    amount = Decimal(text.replace(",", "").strip())
    if not 0 <= amount < MOST or amount != round(amount, 2):
        raise ValueError(text)
    return round(amount, 2)


def _within(number: N, low: int | None, high: int | None) -> N:
    if not (low or 0) <= number <= (high if high is not None else number):
        raise ValueError(number)
    return number
