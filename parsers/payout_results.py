"""The bank's result of a payment file: line by line, what became of each payment. CSV or XLSX, columns by heading."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from parsers.errors import Unsupported
from parsers.tables.columns import Column, Kind, Table, heading_of
from parsers.tables.rows import IS_A_TOTAL, BadRow, Broken, cells_under, told, values_of
from parsers.tables.sheet import Sheet
from reimburse.domain.finding import Text

RESULTS = Table(
    "payout_results",
    Text("付款结果", "Payment results"),
    (
        Column(
            "reference", Text("业务参考号", "Reference"), "自定义序号|参考号|业务编号|客户业务编号|业务参考号 Reference"
        ),
        Column(
            "account", Text("收款账号", "Account"), "收款人账号|收款人帐号|收款帐号|收方账号|收方帐号|收款账号 Account"
        ),
        Column("amount", Text("金额", "Amount"), "交易金额|付款金额|实付金额|金额 Amount", Kind.MONEY, needed=True),
        Column(
            "status",
            Text("状态", "Status"),
            "交易状态|处理状态|处理结果|支付状态|付款状态|指令状态|交易结果|结果|状态 Status",
            needed=True,
        ),
        Column(
            "why", Text("失败原因", "Reason"), "原因|错误信息|返回信息|失败信息|退票原因|退汇原因|摘要", longest=500
        ),
        Column("on", Text("交易日期", "Date"), "付款日期|处理日期|完成日期|支付日期|退汇日期|日期", Kind.DAY),
        Column("bank_reference", Text("流水号", "Bank reference"), "交易流水号|银行流水号|流程实例号|回单编号|凭证号"),
    ),
)
DONE = frozenset(
    {
        "成功",
        "交易成功",
        "支付成功",
        "付款成功",
        "处理成功",
        "转账成功",
        "已支付",
        "已付款",
        "银行支付成功",
        "paid",
        "success",
        "succeeded",
    }
)
FAILED = frozenset(
    {
        "失败",
        "交易失败",
        "支付失败",
        "付款失败",
        "处理失败",
        "转账失败",
        "已拒绝",
        "拒绝",
        "银行拒绝",
        "failed",
        "rejected",
    }
)
RETURNED = frozenset(
    {
        "退票",
        "已退票",
        "退汇",
        "已退汇",
        "银行退汇",
        "退汇成功",
        "退回",
        "已退回",
        "returned",
        "bounced",
    }
)
NO_HEADING = (
    "找不到付款结果的表头（需要“业务参考号”“金额”“状态”）。"
    " / No heading of payment results found: it names reference, amount and status."
)


class Outcome(StrEnum):
    """What became of a payment; ``returned``: it left and came back; ``other`` is on its way, or says the unknown."""

    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One line of the bank's result; ``reference`` is ours, ``bank_reference`` the bank's."""

    row: int
    reference: str
    amount: Decimal
    outcome: Outcome
    status: str
    account: str = ""
    why: str = ""
    on: date | None = None
    bank_reference: str = ""


def read_results(sheets: Sequence[Sheet]) -> tuple[tuple[ResultLine, ...], tuple[Broken, ...]]:
    """The lines, and the rows that say too little to be taken; ``Unsupported`` where no sheet is a result."""
    for sheet in sheets:
        heading = heading_of(sheet.rows, RESULTS)
        if heading and {"amount", "status"} <= heading.places.keys():
            lines, broken = list[ResultLine](), list[Broken]()
            for row, cells in cells_under(sheet, heading):
                try:
                    lines.append(_line(row, cells))
                except BadRow as problem:
                    broken += [] if IS_A_TOTAL in problem.texts else [told(row, problem)]
            return tuple(lines), tuple(broken)
    raise Unsupported(NO_HEADING)


def outcome_of(status: str) -> Outcome:
    """What a status says: only words that mean the whole of it; anything else is not taken.

    >>> outcome_of("支付成功").value, outcome_of("部分成功").value, outcome_of(" Failed ").value
    ('paid', 'other', 'failed')
    >>> outcome_of("已退汇").value
    'returned'
    """
    plain = unicodedata.normalize("NFKC", status).strip().casefold()
    if plain in DONE:
        return Outcome.PAID
    if plain in RETURNED:
        return Outcome.RETURNED
    return Outcome.FAILED if plain in FAILED else Outcome.OTHER


def _line(row: int, cells: dict[str, str]) -> ResultLine:
    values = values_of(RESULTS, cells)
    status = values.text("status") or ""
    return ResultLine(
        row=row,
        reference=values.text("reference") or "",
        amount=values.number("amount") or Decimal(0),
        outcome=outcome_of(status),
        status=status,
        account=values.text("account") or "",
        why=values.text("why") or "",
        on=values.day("on"),
        bank_reference=values.text("bank_reference") or "",
    )
