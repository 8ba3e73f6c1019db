"""Money is ``Decimal`` yuan with two places in Python, integer fen in the database, a decimal string in JSON."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """An amount in yuan rounded half up to two places.

    >>> cents(Decimal("1.005"))
    Decimal('1.01')
    """
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def to_fen(amount: Decimal) -> int:
    """Yuan as integer fen; more than two places is an error, never rounded away.

    >>> to_fen(Decimal("12.30"))
    1230
    """
    fen = amount * 100
    if fen != fen.to_integral_value():
        raise ValueError(f"more than two decimal places: {amount}")
    return int(fen)


def from_fen(fen: int) -> Decimal:
    """Integer fen as yuan with two places.

    >>> from_fen(-5)
    Decimal('-0.05')
    """
    return Decimal(fen).scaleb(-2).quantize(CENT)


def money_text(amount: Decimal) -> str:
    """The JSON form of an amount: two places, no separators.

    >>> money_text(Decimal("1250"))
    '1250.00'
    """
    return f"{cents(amount):f}"


def share(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Integer fen divided in proportion to weights by largest remainder; the parts always add up to the total.

    Weights are not negative; where all are zero the parts are equal.

    >>> share(9900, [1, 1])
    [4950, 4950]
    >>> share(-100, [1, 1, 1])
    [-34, -33, -33]
    >>> share(1001, [300, 700])
    [300, 701]
    """
    if total_fen < 0:
        return [-part for part in share(-total_fen, weights)]
    scale = sum(weights)
    if scale <= 0:
        return share(total_fen, [1] * len(weights))
    parts = [total_fen * weight // scale for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(total_fen * weights[index] % scale), index))
    for index in by_remainder[: total_fen - sum(parts)]:
        parts[index] += 1
    return parts
