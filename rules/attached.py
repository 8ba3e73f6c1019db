"""Which attachments serve a line, an invoice, the claim (decision 21); looked up, not searched for."""

from collections import defaultdict
from typing import NamedTuple

from rules.facts import Facts, InvoiceFacts, LineFacts

Kinds = dict[str, set[str]]


class Shelf(NamedTuple):
    """Kinds of attachments by what they name: nothing, a line, an invoice; ``_alone``: that and nothing else."""

    whole: frozenset[str]
    line: Kinds
    line_alone: Kinds
    invoice: Kinds
    invoice_alone: Kinds


def attached_to_line(facts: Facts, line: LineFacts) -> frozenset[str]:
    """The kinds of attachments that serve a line: its own, its invoices', the whole claim's."""
    shelf = facts.once("attached", _shelved)
    own = [shelf.line.get(line.id), *(shelf.invoice_alone.get(name) for name in line.invoice_ids)]
    return shelf.whole.union(*filter(None, own)) if any(own) else shelf.whole


def attached_to_invoice(facts: Facts, invoice: InvoiceFacts) -> frozenset[str]:
    """The kinds of attachments that serve an invoice: its own, those of its lines, the whole claim's."""
    shelf = facts.once("attached", _shelved)
    own = [shelf.invoice.get(invoice.id), *(shelf.line_alone.get(line.id) for line in facts.lines_of(invoice))]
    return shelf.whole.union(*filter(None, own)) if any(own) else shelf.whole


def attached_at_all(facts: Facts) -> frozenset[str]:
    """Every kind that is attached."""
    return frozenset(item.kind for item in facts.attachments or ())


def _shelved(facts: Facts) -> Shelf:
    whole: set[str] = set()
    shelf = Shelf(frozenset(), defaultdict(set), defaultdict(set), defaultdict(set), defaultdict(set))
    for item in facts.attachments or ():
        if item.line_id is not None:
            shelf.line[item.line_id].add(item.kind)
        if item.invoice_id is not None:
            shelf.invoice[item.invoice_id].add(item.kind)
        if item.line_id is not None and item.invoice_id is None:
            shelf.line_alone[item.line_id].add(item.kind)
        if item.invoice_id is not None and item.line_id is None:
            shelf.invoice_alone[item.invoice_id].add(item.kind)
        if item.line_id is None and item.invoice_id is None:
            whole.add(item.kind)
    return shelf._replace(whole=frozenset(whole))
