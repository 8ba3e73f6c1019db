"""Documents that support an expense and are no invoices, recognised by what they say; never by who made them."""

import re

from parsers.normalise import compact
from reimburse.domain.reading import DocumentKind

ENOUGH = 3
"""Distinct signs before a text is named: one word proves nothing."""

SIGNS: dict[DocumentKind, tuple[str, ...]] = {
    DocumentKind.HOTEL_FOLIO: (
        r"账单|帐单|folio|结账单|住宿清单|水单",
        r"宾客|guest|客人姓名|住客|入住人",
        r"房号|roomno|room:|房间号",
        r"到店|入住日期|抵店|arrival|checkin",
        r"离店|退房|departure|checkout",
        r"房费|roomcharge|房租|间夜",
        r"借方|debit|贷方|credit|消费金额",
        r"余额|balance",
    ),
    DocumentKind.TRIP_ITINERARY: (
        r"行程单|行程报销单|triptable|itinerary|电子行程",
        r"上车时间|乘车时间|出发时间|用车时间",
        r"起点|出发地|上车地点|上车站",
        r"终点|目的地|下车地点|下车站",
        r"里程|公里",
        r"共\d+笔行程|行程起止日期|行程人",
        r"车型|快车|专车|出租车",
    ),
    DocumentKind.BANK_STATEMENT: (
        r"对账单|交易明细|流水(?!号)|账户明细|statementofaccount|收支明细",
        r"交易日期|记账日期|交易时间|入账日期",
        r"对方户名|交易对方|对方账号|对手方",
        r"余额|balance",
        r"借方|支出|贷方|收入",
        r"起始日期|起止日期|查询时间|账单周期",
        r"开户行|账号|卡号|户名",
    ),
    DocumentKind.BANK_RECEIPT: (
        r"回单|电子回执|汇款凭证|转账凭证|[入付]账通知|[入付]款通知",
        r"付款人|付款方|汇款人",
        r"收款人|收款方",
        r"大写|金额",
        r"交易流水号|回单号|凭证号|流水号",
        r"开户行|账号",
        r"用途|摘要|附言",
    ),
    DocumentKind.PAYMENT_SLIP: (
        r"支付成功|付款成功|交易成功|签购单|pos签购|支付凭证|付款凭证|转账凭证|缴款凭证",
        r"商户名称|商户编号|merchant|收款商户|商户全称|收款方",
        r"支付方式|付款方式|卡号|cardno",
        r"交易单号|商户单号|订单号|参考号|凭证号|refno",
        r"交易时间|支付时间|日期时间|date/time",
        r"支付金额|交易金额|付款金额|amount",
    ),
    DocumentKind.SALES_LIST: (
        r"销货清单|所属.{0,10}发票代码|货物或者提供应税劳务.{0,6}清单|销售货物.{0,20}清单",
        r"序号",
        r"规格型号",
        r"数量",
        r"单价",
        r"税率|税额",
        r"所属.{0,10}发票代码",
    ),
}
PATTERNS = {kind: tuple(re.compile(sign) for sign in signs) for kind, signs in SIGNS.items()}
NAMED = frozenset({DocumentKind.SALES_LIST, DocumentKind.BANK_RECEIPT})
"""Kinds whose columns and parties other papers have too: quotations, orders, requests for payment."""
FIRST_SIGN_COUNTS = 2


def kind_of_text(text: str) -> DocumentKind | None:
    """What a text that is no invoice is, or None where too little tells.

    >>> kind_of_text("宾客账单 Guest Folio 房号 Room: 901 到店日期 2026-01-01 离店日期 2026-01-02").value
    'hotel_folio'
    >>> kind_of_text("会议通知") is None
    True
    """
    plain = compact(text).lower()
    scores = {
        kind: _score(patterns, plain)
        for kind, patterns in PATTERNS.items()
        if kind not in NAMED or patterns[0].search(plain)
    }
    best = max(scores.values())
    named = [kind for kind, score in scores.items() if score == best]
    return named[0] if best >= ENOUGH and len(named) == 1 else None


def _score(patterns: tuple[re.Pattern[str], ...], plain: str) -> int:
    """Signs found; the first is the document's own name and counts twice. Without it more of the others are needed."""
    title, *others = (bool(pattern.search(plain)) for pattern in patterns)
    return sum(others) + (FIRST_SIGN_COUNTS if title else -1)
