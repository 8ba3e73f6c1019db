"""The archive's ledger (台账) as a table: what is archived, the business it belongs to, and how long it is kept."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reimburse.export.rows import Column, Kind


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """An invoice of a claim. ``archived_on`` and ``retain_until`` are None before its batch was exported."""

    kind: str
    code: str
    number: str
    issue_date: date | None
    seller_name: str | None
    seller_tax_id: str | None
    total_incl_tax: Decimal | None
    claim_no: str
    employee_no: str
    employee: str
    batch_no: str
    archived_on: date | None
    retain_until: date | None


LEDGER_COLUMNS: tuple[Column[LedgerRow], ...] = (
    Column("票种 Kind", Kind.TEXT, 18, lambda row: row.kind),
    Column("发票代码 Code", Kind.TEXT, 14, lambda row: row.code),
    Column("发票号码 Number", Kind.TEXT, 24, lambda row: row.number),
    Column("开票日期 Issued", Kind.DAY, 12, lambda row: row.issue_date),
    Column("销售方 Seller", Kind.TEXT, 30, lambda row: row.seller_name),
    Column("销售方税号 Seller tax id", Kind.TEXT, 22, lambda row: row.seller_tax_id),
    Column("价税合计 Total", Kind.MONEY, 14, lambda row: row.total_incl_tax),
    Column("报销单号 Claim", Kind.TEXT, 20, lambda row: row.claim_no),
    Column("工号 Employee no.", Kind.TEXT, 14, lambda row: row.employee_no),
    Column("姓名 Employee", Kind.TEXT, 14, lambda row: row.employee),
    Column("批次 Batch", Kind.TEXT, 16, lambda row: row.batch_no),
    Column("归档日 Archived", Kind.DAY, 12, lambda row: row.archived_on),
    Column("保存至 Keep until", Kind.DAY, 12, lambda row: row.retain_until),
)
