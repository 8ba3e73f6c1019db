"""Expense lines as an invoice suggests them; everything stays editable."""

from collections.abc import Sequence
from datetime import date

from reimburse.domain.invoice import Invoice, InvoiceLine
from reimburse.domain.invoice_json import invoice_from_json
from reimburse.domain.money import share, to_fen
from reimburse.services.policy import policies
from reimburse.store.claims import ExpenseLineRow
from reimburse.store.invoices import InvoiceRow
from rules.categories import UNKNOWN, guess
from rules.policy import Policy

NAMES_SHOWN = 4
DESCRIPTION_LENGTH = 300


def lines_for(row: InvoiceRow) -> list[ExpenseLineRow]:
    """One line for each category guessed from the item names; together they make up the invoice's total."""
    invoice, policy = invoice_from_json(row.data), policies.in_force()
    total_fen = row.total_fen or 0
    groups = _by_category(invoice, policy)
    weights = [_weight(items) for items in groups.values()]
    if len(groups) > 1 and min(weights) <= 0:
        groups, weights = {next(iter(groups)): list(invoice.lines)}, [1]
    parts = share(total_fen, weights)
    return [_line(row, invoice, *group, fen) for group, fen in zip(groups.items(), parts, strict=True)]


def empty_line() -> ExpenseLineRow:
    """A line to fill in by hand."""
    return ExpenseLineRow(category="other", amount_fen=0, position=1, details={}, description="")


def is_empty(line: ExpenseLineRow) -> bool:
    """Whether nothing was entered on the line yet."""
    return not (line.amount_fen or line.description or line.occurred_on or line.invoices or line.details)


def fill(line: ExpenseLineRow, row: InvoiceRow) -> None:
    """Fill what is still empty on a line from an invoice that was put on it."""
    suggested = lines_for(row)
    line.amount_fen = line.amount_fen or row.total_fen or 0
    line.description = line.description or suggested[0].description
    line.occurred_on = line.occurred_on or suggested[0].occurred_on
    line.details = {**suggested[0].details, **line.details}
    if line.category == "other":
        line.category = suggested[0].category


def _by_category(invoice: Invoice, policy: Policy) -> dict[str, list[InvoiceLine]]:
    """The invoice's lines by guessed category; a discount, or a name that says nothing, goes with the line before."""
    main = guess([line.item_name for line in invoice.lines], invoice.kind, policy)
    groups: dict[str, list[InvoiceLine]] = {}
    category = main
    for line in invoice.lines:
        own = guess([line.item_name], invoice.kind, policy)
        discount = line.amount_excl_tax is not None and line.amount_excl_tax < 0
        category = category if discount or own == UNKNOWN else own
        groups.setdefault(category, []).append(line)
    return groups or {main: []}


def _weight(lines: Sequence[InvoiceLine]) -> int:
    return sum(to_fen(amount) for line in lines for amount in (line.amount_excl_tax, line.tax_amount) if amount)


def _line(
    row: InvoiceRow, invoice: Invoice, category: str, items: Sequence[InvoiceLine], amount_fen: int
) -> ExpenseLineRow:
    return ExpenseLineRow(
        category=category,
        description=_description(row, invoice, items),
        amount_fen=amount_fen,
        quantity=items[0].quantity if len(items) == 1 else None,
        occurred_on=_travelled_on(invoice) or invoice.issue_date,
        details=_journey(invoice),
        invoices=[row],
        position=1,
    )


def _description(row: InvoiceRow, invoice: Invoice, items: Sequence[InvoiceLine]) -> str:
    names = list(dict.fromkeys(item.item_name.strip() for item in items if item.item_name))
    shown = "、".join(names[:NAMES_SHOWN]) + ("…" if len(names) > NAMES_SHOWN else "")
    travel = invoice.travel
    if not shown and travel and travel.origin and travel.destination:
        shown = f"{travel.origin}→{travel.destination} {travel.vehicle or ''}".strip()
    return (shown or row.seller_name or "")[:DESCRIPTION_LENGTH]


def _travelled_on(invoice: Invoice) -> date | None:
    departs_at = invoice.travel.departs_at if invoice.travel else None
    return date.fromisoformat(departs_at[:10]) if departs_at else None


def _journey(invoice: Invoice) -> dict[str, str]:
    travel = invoice.travel
    places = {"from": travel.origin, "to": travel.destination} if travel else {}
    return {name: place for name, place in places.items() if place}
