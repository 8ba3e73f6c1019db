"""Money is ``Decimal`` yuan with two places in Python, integer fen in the database, a decimal string in JSON."""

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
