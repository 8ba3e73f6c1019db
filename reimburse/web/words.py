"""What templates call kinds, fields, sources and rates."""

import calendar
import re
from datetime import date
from decimal import Decimal

from flask import Blueprint
from markupsafe import Markup, escape

from reimburse.domain.finding import Text
from reimburse.domain.invoice_words import document_name, field_name, field_value, kind_name, source_name
from reimburse.web.language import language, say
from reimburse.web.roles import resolver_words

SOURCES = {
    "manual": Text("人工登记", "entered by hand"),
    "baidu": Text("百度查验接口", "Baidu's service"),
}
CODE = re.compile(r"\b[A-Za-z]+(?:_[A-Za-z]+)+\b")
"""The name of a setting."""


def register(bp: Blueprint) -> None:
    """Give all templates these words."""
    for word in (
        kind_name,
        field_value,
        document_name,
        field_name,
        source_name,
        in_language,
        verification_source,
        resolver_words,
    ):
        bp.add_app_template_global(word, word.__name__)
    bp.add_app_template_filter(percent, "percent")
    bp.add_app_template_filter(document_word, "document_word")
    bp.add_app_template_filter(period, "period")
    bp.add_app_template_filter(number, "number")
    bp.add_app_template_filter(with_code, "with_code")


def in_language(message: str | None) -> str:
    """The half of a reader's message that is in the reader's language: Chinese stands before " / ", English after."""
    zh, _, en = (message or "").partition(" / ")
    return en if en and language() == "en" else zh


def verification_source(source: str) -> str:
    """Where a result of verification comes from."""
    return say(SOURCES[source])


def box_label(field: str, value: object) -> str:
    """What a box on the picture of an invoice says."""
    return f"{say(field_name(field))}: {say(field_value(field, value))}"


def with_code(text: str) -> Markup:
    """A sentence in which the names of settings stand out as what is typed.

    >>> with_code("set smtp_host < now")
    Markup('set <code>smtp_host</code> &lt; now')
    """
    return Markup(CODE.sub(r"<code>\g<0></code>", str(escape(text))))  # noqa: S704  # escaped before it is marked


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
