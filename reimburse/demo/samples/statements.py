"""Fictional statements as a wallet and banks give them: WeChat's bill, a credit card's, a company account's."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

WECHAT_HEADER = (
    *("交易时间", "交易类型", "交易对方", "商品", "收/支", "金额(元)"),
    *("支付方式", "当前状态", "交易单号", "商户单号", "备注"),
)
CARD_HEADER = ("交易日", "记账日", "交易摘要", "人民币金额", "卡号末四位", "交易地金额")
COMPANY_HEADER = (
    *(
        "账号",
        "账户名称",
        "交易时间",
        "借方发生额（支取）",
        "贷方发生额（收入）",
        "余额",
        "币种",
        "对方户名",
        "对方账号",
    ),
    *("对方开户机构", "记账日期", "摘要", "备注", "账户明细编号-交易流水号"),
)
NOON = time(12, 30, 5)


@dataclass(frozen=True, slots=True)
class Spend:
    """A row to be written: the day, who was paid, how much (negative: it came back), and what for.

    ``method``: what a wallet paid with, or the last digits of a card; ``status`` as the wallet says it.
    """

    on: date
    payee: str
    amount: Decimal
    memo: str = ""
    method: str = ""
    status: str = "支付成功"
    kind: str = "商户消费"
    number: str = ""


def wechat_bill(spends: Sequence[Spend], owner: str) -> bytes:
    """A WeChat Pay bill as CSV with a byte order mark."""
    first, last = min(spend.on for spend in spends), max(spend.on for spend in spends)
    above = [
        ["微信支付账单明细"],
        [f"微信昵称：[{owner}]"],
        [f"起始时间：[{first} 00:00:00] 终止时间：[{last} 23:59:59]"],
        ["导出类型：[全部]"],
        [],
        [f"共{len(spends)}笔记录"],
        ["----------------------微信支付账单明细列表--------------------"],
        WECHAT_HEADER,
    ]
    rows = [_wechat(place, spend) for place, spend in enumerate(spends)]
    return b"\xef\xbb\xbf" + _csv([*above, *rows]).encode()


def card_statement(spends: Sequence[Spend], month: date) -> bytes:
    """A credit card's statement as CSV made from the PDF; days have no year."""
    above = [[f"招商银行信用卡对账单（个人消费卡账户 {month:%Y年%m月}）"], CARD_HEADER]
    rows = [
        [
            f"{spend.on:%m/%d}",
            f"{spend.on + timedelta(days=1):%m/%d}",
            spend.payee,
            f"{spend.amount:,.2f}",
            spend.method,
            f"{spend.amount:,.2f}(CN)",
        ]
        for spend in spends
    ]
    return b"\xef\xbb\xbf" + _csv([*above, *rows]).encode()


def company_statement(spends: Sequence[Spend], account: str, owner: str) -> bytes:
    """A company account's statement as the bank gives it, CSV in GB18030."""
    balance = Decimal(800_000)
    rows = []
    for place, spend in enumerate(spends, 1):
        balance -= spend.amount
        at = datetime.combine(spend.on, NOON) + timedelta(minutes=7 * place)
        out, back = (spend.amount, Decimal(0)) if spend.amount > 0 else (Decimal(0), -spend.amount)
        number = spend.number or f"{place:05}-990000{spend.on:%Y%m%d}{place:04}"
        money = (f"{out:.2f}", f"{back:.2f}", f"{balance:.2f}", "人民币元")
        said = (spend.payee, "", "", f"{spend.on:%Y%m%d}", spend.memo, "", number)
        rows.append([account, owner, f"{at:%Y%m%d %H:%M:%S}", *money, *said])
    return _csv([COMPANY_HEADER, *rows]).encode("gb18030")


def _wechat(place: int, spend: Spend) -> list[str]:
    at = datetime.combine(spend.on, NOON) + timedelta(minutes=11 * place)
    back = spend.amount < 0
    number = spend.number or f"4200009900{at:%Y%m%d%H%M}{place:06}"
    return [
        f"{at:%Y-%m-%d %H:%M:%S}",
        f"{spend.payee}-退款" if back else spend.kind,
        spend.payee,
        spend.memo or "商品",
        "收入" if back else "支出",
        f"¥{abs(spend.amount):.2f}",
        spend.method or "零钱",
        "已全额退款" if back else spend.status,
        f"{number}\t",
        f"M{number[-12:]}\t",
        "/",
    ]


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
