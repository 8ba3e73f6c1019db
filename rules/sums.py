"""Which invoices and lines belong together, and what their sums are."""

from dataclasses import dataclass
from decimal import Decimal

from reimburse.domain.money import ZERO, cents
from rules.facts import Facts, InvoiceFacts, LineFacts, worth


@dataclass(frozen=True, slots=True)
class Group:
    """Invoices that share lines, with all lines that name them; most often one invoice."""

    invoices: tuple[InvoiceFacts, ...]
    lines: tuple[LineFacts, ...]

    @property
    def total(self) -> Decimal | None:
        """What the invoices state; None where one of them states no total."""
        totals = [invoice.invoice.total_incl_tax for invoice in self.invoices]
        known = [total for total in totals if total is not None]
        return sum(known, ZERO) if len(known) == len(totals) else None

    @property
    def claimed(self) -> Decimal:
        """What the lines ask for, in the invoices' currency."""
        return cents(sum((worth(line, self.invoices[0].invoice.currency) for line in self.lines), ZERO))


def groups(facts: Facts) -> tuple[Group, ...]:
    """The connected groups of invoices and lines; an invoice that no line names is in none (R-62)."""
    return facts.once("groups", _groups)


def _groups(facts: Facts) -> tuple[Group, ...]:
    documents = {document.id for document in facts.documents}
    root = {invoice.id: invoice.id for invoice in facts.invoices}
    for line in facts.lines:
        named = [name for name in line.invoice_ids if name in root]
        for name in named[1:]:
            _join(root, named[0], name)
    members: dict[str, list[InvoiceFacts]] = {}
    for invoice in facts.invoices:
        members.setdefault(_top(root, invoice.id), []).append(invoice)
    found = []
    for invoices in members.values():
        ids = {invoice.id for invoice in invoices}
        lines = tuple(line for line in facts.lines if ids & set(line.invoice_ids))
        on_documents = any(documents & set(line.invoice_ids) for line in lines)
        if lines and not on_documents:
            found.append(Group(tuple(invoices), lines))
    return tuple(found)


def _top(root: dict[str, str], name: str) -> str:
    while root[name] != name:
        name = root[name]
    return name


def _join(root: dict[str, str], one: str, other: str) -> None:
    root[_top(root, other)] = _top(root, one)
