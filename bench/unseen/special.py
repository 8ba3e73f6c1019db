"""Fully digitalized invoices of the rarer special businesses, and red-letter ones of both forms with their remarks."""

import random
from dataclasses import replace
from decimal import Decimal

from bench.unseen.businesses import USUAL, Business, columns
from bench.unseen.figures import summed
from bench.unseen.forms import Setting, setting
from bench.unseen.judging import Drawn
from bench.unseen.pages import controlled, digital
from bench.unseen.people import NOT_CURRENCY
from bench.unseen.values import Taste, invoice, negated
from reimburse.domain.invoice import Invoice, InvoiceKey, InvoiceKind, InvoiceLine, Party, TaxTreatment
from reimburse.domain.money import CENT, ZERO

VEHICLE = columns(
    ("项目名称", "item_name", 13),
    ("车辆识别代号/车架号码", "vin", 100),
    ("单 位", "unit", 212),
    ("数 量", "quantity", 244),
    ("单 价", "unit_price", 293),
    ("金 额", "amount_excl_tax", 364),
    ("税率/征收率", "tax_rate", 437),
    ("税 额", "tax_amount", 505),
    end=584,
)
FREIGHT = (
    ("运输工具种类", "运输工具牌号", "起运地", "到达地", "运输货物名称"),
    ("公路运输", "示A00001", "示州市样北路9号", "样城东站", "样品 120 箱"),
)
BOAT_TAX = (
    (
        "保险单号",
        "车牌号/船舶登记号",
        "税款所属期",
        "代收车船税金额",
        "滞纳金金额",
        "金额合计",
        "车辆识别代码/车架号码",
    ),
    ("PDZA20260000000001", "示A00001", "2026-01至2026-12", "360.00", "0.00", "360.00", "LSVAA49J132000001"),
)
CLINIC = (
    ("患者姓名", "就诊日期", "门诊号", "医保类型", "医疗机构类型", "性别"),
    ("演旅客", "2026-02-03", "9900012345", "城镇职工", "综合医院", "女"),
)
STAY = (("住院时间", "病历号", "住院号"), ("2026-02-03 2026-02-09", "9900012", "0099001"))
LAND = (("土地使用权证号", "面积"), ("示(2020)样州国用第0099号", "1200.50"))
SECOND_HAND = (
    ("车牌号", "登记证号", "车辆类型", "厂牌型号", "转入地车辆管理所名称"),
    ("示A00001", "990000123456", "轿车", "样牌XY7001", "示州车管所"),
)
TRAVEL = (
    ("序号", "出行人", "有效身份证件号", "出行日期", "出发地", "到达地", "等级", "交通工具类型"),
    ("1", "演旅客", "9900**********001X", "2025-12-20", "示州北站", "样城东站", "二等座", "火车"),
    ("2", "演甲", "9900**********0021", "2025-12-21", "样城东站", "示州北站", "--", "出租汽车"),
)
RARE = (
    Business("稀土"),
    Business("卷烟"),
    Business("电子烟"),
    Business("矿产品"),
    Business("农产品收购"),
    Business("报废产品收购"),
    Business("差额征税-差额开票"),
    Business("差额征税-全额开票"),
    Business("机动车", VEHICLE, cells=({"vin": "LSVAA49J132000001"}, {"vin": "LFV2A21K0E4000017"})),
    Business("二手车", USUAL, SECOND_HAND),
    Business("代收车船税", USUAL, BOAT_TAX),
    Business("货物运输服务", USUAL, FREIGHT),
    Business("医疗服务（门诊）", USUAL, CLINIC),
    Business("医疗服务（住院）", USUAL, STAY),
    Business("土地使用权出让", USUAL, LAND),
    Business("旅客运输服务", USUAL, TRAVEL),
    Business("拖拉机和联合收割机"),
    Business("出口"),
)
BLUE = (
    "被红冲蓝字数电票号码：{} 红字发票信息确认单编号：{}",
    "被红冲蓝字数电发票号码：{} 红字发票信息确认单编号：{}",
    "被红冲蓝字数电票号码:{};红字发票信息确认单编号:{}",
    "对应蓝字发票号码：{} 红字确认单编号：{}",
    "被红冲蓝字数电发票号码：{}",
)
BLUE_OLD = ("被红冲蓝字税控发票代码：{} 号码：{}", "被红冲蓝字发票代码：{} 被红冲蓝字发票号码：{}")
PAPER_BLUE = (
    "对应正数发票代码:{}号码:{}",
    "对应正数发票代码：{} 号码：{}",
    "对应正数发票代码:{} 号码:{} 开具红字增值税专用发票信息表编号9900001234567890",
)
OTHERS = (
    "对应电子发票（铁路电子客票）3张，增值税专用发票1张",
    "原增值税电子普通发票 发票代码：099000000211 发票号码：12345678 校验码：12345678901234567890",
    "附销货清单一份",
    "开票日期：2020年01月01日之发票作废重开 机器编号：990000000001",
)
UNHEARD = ("样例要素", "甲方编号", "作业区段", "起止桩号", "批次号", "检验类别", "合同期次", "样品等级")
DIGITAL = (InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL)
OLD = (InvoiceKind.GENERAL_ELECTRONIC, InvoiceKind.SPECIAL_ELECTRONIC)
REDUCED = tuple(Decimal(rate) for rate in ("0.005", "0.015", "0.02", "0.03", "0.01"))


