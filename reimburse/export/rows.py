"""What an export states: one row a line, one row an invoice, and the columns of both tables."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, TypeVar

from reimburse.domain.expense import PAID_BY
from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.invoice_words import KINDS
from reimburse.domain.money import ZERO

Row = TypeVar("Row")
Cell = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class TaxShare:
    """What of an invoice's deductible input VAT falls on a line (decision 30); ``basis`` says why."""

    invoice: str
    amount: Decimal
    supplier: str = ""
    supplier_tax_id: str = ""
    basis: str = ""
    basis_en: str = ""


@dataclass(frozen=True, slots=True)
class LineRow:
    """An expense line of a batch. ``row`` counts from 1 over the batch; ``files`` are names inside the package.

    ``category`` and ``paid_by`` are codes; ``supplier`` is set where all invoices of the line name the same one.
    """

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
    category_name: str = ""
    category_en: str = ""
    account_name: str = ""
    adjustment: str | None = None
    taxes: tuple[TaxShare, ...] = ()
    supplier: str = ""
    supplier_tax_id: str = ""
    legal_entity: str = ""

    @property
    def tax(self) -> Decimal:
        """The deductible input VAT of the line."""
        return sum((share.amount for share in self.taxes), ZERO)

    @property
    def net(self) -> Decimal:
        """What is booked as expense: the amount without deductible tax."""
        return self.amount - self.tax


@dataclass(frozen=True, slots=True)
class InvoiceUse:
    """An invoice of a batch: what it states, what its claim takes of it, and the lines that rest on it.

    ``deductible`` is the input VAT that its claim deducts; ``selected_for`` the tax period it is selected for;
    ``verified`` whether the tax office's platform confirmed it.
    """

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
    deductible: Decimal = ZERO
    red_letter: bool = False
    verified: bool = False
    selected_for: str | None = None

    @property
    def key(self) -> str:
        """The invoice key in one text."""
        return str(InvoiceKey(self.code, self.number))


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


def _in_words(words: Text | None, code: str) -> str:
    return f"{words.zh} {words.en}" if words else code


def category_words(row: LineRow) -> str:
    """The line's category in both languages; its code where the policy does not know it."""
    return f"{row.category_name} {row.category_en}".strip() or row.category


def paid_by_words(code: str) -> str:
    """Who paid, in both languages; the code itself where it is unknown.

    >>> paid_by_words("advance")
    '借款冲抵 Advance'
    """
    return _in_words(PAID_BY.get(code), code)


def kind_words(code: str) -> str:
    """The kind of an invoice in both languages."""
    return _in_words(next((words for kind, words in KINDS.items() if kind.value == code), None), code)


LINE_COLUMNS: tuple[Column[LineRow], ...] = (
    Column("序号 Row", Kind.COUNT, 8, lambda row: row.row),
    Column("报销单号 Claim", Kind.TEXT, 20, lambda row: row.claim_no),
    Column("行 Line", Kind.COUNT, 6, lambda row: row.position),
    Column("工号 Employee no.", Kind.TEXT, 14, lambda row: row.employee_no),
    Column("姓名 Employee", Kind.TEXT, 14, lambda row: row.employee),
    Column("部门 Department", Kind.TEXT, 16, lambda row: row.department),
    Column("成本中心 Cost centre", Kind.TEXT, 14, lambda row: row.cost_center),
    Column("项目 Project", Kind.TEXT, 14, lambda row: row.project),
    Column("类别 Category", Kind.TEXT, 26, category_words),
    Column("类别代码 Category code", Kind.TEXT, 18, lambda row: row.category),
    Column("科目 Account", Kind.TEXT, 14, lambda row: row.account),
    Column("科目名称 Account name", Kind.TEXT, 24, lambda row: row.account_name),
    Column("说明 Description", Kind.TEXT, 28, lambda row: row.description),
    Column("发生日期 Date", Kind.DAY, 12, lambda row: row.occurred_on),
    Column("金额 Amount", Kind.MONEY, 14, lambda row: row.amount),
    Column("可抵扣税额 Deductible tax", Kind.MONEY, 14, lambda row: row.tax),
    Column("入账金额 Booked", Kind.MONEY, 14, lambda row: row.net),
    Column("支付方式 Paid by", Kind.TEXT, 22, lambda row: paid_by_words(row.paid_by)),
    Column("支付方式代码 Paid-by code", Kind.TEXT, 16, lambda row: row.paid_by),
    Column("发票 Invoices", Kind.TEXT, 24, lambda row: ";".join(row.invoices)),
    Column("原件 Files", Kind.TEXT, 44, lambda row: ";".join(row.files)),
)
INVOICE_COLUMNS: tuple[Column[InvoiceUse], ...] = (
    Column("序号 No.", Kind.COUNT, 8, lambda row: row.row),
    Column("报销单号 Claim", Kind.TEXT, 20, lambda row: row.claim_no),
    Column("明细序号 Rows", Kind.TEXT, 12, lambda row: _numbers(row.line_rows)),
    Column("票种 Kind", Kind.TEXT, 36, lambda row: kind_words(row.kind)),
    Column("票种代码 Kind code", Kind.TEXT, 18, lambda row: row.kind),
    Column("发票代码 Code", Kind.TEXT, 14, lambda row: row.code),
    Column("发票号码 Number", Kind.TEXT, 24, lambda row: row.number),
    Column("开票日期 Issued", Kind.DAY, 12, lambda row: row.issue_date),
    Column("销售方 Seller", Kind.TEXT, 30, lambda row: row.seller_name),
    Column("销售方税号 Seller tax id", Kind.TEXT, 22, lambda row: row.seller_tax_id),
    Column("不含税金额 Net", Kind.MONEY, 14, lambda row: row.amount_excl_tax),
    Column("税额 Tax", Kind.MONEY, 12, lambda row: row.tax_amount),
    Column("价税合计 Total", Kind.MONEY, 14, lambda row: row.total_incl_tax),
    Column("本批占用 Taken", Kind.MONEY, 14, lambda row: row.taken),
    Column("可抵扣税额 Deductible tax", Kind.MONEY, 14, lambda row: row.deductible),
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
