"""What templates call kinds, fields, sources and rates."""

import calendar
from datetime import date
from decimal import Decimal

from flask import Blueprint

from reimburse.domain.finding import Text
from reimburse.domain.invoice_words import document_name, field_name, kind_name, source_name
from reimburse.web.language import language, say
from reimburse.web.roles import resolver_words

SOURCES = {
    "manual": Text("人工登记", "entered by hand"),
    "baidu": Text("百度查验接口", "Baidu's service"),
}


def register(bp: Blueprint) -> None:
    """Give all templates these words."""
    for word in (kind_name, document_name, field_name, source_name, in_language, verification_source, resolver_words):
        bp.add_app_template_global(word, word.__name__)
    bp.add_app_template_filter(percent, "percent")
    bp.add_app_template_filter(document_word, "document_word")
    bp.add_app_template_filter(period, "period")
    bp.add_app_template_filter(number, "number")


def in_language(message: str | None) -> str:
    """The half of a reader's message that is in the reader's language: Chinese stands before " / ", English after."""
    zh, _, en = (message or "").partition(" / ")
    return en if en and language() == "en" else zh


def verification_source(source: str) -> str:
    """Where a result of verification comes from."""
    return say(SOURCES[source])


def document_word(kind: str | None) -> str:
    """What a document that is no invoice is."""
    return say(document_name(kind))


def percent(fraction: str | Decimal) -> str:
    """A rate for people.

    >>> percent("0.06"), percent("0.015")
    ('6%', '1.5%')
    """
    return f"{(Decimal(fraction) * 100).normalize():f}%"


def period(start: date, end: date) -> str:
    """From one day to another; a whole month by its name.

    >>> period(date(2026, 3, 1), date(2026, 3, 31)), period(date(2026, 3, 1), date(2026, 3, 15))
    ('2026-03', '2026-03-01 – 2026-03-15')
    """
    last = calendar.monthrange(start.year, start.month)[1]
    whole = (start.year, start.month, 1, last) == (end.year, end.month, start.day, end.day)
    return f"{start:%Y-%m}" if whole else f"{start} – {end}"


def number(value: Decimal | None) -> str:
    """A quantity or a price as it stands, without idle zeros.

    >>> number(Decimal("10.000000")), number(Decimal("0.5")), number(None)
    ('10', '0.5', '—')
    """
    return "—" if value is None else f"{value.normalize():,f}"
