"""What goods receipts and acceptances of an order are worth, with tax, in fen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from reimburse.matching.names import fold

TAX_MARK = "*"


@dataclass(frozen=True, slots=True)
class Ordered:
    """An item of the order; ``unit_price`` without tax."""

    item_name: str
    quantity: Decimal | None
    unit_price: Decimal | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """What one paper says arrived: its worth where it states one, else items with quantities."""

    amount_fen: int | None
    items: tuple[tuple[str, Decimal], ...] = ()


def worth(order_fen: int, items: Sequence[Ordered], arrived: Iterable[Arrived]) -> list[int | None]:
    """Each paper's worth; None where it cannot be told.

    A paper without an amount is worth the share of the order's total that its items have of the ordered ones, by the
    order's prices; one that names no items at all brings the whole order.

    >>> ten = Ordered("螺丝", Decimal(10), Decimal(50))
    >>> worth(56500, [ten], [Arrived(None, (("螺丝", Decimal(4)),)), Arrived(100), Arrived(None)])
    [22600, 100, 56500]
    >>> worth(56500, [ten], [Arrived(None, (("螺母", Decimal(4)),))])
    [None]
    """
    prices = {_name(item.item_name): item.unit_price for item in items}
    whole = _value(prices, ((item.item_name, item.quantity) for item in items))
    return [_one(order_fen, prices, whole, paper) for paper in arrived]


Prices = dict[str, Decimal | None]


def _one(order_fen: int, prices: Prices, whole: Fraction | None, paper: Arrived) -> int | None:
    if paper.amount_fen is not None:
        return paper.amount_fen
    if not paper.items:
        return order_fen
    part = _value(prices, paper.items)
    if part is None or not whole:
        return None
    share = part / whole * order_fen
    return int((Decimal(share.numerator) / Decimal(share.denominator)).quantize(Decimal(1), ROUND_HALF_UP))


def _value(prices: Prices, items: Iterable[tuple[str, Decimal | None]]) -> Fraction | None:
    """Quantities by prices; None where an item is not in the order, or has no price or quantity there."""
    total = Fraction(0)
    for name, quantity in items:
        price = prices.get(_name(name))
        if price is None or quantity is None:
            return None
        total += Fraction(quantity) * Fraction(price)
    return total


def _name(item: str) -> str:
    """An item without its tax category, as it is compared.

    >>> _name("*金属制品*螺丝") == _name("螺丝")
    True
    """
    return fold(item.rpartition(TAX_MARK)[2])
