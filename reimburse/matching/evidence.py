"""Why a group holds: facts, and the same facts in words."""

from itertools import product

from reimburse.domain.money import from_fen, money_text
from reimburse.matching.answer import Evidence, Fact
from reimburse.matching.groups import Group
from reimburse.matching.links import Links


def evidence_of(links: Links, group: Group) -> tuple[Evidence, ...]:
    """The facts of a group: the sum where both agree to the cent, the most days apart, names, numbers."""
    total = sum(links.totals[invoice] for invoice in group.invoices)
    paid = sum(links.amounts[payment] for payment in group.payments)
    days = max(links.gap(*pair) for pair in product(group.invoices, group.payments))
    equal = (Evidence(Fact.AMOUNT_EQUAL, money_text(from_fen(total))),) if total == paid else ()
    return (*equal, Evidence(Fact.DATE_GAP, str(days)), *_names(links, group), *_numbers(links, group))


def _names(links: Links, group: Group) -> tuple[Evidence, ...]:
    """Each agreement of a payee with a seller once; a similar one shows both names."""
    found: dict[Evidence, None] = {}
    for invoice, payment in product(group.invoices, group.payments):
        payee, seller = links.payees[payment], links.invoices[invoice].seller_name
        if likeness := links.likeness.get((payee, seller)):
            fact = Fact(likeness.value)
            found[Evidence(fact, payee if fact is Fact.PAYEE_SAME else f"{payee} ~ {seller}")] = None
    return tuple(found)


def _numbers(links: Links, group: Group) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(Fact.NUMBER_IN_MEMO, links.invoices[invoice].number)
        for invoice in group.invoices
        if set(links.numbers_of_invoice.get(invoice, ())) & set(group.payments)
    )


def in_words(evidence: Evidence) -> tuple[str, str]:
    """A fact for people, in Chinese and in English.

    >>> in_words(Evidence(Fact.DATE_GAP, "2"))
    ('相差 2 天', '2 days apart')
    """
    value = evidence.value
    if evidence.fact is Fact.DATE_GAP:
        days = "1 day apart" if value == "1" else f"{value} days apart"
        return ("同一天", "same day") if value == "0" else (f"相差 {value} 天", days)
    zh, en = {
        Fact.AMOUNT_EQUAL: ("金额一致", "amount equal"),
        Fact.PAYEE_SAME: ("收款方即销售方", "payee is the seller"),
        Fact.PAYEE_SIMILAR: ("收款方与销售方相近", "payee is like the seller"),
        Fact.NUMBER_IN_MEMO: ("附言中有发票号码", "memo names invoice"),
    }[evidence.fact]
    return f"{zh} {value}", f"{en} {value}"
