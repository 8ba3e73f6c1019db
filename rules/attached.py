"""Which attachments serve a line, an invoice, the claim (decision 21); looked up, not searched for."""

from typing import NamedTuple

from rules.facts import Facts, InvoiceFacts, LineFacts

Kinds = dict[str, frozenset[str]]
NONE: frozenset[str] = frozenset()


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
    kinds = shelf.whole | shelf.line.get(line.id, NONE)
    for name in line.invoice_ids if shelf.invoice_alone else ():
        kinds |= shelf.invoice_alone.get(name, NONE)
    return kinds


def attached_to_invoice(facts: Facts, invoice: InvoiceFacts) -> frozenset[str]:
    """The kinds of attachments that serve an invoice: its own, those of its lines, the whole claim's."""
    shelf = facts.once("attached", _shelved)
    kinds = shelf.whole | shelf.invoice.get(invoice.id, NONE)
    for line in facts.lines_of(invoice) if shelf.line_alone else ():
        kinds |= shelf.line_alone.get(line.id, NONE)
    return kinds


def attached_at_all(facts: Facts) -> frozenset[str]:
    """Every kind that is attached."""
    return frozenset(item.kind for item in facts.attachments or ())


def _shelved(facts: Facts) -> Shelf:
    whole, shelf = NONE, Shelf(NONE, {}, {}, {}, {})
    for item in facts.attachments or ():
        line, invoice = item.line_id, item.invoice_id
        if line is None and invoice is None:
            whole |= {item.kind}
        for kinds, name, other in (
            (shelf.line, line, None),
            (shelf.line_alone, line, invoice),
            (shelf.invoice, invoice, None),
            (shelf.invoice_alone, invoice, line),
        ):
            if name is not None and other is None:
                kinds[name] = kinds.get(name, NONE) | {item.kind}
    return shelf._replace(whole=whole)