def drawn(seed: int) -> Drawn:
    """The invoice of this seed."""
    rng = random.Random(f"special {seed}")
    how = setting(rng)
    if rng.random() < 0.25:
        return _old(rng, seed, how)
    if rng.random() < 0.08:
        return _blockchain(rng, seed, how)
    business = rng.choice((*RARE, *[_unheard(rng)] * 4))
    told = invoice(
        rng, Taste(rng.choice(DIGITAL), rng.choice((1, 3)), frozenset(each.field for each in business.columns))
    )
    told = _changed(rng, told, business)
    if rng.random() < 0.3:
        told = _red(rng, told)
    elif rng.random() < 0.2:
        told = replace(told, remark=rng.choice(OTHERS))
    return Drawn(f"{seed}.pdf", digital(told, business, how), told, f"{business.word} {how}", unjudged=NOT_CURRENCY)


def _unheard(rng: random.Random) -> Business:
    """A business of tomorrow: its block has labels that nobody knows."""
    names = rng.sample(UNHEARD, rng.choice((2, 3, 4, 6)))
    row = [rng.choice(("990-1", "示州市湖东区", "2026-03-02", "0099", "甲级", "120.00")) for _ in names]
    return Business("样例业务", USUAL, (names, row))


def _old(rng: random.Random, seed: int, how: Setting) -> Drawn:
    told = invoice(rng, Taste(rng.choice(OLD), 2))
    if rng.random() < 0.5:
        code, number = f"0990{rng.randrange(10**8):08}", f"{rng.randrange(10**8):08}"
        told = replace(
            _negative(told), red_letter_of=InvoiceKey(code, number), remark=rng.choice(PAPER_BLUE).format(code, number)
        )
    else:
        told = _by_difference(rng, told)
    return Drawn(f"{seed}.pdf", controlled(rng, told, how), told, f"old {how}", unjudged=NOT_CURRENCY)


def _blockchain(rng: random.Random, seed: int, how: Setting) -> Drawn:
    """The old form without machine and check code; its QR code is an address that this one does not show."""
    told = invoice(rng, Taste(InvoiceKind.GENERAL_ELECTRONIC, 2))
    told = replace(told, kind=InvoiceKind.BLOCKCHAIN, check_code=None, machine_number=None)
    data = controlled(rng, told, replace(how, code=False))
    return Drawn(f"{seed}.pdf", data, told, f"blockchain {how}", unjudged=NOT_CURRENCY)


def _changed(rng: random.Random, told: Invoice, business: Business) -> Invoice:
    if business.word.startswith("差额"):
        return _by_difference(rng, told)
    if business.word.endswith("收购"):
        told = replace(told, seller=Party(rng.choice(("演农户", "欧阳示例")), rng.choice(("9900001990****001X", None))))
        return summed(
            told, [replace(line, tax_rate=None, tax_amount=ZERO, treatment=TaxTreatment.EXEMPT) for line in told.lines]
        )
    if rng.random() < 0.3:
        rate = rng.choice(REDUCED)
        return summed(told, [_at(line, rate) for line in told.lines])
    return told


def _at(line: InvoiceLine, rate: Decimal) -> InvoiceLine:
    tax = ((line.amount_excl_tax or ZERO) * rate).quantize(CENT)
    return replace(line, tax_rate=rate, treatment=None, tax_amount=tax)


def _by_difference(rng: random.Random, told: Invoice) -> Invoice:
    """Taxed on a margin: the tax is not the rate's, which may be printed as stars."""
    line = replace(told.lines[0], quantity=None, unit_price=None, treatment=None)
    amount = abs(line.amount_excl_tax or CENT) + 10
    share = Decimal(rng.randrange(1, 90)).scaleb(-2)
    rate = None if rng.random() < 0.7 else Decimal("0.05")
    line = replace(
        line, amount_excl_tax=amount, tax_rate=rate, tax_amount=(amount * share * Decimal("0.05")).quantize(CENT)
    )
    remark = f"差额征税：{(amount * (1 - share)).quantize(CENT)}。"
    return replace(summed(told, [line]), remark=remark, red_letter=False)


def _negative(told: Invoice) -> Invoice:
    return told if told.red_letter else summed(told, [negated(line) for line in told.lines])


def _red(rng: random.Random, told: Invoice) -> Invoice:
    """Takes back an invoice that its remark names: a fully digitalized one or one with a code."""
    blue = f"25992000{rng.randrange(10**12):012}"
    told = _negative(told)
    words = told.total_in_words or ""
    told = replace(
        told, total_in_words=rng.choice((words, words.replace("（负数）", "负"), words.replace("（负数）", "(负数)")))
    )
    if rng.random() < 0.75:
        remark = rng.choice(BLUE).format(blue, f"9900{rng.randrange(10**18):018}")
        return replace(told, remark=remark, red_letter_of=InvoiceKey("", blue))
    code, number = f"0990{rng.randrange(10**8):08}", f"{rng.randrange(10**8):08}"
    return replace(told, remark=rng.choice(BLUE_OLD).format(code, number), red_letter_of=InvoiceKey(code, number))
