"""Whether a payee, an order's party or a receipt's party is an invoice's seller."""

import re
from functools import lru_cache

from rules.facts import Facts, InvoiceFacts
from rules.folding import fold

PLATFORM = re.compile(r"^(财付通|支付宝|微信支付|微信|银联|云闪付|抖音支付|京东支付|美团支付)[-—_:：(]*")


@lru_cache(maxsize=8192)
def party_name(text: str | None) -> str:
    """A party's name as it is compared: folded, without the payment platform before it.

    >>> party_name("支付宝-示例文具有限公司")
    '示例文具有限公司'
    """
    return PLATFORM.sub("", fold(text or "")).strip("-)")


@lru_cache(maxsize=8192)
def same_party(one: str | None, other: str | None) -> bool:
    """Whether two names are of one party; a name cut off after ten characters or more still counts.

    >>> same_party("示例文具有限公司", "示例文具 有限公司"), same_party("", "")
    (True, False)
    """
    a, b = party_name(one), party_name(other)
    short, long = sorted((a, b), key=len)
    return bool(a) and (a == b or (len(short) >= 10 and long.startswith(short)))


def paid_to_seller(facts: Facts, invoice: InvoiceFacts) -> bool:
    """Whether some payment went to the seller."""
    known = facts.once("paid", _paid)
    return known[invoice.invoice.seller.name]


def _paid(facts: Facts) -> dict[str | None, bool]:
    """By name of the seller, whether some payment went there."""
    sellers = {invoice.invoice.seller.name for invoice in facts.invoices}
    return {name: any(same_party(payment.payee, name) for payment in facts.payments or ()) for name in sellers}


def paid_elsewhere(facts: Facts, invoice: InvoiceFacts) -> str | None:
    """The payee of a payment of exactly this amount, where none went to the seller."""
    if paid_to_seller(facts, invoice):
        return None
    for payment in facts.payments or ():
        if payment.payee and payment.amount == invoice.invoice.total_incl_tax:
            return payment.payee
    return None
