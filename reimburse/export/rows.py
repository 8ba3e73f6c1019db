"""What an export states: one row a line, one row an invoice, and the columns of both tables."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Cell = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class LineRow:
    """An expense line of a batch. ``row`` counts from 1 over the batch; ``files`` are names inside the package."""

    row: int
    claim_no: str
    position: int
    employee_no: str
    employee: str
    department: str
    cost_center: str
    project: str | None
    category: str
    account: str
    description: str
    occurred_on: date | None
    amount: Decimal
    paid_by: str
    invoices: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InvoiceUse:
    """An invoice of a batch: what it states, what its claim takes of it, and the lines that rest on it."""

    row: int
    claim_no: str
    line_rows: tuple[int, ...]
    kind: str
    code: str
    number: str
    issue_date: date | None
    seller_name: str | None
    seller_tax_id: str | None
    amount_excl_tax: Decimal | None
    tax_amount: Decimal | None
    total_incl_tax: Decimal
    taken: Decimal
    files: tuple[str, ...]
    sha256: str | None


class Kind(Enum):
    """How a column is written. Only money is added up."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its heading in both languages, its kind, its width in characters, and how a row fills it."""

    heading: str
    kind: Kind
    width: int
    value: Callable[[Row], Cell]


def _numbers(rows: tuple[int, ...]) -> str:
    return ";".join(map(str, rows))


LINE_COLUMNS: tuple[Column[LineRow], ...] = (
    Column("序号 Row", Kind.COUNT, 8, lambda row: row.row),
    Column("报销单号 Claim", Kind.TEXT, 20, lambda row: row.claim_no),
    Column("行 Line", Kind.COUNT, 6, lambda row: row.position),
    Column("工号 Employee no.", Kind.TEXT, 14, lambda row: row.employee_no),
    Column("姓名 Employee", Kind.TEXT, 14, lambda row: row.employee),
    Column("部门 Department", Kind.TEXT, 16, lambda row: row.department),
    Column("成本中心 Cost centre", Kind.TEXT, 14, lambda row: row.cost_center),
    Column("项目 Project", Kind.TEXT, 14, lambda row: row.project),
    Column("类别 Category", Kind.TEXT, 18, lambda row: row.category),
    Column("科目 Account", Kind.TEXT, 14, lambda row: row.account),
    Column("说明 Description", Kind.TEXT, 28, lambda row: row.description),
    Column("发生日期 Date", Kind.DAY, 12, lambda row: row.occurred_on),
    Column("金额 Amount", Kind.MONEY, 14, lambda row: row.amount),
    Column("支付方式 Paid by", Kind.TEXT, 16, lambda row: row.paid_by),
    Column("发票 Invoices", Kind.TEXT, 24, lambda row: ";".join(row.invoices)),
    Column("原件 Files", Kind.TEXT, 44, lambda row: ";".join(row.files)),
)
INVOICE_COLUMNS: tuple[Column[InvoiceUse], ...] = (
    Column("序号 No.", Kind.COUNT, 8, lambda row: row.row),
    Column("报销单号 Claim", Kind.TEXT, 20, lambda row: row.claim_no),
    Column("明细序号 Rows", Kind.TEXT, 12, lambda row: _numbers(row.line_rows)),
    Column("票种 Kind", Kind.TEXT, 18, lambda row: row.kind),
    Column("发票代码 Code", Kind.TEXT, 14, lambda row: row.code),
    Column("发票号码 Number", Kind.TEXT, 24, lambda row: row.number),
    Column("开票日期 Issued", Kind.DAY, 12, lambda row: row.issue_date),
    Column("销售方 Seller", Kind.TEXT, 30, lambda row: row.seller_name),
    Column("销售方税号 Seller tax id", Kind.TEXT, 22, lambda row: row.seller_tax_id),
    Column("不含税金额 Net", Kind.MONEY, 14, lambda row: row.amount_excl_tax),
    Column("税额 Tax", Kind.MONEY, 12, lambda row: row.tax_amount),
    Column("价税合计 Total", Kind.MONEY, 14, lambda row: row.total_incl_tax),
    Column("本批占用 Taken", Kind.MONEY, 14, lambda row: row.taken),
    Column("原件 Files", Kind.TEXT, 44, lambda row: ";".join(row.files)),
    Column("SHA-256", Kind.TEXT, 66, lambda row: row.sha256),
)


@dataclass(frozen=True, slots=True)
class Control:
    """The totals that a batch was frozen with, in the order shown: heading and value."""

    batch_no: str
    legal_entity: str
    tax_id: str
    totals: tuple[tuple[str, Cell], ...]


def columns_total(columns: tuple[Column[Any], ...]) -> dict[int, Decimal]:
    """A zero for each column that is added up, by its index."""
    return {index: Decimal("0.00") for index, column in enumerate(columns) if column.kind is Kind.MONEY}
