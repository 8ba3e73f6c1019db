"""Approved claims with taxed invoices, and batches frozen from them, for the tests of vouchers and booking data."""

from decimal import Decimal
from typing import Any

from reimburse.domain.invoice import InvoiceKind
from reimburse.domain.workflow import ClaimState
from reimburse.services import batch_pages, batches
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import transaction
from reimburse.store.invoices import InvoiceRow
from tests.batch_work import work
from tests.builders import Spent, make_claim


def approved(company: dict[str, int], *lines: Spent, claimant: str = "lin", **fields: Any) -> ClaimRow:
    with transaction():
        return make_claim(company[claimant], *(lines or (Spent("10.00"),)), state=ClaimState.APPROVED, **fields)


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
    batch = batch_pages.batch_of(batches.collect(company["sun"], [claim.claim_no for claim in claims]))
    batches.freeze(company["zhou"], batch.batch_no, batch.version)
    work()
    return batch
