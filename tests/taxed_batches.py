"""Invoices with tax, and batches frozen from them, for the tests of vouchers and booking data."""

from decimal import Decimal

from reimburse.domain.invoice import InvoiceKind
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import transaction
from reimburse.store.invoices import InvoiceRow
from tests.batch_stories import batch_at


def taxed(
    invoice: InvoiceRow, tax: str, kind: InvoiceKind = InvoiceKind.SPECIAL_DIGITAL, item: str = "*住宿服务*住宿费"
) -> None:
    """The invoice states this tax on one line of this item."""
    total = Decimal(invoice.data["total_incl_tax"])
    net = f"{total - Decimal(tax):.2f}"
    line = {"item_name": item, "amount_excl_tax": net, "tax_rate": "0.06", "tax_amount": tax}
    with transaction():
        invoice.kind = kind.value
        invoice.data = {
            **invoice.data, "kind": kind.value, "amount_excl_tax": net, "tax_amount": tax, "lines": [line]
        }  # fmt: skip


def frozen(company: dict[str, int], *claims: ClaimRow) -> BatchRow:
    """A frozen batch of these claims."""
    return batch_at(company, "frozen", *claims)
