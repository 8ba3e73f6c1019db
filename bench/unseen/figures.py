"""Figures, dates and rates as different programs write them into structured data."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from reimburse.domain.amount_words import to_words
from reimburse.domain.invoice import Invoice, InvoiceLine, TaxTreatment
from reimburse.domain.money import CENT, ZERO

DAYS = (
    "{0:%Y-%m-%d}",
    "{0:%Y-%m-%d} 10:08:05",
    "{0:%Y-%m-%d}T10:08:05",
    "{0:%Y-%m-%d}T10:08:05+08:00",
    "{0:%Y-%m-%d} 10:08:05.0",
    "{0:%Y-%m-%d}T10:08:05.123",
    "{0:%Y%m%d}",
    "{0:%Y%m%d}100805",
    "{0:%Y%m%d}100805123",
    "{0:%Y/%m/%d}",
    "{0:%Y/%m/%d} 10:08:05",
    "{0:%Y年%m月%d日}",
)
UNTAXED_WORDS = {
    TaxTreatment.EXEMPT: ("免税",),
    TaxTreatment.NOT_TAXED: ("不征税",),
    TaxTreatment.ZERO_RATED: ("0", "0.00", "0.000000", "0%", "零税率"),
}
NIL = ("0.00", "0", "***", "")


def day_text(rng: random.Random, day: date, forms: Sequence[str] = DAYS) -> str:
    """A day in one of the forms."""
    return rng.choice(forms).format(day)


def money_form(rng: random.Random) -> str:
    """How one program writes amounts."""
    return rng.choice(("{0:.2f}", "{0:.2f}", "{0:.2f}", "{0:.6f}", "plain", "{0:,.2f}"))


def money(value: Decimal | None, form: str) -> str:
    """An amount in that form; ``plain`` drops noughts at the end."""
    if value is None:
        return ""
    return plain(value.quantize(CENT)) if form == "plain" else form.format(value.quantize(CENT))


def plain(value: Decimal | None) -> str:
    """A number without noughts at the end."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantity(rng: random.Random, value: Decimal | None) -> str:
    """A quantity or unit price: as it is, plain, with noughts at the end, or as Java writes a stripped number."""
    if value is None:
        return ""
    forms = (f"{value:f}", plain(value), plain(value), f"{value:f}" + ("000" if "." in f"{value:f}" else ".00"))
    return rng.choice((*forms, str(value.normalize())))


def rate(rng: random.Random, line: InvoiceLine, forms: Sequence[str]) -> str:
    """A line's rate in one of the forms, or the word for its treatment."""
    if line.treatment:
        return rng.choice(UNTAXED_WORDS[line.treatment])
    if line.tax_rate is None:
        return rng.choice(("***", ""))
    percent = plain(line.tax_rate * 100)
    texts = {
        "fraction": plain(line.tax_rate),
        "six": f"{line.tax_rate:.6f}",
        "percent": f"{percent}%",
        "two": f"{line.tax_rate * 100:.2f}%",
        "bare": percent,
    }
    return texts[rng.choice([form for form in forms if form != "bare" or line.tax_rate >= CENT])]


def varied(rng: random.Random, invoice: Invoice) -> Invoice:
    """The invoice with one line exempt, not taxed, at nought or of a margin beside the others, now and then."""
    if rng.random() > 0.25 or len(invoice.lines) > 30:
        return invoice
    at = rng.randrange(len(invoice.lines))
    treatment = rng.choice((*TaxTreatment, None))
    line = invoice.lines[at]
    tax = line.tax_amount if treatment is None else ZERO
    changed = replace(line, tax_rate=None, treatment=treatment, tax_amount=tax)
    return summed(invoice, [*invoice.lines[:at], changed, *invoice.lines[at + 1 :]])


def summed(invoice: Invoice, lines: Sequence[InvoiceLine]) -> Invoice:
    """The invoice with these lines and the totals that they make."""
    net = sum((line.amount_excl_tax or ZERO for line in lines), ZERO)
    tax = sum((line.tax_amount or ZERO for line in lines), ZERO)
    return replace(
        invoice,
        lines=tuple(lines),
        amount_excl_tax=net,
        tax_amount=tax,
        total_incl_tax=net + tax,
        total_in_words=to_words(net + tax),
        red_letter=net + tax < 0,
    )


def other_amount(rng: random.Random, value: Decimal | None) -> Decimal:
    """Another amount of the same size."""
    return (value or CENT) + Decimal(rng.randrange(1, 999)) + CENT * 37


def is_untaxed(line: InvoiceLine) -> bool:
    """Whether the line is exempt or not taxed."""
    return line.treatment in {TaxTreatment.EXEMPT, TaxTreatment.NOT_TAXED}


def tax_text(line: InvoiceLine, nil: str, form: str) -> str:
    """A line's tax; ``nil`` stands where it is exempt or not taxed."""
    return nil if is_untaxed(line) else money(line.tax_amount, form)
