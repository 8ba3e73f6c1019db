"""Papers that go with an expense and are no invoice: each kind with its words drawn at random, some naming invoices."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from bench.unseen.draft import Draft, manner
from bench.unseen.judging import Drawn
from bench.unseen.people import PASSENGERS, company, number
from bench.unseen.values import IDS
from reimburse.domain.amount_words import to_words
from reimburse.domain.money import money_text
from reimburse.domain.reading import DocumentKind


class Paper:
    """What a kind of paper says: title, facts of which some may be absent, the head of its table, its last words."""

    def __init__(self, kind: DocumentKind | None, titles: str, facts: str, head: str = "", foot: str = "") -> None:
        self.kind = kind
        self.titles, self.facts = titles.split("|"), facts.split("|")
        self.head, self.foot = head.split(), foot.split("|")


PAPERS = (
    Paper(
        DocumentKind.HOTEL_FOLIO,
        "宾客账单 Guest Folio|结账单|住宿清单|GUEST FOLIO|客人账单 INFORMATION FOLIO",
        "宾客姓名 Guest：{name}|房号 Room：{n}|到店日期 Arrival：{day}|离店日期 Departure：{day}"
        "|账单号 Folio No.：{ref}|公司：{firm}",
        "日期 说明 借方 贷方 余额",
        "本账单不作为报销凭证，发票请另行索取|Balance 0.00|房费合计 {sum}",
    ),
    Paper(
        DocumentKind.HOTEL_FOLIO,
        "GUEST FOLIO|Information Invoice Folio",
        "Guest：{name}|Room No：{n}|Arrival：{day}|Departure：{day}|Folio：{ref}|Company：{firm}|Cashier：9",
        "Date Description Debit Credit Balance",
        "Room Charge {sum}|Thank you for staying with us",
    ),
    Paper(
        DocumentKind.TRIP_ITINERARY,
        "演示出行-行程单|样行出行 电子行程单|TRIP TABLE 行程报销单",
        "申请日期：{day}|行程起止日期：{day} 至 {day}|行程人手机号：19900000197|共2笔行程，合计{sum}元|行程人：{name}",
        "序号 车型 上车时间 城市 起点 终点 里程[公里] 金额[元]",
        "页码：1/1|本行程单仅供参考",
    ),
    Paper(
        DocumentKind.BANK_STATEMENT,
        "示例银行账户交易明细|账户对账单|Statement of Account 对账单",
        "户名：{firm}|账号：99{n}000000{n}|起止日期：{day} 至 {day}|开户行：示例银行样东支行|币种：人民币",
        "交易日期 摘要 支出 收入 余额 对方户名 对方账号",
        "本页仅供参考|期末余额 {sum}",
    ),
    Paper(
        DocumentKind.BANK_RECEIPT,
        "示例银行电子回单|网上银行电子回单|客户回单|业务回单（付款）",
        "付款人户名：{firm}|付款人账号：99{n}0001|收款人户名：{firm}|收款人账号：99{n}0002"
        "|开户行：示例银行|金额（大写）：{words}|金额（小写）：¥{sum}"
        "|交易流水号：{ref}|用途：付发票{invoice}货款|摘要：货款|回单编号：{ref}",
        "",
        "交易时间 {day} 10:11:12|回单专用章",
    ),
    Paper(
        DocumentKind.PAYMENT_SLIP,
        "支付成功|付款凭证|签购单|微示支付 转账凭证",
        "商户名称：{firm}|支付方式：零钱|交易单号：{ref}|商户单号：{ref}|支付时间：{day} 09:08:07"
        "|支付金额：{sum}|收款方：{firm}",
        "",
        "交易成功|如需发票请联系商户",
    ),
    Paper(
        DocumentKind.SALES_LIST,
        "销货清单|销售货物或者提供应税劳务、服务清单|销售货物或者提供应税劳务清单",
        "购买方名称：{firm}|销售方名称：{firm}|所属增值税专用发票代码：0990{n}1 号码：0099{n}",
        "序号 货物(劳务)名称 规格型号 单位 数量 单价 金额 税率 税额",
        "销售方（章）：|填开日期：{day}|备注：",
    ),
    Paper(
        None,
        "采购合同|技术服务合同书|房屋租赁合同",
        "合同编号：HT-{n}|甲方：{firm}|乙方：{firm}|签订日期：{day}|合同金额（大写）：{words}"
        "|合同金额（小写）：¥{sum}"
        "|第五条 乙方应开具增值税专用发票，发票号码须与{invoice}一致，开票日期不迟于{day}|税号：{id}",
        "名称 规格 数量 单价 金额",
        "甲方（盖章）：|乙方（盖章）：",
    ),
    Paper(
        None,
        "报价单|QUOTATION 报价单|销售订单",
        "客户名称：{firm}|报价日期：{day}|有效期至：{day}|联系人：{name}|单号：{ref}|税率：13%"
        "|开户行及账号：示例银行 99{n}",
        "序号 名称 规格型号 单位 数量 单价 金额",
        "合计（大写）：{words}|以上价格含13%增值税专用发票",
    ),
    Paper(
        None,
        "登机牌 BOARDING PASS|BOARDING PASS",
        "姓名 NAME：{name}|航班 FLIGHT：XY9901|日期 DATE：{day}|座位 SEAT：12A|登机口 GATE：C9"
        "|登机时间 BOARDING TIME：08:25|目的地 TO：样城|序号 NO：099",
        "",
        "登机口于起飞前15分钟关闭",
    ),
    Paper(
        None,
        "费用报销单|付款申请单|差旅费报销单|发票登记表",
        "部门：信息部|申请人：{name}|申请日期：{day}|收款单位：{firm}|纳税人识别号：{id}"
        "|发票类型：增值税专用发票|发票号码：{invoice}|开票日期：{day}"
        "|合计（大写）：{words}|（小写）：¥{sum}|开户行及账号：示例银行 99{n}",
        "日期 事由 发票号码 金额 备注",
        "审批人：|出纳：|领款人：",
    ),
    Paper(
        None,
        "付款申请书|请款单|资金支付审批表",
        "付款人：{firm}|收款人：{firm}|用途：支付{invoice}号发票款|开户行：示例银行样东支行"
        "|账号：99{n}0001|金额（大写）：{words}"
        "|金额（小写）：¥{sum}|申请日期：{day}|发票号码：{invoice}|开票日期：{day}|发票种类：电子发票（普通发票）",
        "",
        "申请人：|财务负责人：",
    ),
    Paper(
        None,
        "订单详情|购票成功通知",
        "订单号：{ref}|车次：G9901|出发站：示州北|到达站：样城东|席别：二等座|票价：¥{sum}"
        "|乘车人：{name}|下单时间：{day} 10:00"
        "|电子发票（铁路电子客票）可在开车后180日内申请",
    ),
    Paper(
        None,
        "开票信息|单位开票资料",
        "名称：{firm}|纳税人识别号：{id}|地址、电话：示州市样北路9号 0999-{n}"
        "|开户行及账号：示例银行 99{n}|请开具增值税专用发票",
    ),
    Paper(
        None,
        "送货单|入库单|验收报告",
        "客户：{firm}|单号：{ref}|日期：{day}|经手人：{name}|收货地址：示州市样北路9号",
        "序号 品名 规格 单位 数量 备注",
        "收货人签字：",
    ),
    Paper(
        None,
        "收款收据|收据 RECEIPT",
        "No：{ref}|日期：{day}|今收到：{firm}|交来：货款|金额（大写）：{words}|（小写）：¥{sum}"
        "|收款人：{name}|收款单位（章）：{firm}",
    ),
    Paper(
        None,
        "会议通知|培训签到表",
        "时间：{day}|地点：示州北站附近酒店|主题：电子发票（普通发票）与财政电子票据实务|联系人：{name}",
        "序号 姓名 单位 签字",
    ),
    Paper(
        None,
        "中华人民共和国税收完税证明",
        "No.{ref}|填发日期：{day}|税务机关：示州市税务局|纳税人识别号：{id}|纳税人名称：{firm}"
        "|金额合计（大写）：{words}|¥{sum}",
        "原凭证号 税种 品目名称 税款所属时期 入（退）库日期 实缴（退）金额",
    ),
)


def drawn(seed: int) -> Drawn:
    """The paper of this seed."""
    rng = random.Random(f"paper {seed}")
    how = manner(rng)
    paper = rng.choice(PAPERS)
    draft = Draft(rng.choice(((595, 842), (595, 420), (420, 595))), how, rng)
    title = rng.choice(paper.titles)
    draft.middle(draft.size[0] / 2, 40, title, rng.choice((11, 16, 20)), label=True)
    end = _facts(rng, draft, paper.facts)
    end = _table(rng, draft, paper.head, end)
    for index, text in enumerate(text for text in paper.foot if text):
        draft.put(40, end + 20 + 16 * index, _filled(rng, text))
    return Drawn(f"{seed}.pdf", draft.file(), None, f"{title} {how}", paper.kind)


def _facts(rng: random.Random, draft: Draft, facts: Sequence[str]) -> float:
    """Facts in one column or two; where they end."""
    columns = rng.choice((1, 2)) if draft.size[0] > 500 else 1
    gap, step = rng.choice((0.0, 3.0, 12.0)), rng.choice((14, 18))
    for index, fact in enumerate(facts):
        label, colon, value = _filled(rng, fact).partition("：")
        draft.pair(40 + 270 * (index % columns), 80 + step * (index // columns), label + colon, value, gap)
    return 80 + step * -(-len(facts) // columns)


def _table(rng: random.Random, draft: Draft, head: Sequence[str], top: float) -> float:
    if not head:
        return top
    wide = (draft.size[0] - 70) / len(head)
    size = 9 if wide > 50 else 7
    for column, label in enumerate(head):
        draft.put(40 + wide * column, top + 10, label, size, label=True)
    rows = rng.randrange(1, 6)
    for row in range(rows):
        for column, label in enumerate(head):
            draft.put(40 + wide * column, top + 26 + 14 * row, _cell(rng, label, row), size)
    return top + 26 + 14 * rows


def _cell(rng: random.Random, label: str, row: int) -> str:
    if any(word in label for word in ("日期", "时间", "Date")):
        return f"{_day(rng):%m-%d}"
    if any(
        word in label
        for word in ("金额", "单价", "借方", "贷方", "余额", "支出", "收入", "Debit", "Credit", "税额", "Balance")
    ):
        return money_text(_sum(rng))
    if "发票号码" in label:
        return number(rng)[:12]
    return str(row + 1) if label == "序号" else rng.choice(("样例", "示州北站", "房费", "13%", "9.9", "演示货物", ""))


def _filled(rng: random.Random, text: str) -> str:
    total = _sum(rng)
    return text.format(
        name=rng.choice(PASSENGERS),
        n=rng.randrange(1000, 9999),
        day=f"{_day(rng):{rng.choice(('%Y-%m-%d', '%Y年%m月%d日', '%Y/%m/%d'))}}",
        ref=f"F{rng.randrange(10**9):09}",
        firm=company(rng),
        sum=money_text(total),
        words=to_words(total),
        invoice=number(rng),
        id=IDS[0],
    )


def _day(rng: random.Random) -> date:
    return date(2024, 1, 1) + timedelta(days=rng.randrange(900))


def _sum(rng: random.Random) -> Decimal:
    return Decimal(rng.randrange(100, 10**6)).scaleb(-2)
