"""Guesses the category of an expense from what was bought."""

from collections.abc import Iterable

from reimburse.domain.invoice import InvoiceKind
from rules.policy import Policy

UNKNOWN = "other"


def guess(item_names: Iterable[str | None], kind: InvoiceKind | None, policy: Policy) -> str:
    """The category that an invoice's item names, or else its kind, point to; ``other`` where nothing does.

    The longest pattern found in any item name wins; between equals the category that stands first in the policy.
    """
    text = "\n".join(name for name in item_names if name)
    for pattern, category in policy.item_patterns:
        if pattern in text:
            return category
    if kind is None:
        return UNKNOWN
    return next((category for category, data in policy.categories.items() if kind in data.kinds), UNKNOWN)
