"""Collecting a testimony field by field; what a source does not state is left out."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from parsers import normalise
from parsers.testimony import PlacedLine, Testimony
from reimburse.domain.invoice import InvoiceLine
from reimburse.domain.reading import Box, Seen, Source

Shape = Callable[[str | None], str | None]


def _digits(*lengths: int) -> Shape:
    return lambda text: normalise.digits(text, *lengths)


SHAPES: Mapping[str, Shape] = {
    "amount_excl_tax": normalise.amount,
    "tax_amount": normalise.amount,
    "total_incl_tax": normalise.amount,
    "issue_date": normalise.iso_date,
    "buyer.tax_id": normalise.tax_id,
    "seller.tax_id": normalise.tax_id,
    "check_code": _digits(20),
    "machine_number": _digits(12),
    "code": _digits(8, 10, 12),
    "number": _digits(8, 10, 18, 19, 20),
    "red_letter_of.code": _digits(10, 12),
    "red_letter_of.number": _digits(8, 19, 20),
}
LINE_TEXTS = ("item_name", "specification", "unit")
LINE_NUMBERS = ("quantity", "unit_price")
LINE_AMOUNTS = ("amount_excl_tax", "tax_amount")


class Witness:
    """What one source says, as it is found."""

    def __init__(self, source: Source, page: int | None = None) -> None:
        self.source = source
        self.page = page
        self.fields: dict[str, Seen] = {}
        self.lines: list[PlacedLine] = []

    def say(self, field: str, value: str | None, page: int | None = None, box: Box | None = None) -> None:
        """Record a value; None is silence and says nothing."""
        if value is not None:
            self.fields[field] = Seen(value, self.source, page or self.page, box)

    def says(self, field: str) -> str | None:
        """The value recorded for this field."""
        seen = self.fields.get(field)
        return seen.value if seen else None

    def testimony(self) -> Testimony:
        """All that was recorded."""
        return Testimony(self.source, self.fields, tuple(self.lines))


def shaped(field: str, text: str | None) -> str | None:
    """The text of a field normalised by what the field is; None where the text is not of that shape.

    >>> shaped("issue_date", "2020年07月23日"), shaped("code", "12345")
    ('2020-07-23', None)
    """
    return SHAPES.get(field, normalise.printed)(text)


def line_of(texts: dict[str, str | None]) -> InvoiceLine:
    """An invoice line from printed texts by field name."""
    rate, treatment = normalise.tax_rate(texts.get("tax_rate"))
    names = {name: normalise.printed(texts.get(name)) for name in LINE_TEXTS}
    numbers = {name: _decimal(normalise.quantity(texts.get(name))) for name in LINE_NUMBERS}
    amounts = {name: _decimal(normalise.amount(texts.get(name))) for name in LINE_AMOUNTS}
    return InvoiceLine(
        item_name=names["item_name"],
        specification=names["specification"],
        unit=names["unit"],
        quantity=numbers["quantity"],
        unit_price=numbers["unit_price"],
        amount_excl_tax=amounts["amount_excl_tax"],
        tax_rate=_decimal(rate),
        tax_amount=amounts["tax_amount"],
        treatment=treatment,
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
