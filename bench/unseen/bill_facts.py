"""What every bill states, drawn at random."""

import random
from datetime import date, timedelta
from decimal import Decimal

from reimburse.domain.amount_words import to_words
from reimburse.domain.invoice import Invoice, InvoiceKind
from reimburse.domain.money import ZERO, money_text


def bill(rng: random.Random, kind: InvoiceKind) -> Invoice:
    """A bill of this kind with a total and nothing else."""
    total = Decimal(rng.randrange(100, rng.choice((10**5, 10**8)))).scaleb(-2)
    return Invoice(
        kind,
        f"{rng.randrange(10**8):08}",
        code=f"0990{rng.randrange(10**8):08}",
        issue_date=date(2019, 1, 1) + timedelta(days=rng.randrange(2600)),
        total_incl_tax=total,
    )


def day_of(rng: random.Random, told: Invoice) -> str:
    """Its day as one of the ways to print it."""
    return f"{told.issue_date:{rng.choice(('%Y-%m-%d', '%Y年%m月%d日', '%Y-%m-%d'))}}"


def total_of(told: Invoice) -> str:
    """Its total in figures."""
    return money_text(told.total_incl_tax or ZERO)


def words_of(rng: random.Random, told: Invoice) -> str:
    """Its total in words, with either word for yuan."""
    words = to_words(told.total_incl_tax or ZERO)
    return words if rng.random() < 0.5 else words.replace("圆", "元")
