"""What an address asks for. What cannot be read is noted, so that the page says so and keeps the rest."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from flask import Flask, Request, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.utils import cached_property

from reimburse.domain.finding import Text
from reimburse.web.language import say, t

YEARS = range(2000, 2100)
MOST_SHOWN = 40
"""Characters of what was not understood that the page repeats."""
WORDS = {
    "since": Text("起始时间", "from"),
    "until": Text("截止时间", "until"),
    "month": Text("月份", "month"),
    "amount": Text("金额", "amount"),
    "entity": Text("法人", "legal entity"),
    "department": Text("部门", "department"),
    "person": Text("人员", "person"),
    "before": Text("翻页位置", "place in the list"),
    "after": Text("翻页位置", "place in the list"),
}


class Address(ImmutableMultiDict[str, str]):
    """The query of an address; ``not_understood``: what was not of the type asked for, by name."""

    def __init__(self, mapping: Iterable[tuple[str, str]]) -> None:
        super().__init__(mapping)
        self.not_understood: dict[str, str] = {}

    def get(  # type: ignore[override]
        self,
        key: str,
        default: Any = None,
        type: Callable[[str], Any] | None = None,  # noqa: A002
    ) -> Any:
        """The value as this type, or the default; a value that is not of it is noted."""
        text = next(iter(self.getlist(key)), None)
        if text is None or type is None:
            return default if text is None else text
        try:
            return type(text)
        except (ValueError, TypeError, ArithmeticError):
            if text.strip():
                self.not_understood[key] = text
            return default


class PageRequest(Request):
    """A request whose address notes what it did not understand."""

    @cached_property
    def args(self) -> Address:
        """The query of the address."""
        return Address(super().args.items(multi=True))


def register(app: Flask) -> None:
    """Have every page say what of its address was not understood."""
    app.request_class = PageRequest
    app.jinja_env.globals["not_understood"] = not_understood


def not_understood() -> str:
    """The conditions of this page's address that were left out, in words; nothing where all were understood."""
    said = getattr(request.args, "not_understood", {})
    told = [f"{say(WORDS[name]) if name in WORDS else name} “{text[:MOST_SHOWN]}”" for name, text in said.items()]
    return t("、", ", ").join(told)


def month(text: str) -> date:
    """The first day of the month that stands in an address; ``ValueError`` where none does.

    >>> month("2026-11")
    datetime.date(2026, 11, 1)
    """
    first = date.fromisoformat(f"{text[:7]}-01")
    if first.year not in YEARS:
        raise ValueError(text)
    return first
