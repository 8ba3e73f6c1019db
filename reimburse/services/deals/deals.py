"""The deal behind an invoice: its payment, bill, order and receipts, and whether the three flows agree (R-29)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reimburse.domain.bills import ReceiptKind
from reimburse.matching.received import Arrived, Ordered, worth
from reimburse.matching.three_flows import Stated, ThreeFlows, three_flows
from reimburse.services.deals import deal_rows
from reimburse.services.deals.deal_rows import Tied
from reimburse.store.db import db
from reimburse.store.invoices import InvoiceRow

CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Deal:
    """What stands beside an invoice. ``confirmed``: a person confirmed the payments; else they are proposed.

    ``flows`` is None where nothing at all stands beside it. What a receipt is worth stands in its ``fen``.
    """

    payments: list[Tied]
    confirmed: bool
    paid_together: list[Tied]
    bills: list[Tied]
    orders: list[Tied]
    unknown_orders: list[str]
    receipts: list[Tied]
    flows: ThreeFlows | None


def deal_of(invoice: InvoiceRow) -> Deal | None:
    """The deal, for somebody who may see the invoice; None while it has no number. One query."""
    if invoice.key is None:
        return None
    rows = by_kind(deal_rows.tied_to(db.session(), invoice.key))
    payments, receipts = rows.get("payment", []), with_worth(rows)
    orders = rows.get("order", [])
    paid_together = [
        row for row in rows.get("paid_invoice", ()) if (row.word, row.ref) != (invoice.code, invoice.number)
    ]
    known = {row.ref for row in orders}
    return Deal(
        payments=payments,
        confirmed=all(row.word == CONFIRMED for row in payments),
        paid_together=paid_together,
        bills=rows.get("bill", []),
        orders=orders,
        unknown_orders=sorted({row.ref for row in receipts} - known),
        receipts=receipts,
        flows=_flows(invoice, paid_together, rows, receipts) if payments or orders or receipts else None,
    )


def by_kind(rows: Iterable[Tied]) -> dict[str, list[Tied]]:
    """The rows by their kind."""
    found: dict[str, list[Tied]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(row)
    return found


def _flows(
    invoice: InvoiceRow, paid_together: Sequence[Tied], rows: dict[str, list[Tied]], receipts: Sequence[Tied]
) -> ThreeFlows:
    own = Stated(invoice.seller_name or "", invoice.total_fen)
    payments = rows.get("payment", [])
    payees = [row.party for row in payments if row.ref != "fee"]
    return three_flows(
        [own, *map(stated, paid_together)],
        [_paid(row, payees) for row in payments],
        [stated(row) for row in counted(receipts)],
        frozenset((row.party, row.ref) for row in rows.get("alias", ())),
        [stated(row) for row in rows.get("ordered_invoice", ())],
    )


def counted(receipts: Sequence[Tied]) -> list[Tied]:
    """What counts as arrived: of an order with acceptances these, since they follow its receipts."""
    accepted = {row.ref for row in receipts if row.word == ReceiptKind.ACCEPTANCE}
    return [row for row in receipts if row.word == ReceiptKind.ACCEPTANCE or row.ref not in accepted]


def stated(row: Tied) -> Stated:
    """A paper as the three flows compare it."""
    return Stated(row.party or "", row.fen)


def _paid(row: Tied, payees: Sequence[str]) -> Stated:
    """A payment; a refund is negative, and a fee belongs to whom the payment went to."""
    party = payees[0] if row.ref == "fee" and payees else row.party
    return Stated(party, -(row.fen or 0) if row.ref == "refund" else row.fen)


def with_worth(rows: dict[str, list[Tied]]) -> list[Tied]:
    """The receipts with what each is worth, by its own sum or by the order's prices."""
    orders = {row.ref: row.fen for row in rows.get("order", ())}
    items: dict[str, list[Ordered]] = {}
    for row in rows.get("item", ()):
        items.setdefault(row.ref, []).append(Ordered(row.party, row.quantity, row.price))
    lines = [row for row in rows.get("arrived", ()) if row.quantity is not None]
    return [
        _valued(row, orders, items, [line for line in lines if line.id == row.id]) for row in rows.get("receipt", ())
    ]


def _valued(row: Tied, orders: dict[str, int | None], items: dict[str, list[Ordered]], lines: list[Tied]) -> Tied:
    total = orders.get(row.ref)
    if row.fen is not None or total is None:
        return row
    paper = Arrived(None, tuple((line.party, line.quantity) for line in lines if line.quantity is not None))
    return row._replace(fen=worth(total, items.get(row.ref, []), [paper])[0])
