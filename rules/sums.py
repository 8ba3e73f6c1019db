"""Which invoices and lines belong together, and what their sums are."""

import re
from decimal import Decimal
from typing import NamedTuple

from reimburse.domain.money import ZERO
from rules.claim_parts import RegistryEntry
from rules.facts import Facts, InvoiceFacts, LineFacts, worth

FOLLOW_UP = re.compile(r"(-[2-9])?")


class Group(NamedTuple):
    """Invoices that share lines, with all lines that name them; most often one invoice.

    ``total`` is what the invoices state, None where one states no total; ``claimed`` what the lines ask for, in the
    invoices' currency; ``elsewhere`` what claims taken out of the same one ask for of these invoices, in yuan.
    """

    invoices: tuple[InvoiceFacts, ...]
    lines: tuple[LineFacts, ...]
    total: Decimal | None
    claimed: Decimal
    elsewhere: Decimal = ZERO


def groups(facts: Facts) -> tuple[Group, ...]:
    """The connected groups of invoices and lines; an invoice that no line names is in none (R-62)."""
    return facts.once("groups", _groups)


def _groups(facts: Facts) -> tuple[Group, ...]:
    documents = {document.id for document in facts.documents}
    root = {invoice.id: invoice.id for invoice in facts.invoices}
    for line in facts.lines:
        if len(line.invoice_ids) > 1:
            named = [name for name in line.invoice_ids if name in root]
            for name in named[1:]:
                _join(root, named[0], name)
    members: dict[str, list[InvoiceFacts]] = {}
    for invoice in facts.invoices:
        members.setdefault(_top(root, invoice.id), []).append(invoice)
    found = [_group(facts, tuple(invoices)) for invoices in members.values()]
    return tuple(group for group in found if group.lines and not _on_documents(group, documents))


def _group(facts: Facts, invoices: tuple[InvoiceFacts, ...]) -> Group:
    named = facts.lines_of(invoices[0])
    if len(invoices) > 1:
        named = tuple({line.id: line for invoice in invoices for line in facts.lines_of(invoice)}.values())
    return Group(invoices, named, _total(invoices), _claimed(invoices[0], named), _elsewhere(facts, invoices))


def _on_documents(group: Group, documents: set[str]) -> bool:
    return bool(documents) and any(documents.intersection(line.invoice_ids) for line in group.lines)


def same_claim(one: str, other: str) -> bool:
    """Whether two numbers are of one claim: equal, or one the other's follow-up (``C-7`` and ``C-7-2``).

    >>> same_claim("C-7", "C-7-2"), same_claim("C-7", "C-72")
    (True, False)
    """
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and bool(FOLLOW_UP.fullmatch(long, len(short)))


def of_one_claim(facts: Facts, entry: RegistryEntry) -> bool:
    """Whether this entry is of a claim that came of the same one as the claim judged."""
    return entry.follow_up or same_claim(entry.claim_no, facts.claim.claim_no)


def _elsewhere(facts: Facts, invoices: tuple[InvoiceFacts, ...]) -> Decimal:
    keys = {invoice.key for invoice in invoices if invoice.key in facts.registered}
    if not keys:
        return ZERO
    amounts = (
        entry.claimed_amount or ZERO
        for key in keys
        for entry in facts.registered[key or ""]
        if entry.claim_no != facts.claim.claim_no and of_one_claim(facts, entry)
    )
    return sum(amounts, ZERO)


def _total(invoices: tuple[InvoiceFacts, ...]) -> Decimal | None:
    if len(invoices) == 1:
        return invoices[0].invoice.total_incl_tax
    totals = [invoice.invoice.total_incl_tax for invoice in invoices]
    known = [total for total in totals if total is not None]
    return sum(known, ZERO) if len(known) == len(totals) else None


def _claimed(lead: InvoiceFacts, lines: tuple[LineFacts, ...]) -> Decimal:
    currency = lead.invoice.currency
    return sum([worth(line, currency) for line in lines], ZERO)


def _top(root: dict[str, str], name: str) -> str:
    while root[name] != name:
        name = root[name]
    return name


def _join(root: dict[str, str], one: str, other: str) -> None:
    root[_top(root, other)] = _top(root, one)
