"""What the figures of an invoice say of each other: words, sums of lines, price and tax.

Each check is one more witness beside those that were printed: it confirms, or it raises a conflict.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product

from parsers.testimony import PlacedLine, Testimony
from reimburse.domain.amount_words import NotAnAmount, from_words
from reimburse.domain.invoice import InvoiceKind, InvoiceLine
from reimburse.domain.money import CENT, money_text
from reimburse.domain.reading import Conflict, Seen, Source

ADDITIVE_NOT = frozenset({InvoiceKind.AIR_ITINERARY, InvoiceKind.FISCAL})
"""Kinds whose total is more than net and tax: an itinerary adds funds that bear no VAT."""

TAX_ROUNDING = 6 * CENT
"""A tax worked out of the price with tax may differ from amount times rate."""
ON_A_MARGIN = "差额征税"
USUAL_RATES = tuple(map(Decimal, ("0.17", "0.16", "0.13", "0.11", "0.10", "0.09", "0.06", "0.05", "0.03", "0.01")))
RATE = Decimal("0.0001")
QUOTIENT = Decimal("0.00000001")
MOST_DIGITS = 18
FIGURES = ("amount_excl_tax", "tax_amount", "total_incl_tax")


def total_from_words(testimonies: Iterable[Testimony]) -> Iterator[Seen]:
    """The total that each amount in words states, as a witness of its own."""
    for testimony in testimonies:
        words = testimony.fields.get("total_in_words")
        if words is None:
            continue
        try:
            yield Seen(money_text(from_words(words.value)), Source.WORDS, words.page, words.box)
        except NotAnAmount:
            continue


def sums_of_lines(lines: Sequence[PlacedLine], stated: Mapping[str, str]) -> dict[str, Seen]:
    """What the lines add up to, for amount, tax and total; a difference that rounding explains is no statement.

    ``stated`` holds the printed totals by field.
    """
    amounts = _sum(lines, "amount_excl_tax")
    taxes = _sum(lines, "tax_amount")
    sums = {"amount_excl_tax": amounts, "tax_amount": taxes}
    if amounts is not None and taxes is not None:
        sums["total_incl_tax"] = amounts + taxes
    return {
        field: Seen(money_text(value), Source.LINES, lines[0].page)
        for field, value in sums.items()
        if value is not None and not _is_rounding(value, stated.get(field), len(lines))
    }


def price_and_tax(kind: InvoiceKind, values: Mapping[str, Seen]) -> Conflict | None:
    """A conflict where net and tax do not make the total; ``lines`` then names what the parts add up to."""
    parts = [values.get(field) for field in FIGURES]
    if kind in ADDITIVE_NOT or any(part is None or part.value == "***" for part in parts):
        return None
    net, tax, total = (part for part in parts if part)
    parts_sum = Decimal(net.value) + Decimal(tax.value)
    if parts_sum == Decimal(total.value):
        return None
    return Conflict("total_incl_tax", {total.source: total.value, Source.LINES: money_text(parts_sum)})


def price_or_tax(values: Mapping[str, Seen], seen: Mapping[str, Sequence[Seen]]) -> Iterator[Conflict]:
    """Where net and tax do not make the total: which of them a single source states, so that it may be the wrong one.

    ``lines`` names what the two other figures make of it.
    """
    total = Decimal(values["total_incl_tax"].value)
    for field, other in (("amount_excl_tax", "tax_amount"), ("tax_amount", "amount_excl_tax")):
        if len({witness.source for witness in seen[field]}) == 1:
            made = money_text(total - Decimal(values[other].value))
            yield Conflict(field, {values[field].source: values[field].value, Source.LINES: made})


def figures_that_fit(
    seen: Mapping[str, Sequence[Seen]], best: Mapping[str, Seen], rank: Mapping[Source, int]
) -> dict[str, Seen]:
    """Where sources differ, the figures that fit the best witness of all: net and tax make the total.

    Empty where the best of each fit already, or nothing fits the best witness.
    """
    if not all(seen.get(field) for field in FIGURES) or _fits([best[field] for field in FIGURES]):
        return {}
    fitting = [choice for choice in product(*(seen[field] for field in FIGURES)) if _fits(choice)]
    ranked = sorted(fitting, key=lambda choice: sorted(rank[figure.source] for figure in choice))
    leading = min(rank[best[field].source] for field in FIGURES)
    if not ranked or min(rank[figure.source] for figure in ranked[0]) > leading:
        return {}
    return dict(zip(FIGURES, ranked[0], strict=True))


def _fits(figures: Sequence[Seen]) -> bool:
    if any(figure.value == "***" for figure in figures):
        return False
    net, tax, total = (Decimal(figure.value) for figure in figures)
    return net + tax == total


def line_is_consistent(line: InvoiceLine) -> bool:
    """Whether quantity times price makes the amount, and amount times rate the tax, within printed rounding.

    >>> line_is_consistent(InvoiceLine(quantity=Decimal(2), unit_price=Decimal("1.5"), amount_excl_tax=Decimal("3.00")))
    True
    >>> from dataclasses import replace
    >>> filled_up = InvoiceLine(quantity=Decimal("36.11"), unit_price=Decimal("7.180000"))
    >>> line_is_consistent(replace(filled_up, amount_excl_tax=Decimal("259.38")))
    True
    >>> line_is_consistent(replace(filled_up, amount_excl_tax=Decimal("259.98")))
    False
    """
    return not products_that_differ(line)


def products_that_differ(line: InvoiceLine) -> dict[str, Decimal]:
    """What quantity times price, and amount times rate, would make, by the field that says otherwise."""
    products: dict[str, Decimal] = {}
    amount, rate, tax = line.amount_excl_tax, line.tax_rate, line.tax_amount
    if amount is None:
        return products
    if line.quantity is not None and line.unit_price is not None:
        product = line.quantity * line.unit_price
        slack = _step(line.unit_price) * abs(line.quantity) + _step(line.quantity) * abs(line.unit_price)
        if abs(product - amount) > CENT + slack:
            products["amount_excl_tax"] = product
    if rate is not None and tax is not None and abs(amount * rate - tax) > TAX_ROUNDING:
        products["tax_amount"] = amount * rate
    return products


def lines_that_do_not_multiply(source: Source, lines: Sequence[PlacedLine]) -> Iterator[Conflict]:
    """A conflict for each line whose quantity and price make another amount."""
    for index, placed in enumerate(lines):
        product = products_that_differ(placed.line).get("amount_excl_tax")
        if product is not None and placed.line.amount_excl_tax is not None:
            printed = money_text(placed.line.amount_excl_tax)
            yield Conflict(f"lines.{index}.amount_excl_tax", {source: printed, Source.LINES: _told(product, CENT)})


def lines_taxed_otherwise(
    source: Source, lines: Sequence[PlacedLine], kind: InvoiceKind, remark: str
) -> Iterator[Conflict]:
    """A conflict for each line whose tax is not its amount times its rate, beside the rate that it makes.

    Tax on a margin (差额征税) never is, and says so.
    """
    texts = (f"{placed.line.item_name}{placed.line.specification}" for placed in lines)
    if kind in ADDITIVE_NOT or any(ON_A_MARGIN in text for text in (remark, *texts)):
        return
    for index, placed in enumerate(lines):
        amount, rate, tax = placed.line.amount_excl_tax, placed.line.tax_rate, placed.line.tax_amount
        if amount is None or rate is None or tax is None or _is_taxed_at(rate, amount, tax):
            continue
        if amount:
            said = {source: f"{rate.normalize():f}", Source.LINES: _told(tax / amount, RATE)}
            yield Conflict(f"lines.{index}.tax_rate", said)
        else:
            yield Conflict(f"lines.{index}.tax_amount", {source: money_text(tax), Source.LINES: money_text(amount)})


def _is_taxed_at(rate: Decimal, amount: Decimal, tax: Decimal) -> bool:
    """Within what rounding explains; nearly is not enough where another of the usual rates makes this very tax."""
    difference = abs(amount * rate - tax)
    if difference <= CENT or difference > TAX_ROUNDING:
        return difference <= CENT
    return all(abs(amount * other - tax) > CENT / 2 for other in USUAL_RATES)


def lines_that_break_the_sum(
    source: Source, lines: Sequence[PlacedLine], doubted: Collection[str]
) -> Iterator[Conflict]:
    """Where the lines do not add up to a printed total, those whose tax is not amount times rate.

    ``doubted`` holds what the lines contradict already.
    """
    for index, placed in enumerate(lines if doubted else ()):
        line = placed.line
        product = products_that_differ(line).get("tax_amount")
        if product is None or line.amount_excl_tax is None or line.tax_amount is None or not line.tax_rate:
            continue
        others = {"amount_excl_tax": line.tax_amount / line.tax_rate, "tax_amount": product}
        for field, other in others.items():
            name = f"lines.{index}.{field}"
            if field in doubted and name not in doubted:
                yield Conflict(name, {source: money_text(getattr(line, field)), Source.LINES: _told(other, CENT)})


def lines_in_doubt(source: Source, lines: Sequence[PlacedLine]) -> Iterator[Conflict]:
    """A conflict for each field of a line that print does not settle, and for a price or quantity without the other."""
    for index, placed in enumerate(lines):
        for field, other in placed.or_else.items():
            held = getattr(placed.line, field, None)
            if held is not None and other != held:
                yield Conflict(f"lines.{index}.{field}", {source: f"{held} / {other}"})
        line, amount = placed.line, placed.line.amount_excl_tax
        for field, divisor, held in (
            ("quantity", line.unit_price, line.quantity),
            ("unit_price", line.quantity, line.unit_price),
        ):
            if held is None and divisor and amount is not None:
                yield Conflict(f"lines.{index}.{field}", {Source.LINES: _told(amount / divisor, QUOTIENT)})


def _told(number: Decimal, places: Decimal) -> str:
    """A product or quotient as text; one that is out of all proportion is told as it is."""
    if number.adjusted() > MOST_DIGITS:
        return f"{number:.2e}"
    return money_text(number) if places == CENT else f"{number.quantize(places).normalize():f}"


def _step(number: Decimal) -> Decimal:
    """Half of the last printed place; a whole number is exact, and noughts beyond cents only fill up."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2:
        exponent = min(number.normalize().as_tuple().exponent, -2)
    return Decimal(5).scaleb(exponent - 1) if isinstance(exponent, int) and exponent < 0 else Decimal(0)


def _sum(lines: Sequence[PlacedLine], field: str) -> Decimal | None:
    values = [getattr(placed.line, field) for placed in lines]
    return None if not values or any(value is None for value in values) else sum(values, Decimal(0))


def _is_rounding(value: Decimal, stated: str | None, lines: int) -> bool:
    if stated is None or stated == "***":
        return stated == "***"
    return 0 < abs(value - Decimal(stated)) <= CENT * min(lines, 10)
