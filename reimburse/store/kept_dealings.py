"""What the archive answers for besides claims and batches: invoice keys, deals, statements, returns, sellers."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement

from reimburse.store.balances import InvoiceBalanceRow, RedPostingRow
from reimburse.store.bills import (
    BillRow,
    GoodsReceiptLineRow,
    GoodsReceiptRow,
    InvoiceTieRow,
    OrderLineRow,
    OrderRow,
    TableImportRow,
)
from reimburse.store.certifications import CertificationChangeRow, CertificationRow
from reimburse.store.claims import ExpenseLineRow
from reimburse.store.db import Base
from reimburse.store.input_taxes import LineInputTaxRow
from reimburse.store.kept_group import Column, Group, Kept, names
from reimburse.store.ledger import AccountingPeriodRow
from reimburse.store.payments import PaymentAccountRow, PaymentRow, StatementImportRow, StatementPartRow
from reimburse.store.people import LegalEntityRow
from reimburse.store.reissues import ReissueRow, ReissueStepRow
from reimburse.store.samplings import SampledClaimRow, SamplingRow
from reimburse.store.suppliers import SupplierNoteRow, SupplierRow

SINCE = ".2"
"""The groups of this file came to be kept after those of claims and batches."""
MATCHED = ("state", "twin_of_id", "twin_why", "refund_of_id", "refunded_fen", "fee_of_id")
"""What matching makes of a payment; what people decided of it stands in their decisions."""
FIGURES = (
    *("name", "other_names", "invoices", "total_fen", "returns", "voids_90d", "unreported", "at_limit"),
    *("last_issue_date", "stale", "summarised_at", "version"),
)
"""What a job computes of a seller."""
OWNERS: Mapping[str, type[Base]] = {
    "sampling": SamplingRow,
    "bill": BillRow,
    "order": OrderRow,
    "receipt": GoodsReceiptRow,
    "tie": InvoiceTieRow,
    "table_import": TableImportRow,
    "statement": StatementImportRow,
    "payment_account": PaymentAccountRow,
    "reissue": ReissueRow,
    "title": LegalEntityRow,
}
"""What chains are named after by id, and where it stands."""
KEYS: Mapping[str, tuple[type, ...]] = {"key": (str, str), "period": (int, str), "supplier": (str,)}
"""What chains are named after by a key: an invoice key, a month of an entity's books, a seller."""


def _key(
    row: type[InvoiceBalanceRow | RedPostingRow | CertificationRow | CertificationChangeRow],
) -> tuple[Column, ...]:
    return (row.code, row.number)


def _group(family: str, *tables: Kept, live: ColumnElement[bool] | None = None) -> Group:
    return Group(family, tables, live=live, since=SINCE)


GROUPS = (
    _group("claim", Kept(LineInputTaxRow, ExpenseLineRow.claim_id, personal=names("reason"), via="line_id")),
    _group("claim", Kept(SampledClaimRow, SampledClaimRow.claim_id, names("version"), names("note"))),
    _group("sampling", Kept(SamplingRow, SamplingRow.id)),
    _group("key", Kept(InvoiceBalanceRow, _key(InvoiceBalanceRow), names("reserved_fen", "booked_fen"))),
    _group("key", Kept(RedPostingRow, _key(RedPostingRow))),
    _group(
        "key",
        Kept(CertificationRow, _key(CertificationRow), names("version"), names("reason")),
        Kept(CertificationChangeRow, _key(CertificationChangeRow), personal=names("reason")),
    ),
    _group("bill", Kept(BillRow, BillRow.id, names("version"), names("memo"))),
    _group(
        "order",
        Kept(OrderRow, OrderRow.id, names("version"), names("memo")),
        Kept(OrderLineRow, OrderLineRow.order_id),
    ),
    _group(
        "receipt",
        Kept(GoodsReceiptRow, GoodsReceiptRow.id, names("version"), names("by_whom", "memo")),
        Kept(GoodsReceiptLineRow, GoodsReceiptLineRow.receipt_id),
    ),
    _group("tie", Kept(InvoiceTieRow, InvoiceTieRow.id)),
    _group(
        "table_import",
        Kept(TableImportRow, TableImportRow.id, names("version"), names("file_name")),
        live=TableImportRow.state == "imported",
    ),
    _group(
        "statement",
        Kept(StatementImportRow, StatementImportRow.id, names("version"), names("file_name")),
        Kept(StatementPartRow, StatementPartRow.import_id),
        Kept(
            PaymentRow,
            StatementPartRow.import_id,
            names(*MATCHED),
            names("payee", "payee_account", "memo"),
            via="part_id",
        ),
        live=StatementImportRow.state == "imported",
    ),
    _group("payment_account", Kept(PaymentAccountRow, PaymentAccountRow.id, personal=names("name", "number"))),
    _group(
        "reissue",
        Kept(
            ReissueRow,
            ReissueRow.id,
            names("version", "reminded_on", "next_due_on"),
            names("why", "close_note"),
        ),
        Kept(ReissueStepRow, ReissueStepRow.reissue_id, personal=names("note")),
    ),
    _group(
        "period",
        Kept(
            AccountingPeriodRow,
            (AccountingPeriodRow.legal_entity_id, AccountingPeriodRow.month),
            names("last_voucher_no", "version"),
            names("reason"),
        ),
    ),
    _group("supplier", Kept(SupplierRow, (SupplierRow.tax_id,), names(*FIGURES))),
    _group("supplier", Kept(SupplierNoteRow, (SupplierNoteRow.tax_id,), personal=names("text"))),
    _group("title", Kept(LegalEntityRow, LegalEntityRow.id)),
)
"""Every group, in the order in which chains are checked."""
