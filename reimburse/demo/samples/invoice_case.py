"""A fictional invoice with the story around it."""

from dataclasses import dataclass
from datetime import date, timedelta

from reimburse.domain.finding import Text
from reimburse.domain.invoice import Invoice


@dataclass(frozen=True, slots=True)
class InvoiceCase:
    """An invoice, what it is about, and the rule it breaks, if any. ``slug`` is the stem of its file names."""

    slug: str
    invoice: Invoice
    category: str
    about: Text
    wrong: str | None = None


def recent(today: date, days: int) -> date:
    """So many days ago, but not before this year: an invoice of another year would be wrong for that alone.

    >>> recent(date(2026, 1, 10), 20)
    datetime.date(2026, 1, 1)
    """
    return max(today - timedelta(days=days), date(today.year, 1, 1))
