"""Fictional invoices drawn at random: what real ones vary in, from long names to remarks full of other numbers."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from reimburse.domain.amount_words import to_words
from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine, Party, TaxTreatment
from reimburse.domain.money import CENT, ZERO

CITIES = ("示州", "样城", "演海", "示津", "样州市湖东区", "示例省样南县")
TRADES = ("信息技术", "餐饮管理", "出行科技", "百货贸易", "建设工程", "酒店管理", "能源", "Cloud科技", "物流供应链管理")
ENDINGS = (
    "有限公司",
    "股份有限公司",
    "（有限合伙）",
    "有限公司第九分公司",
    "（样本）有限责任公司",
    "商行",
    "（个体工商户）",
    "集团有限公司",
)
CLASSES = (
    "信息技术服务",
    "餐饮服务",
    "住宿服务",
    "运输服务",
    "其他食品",
    "纸制品",
    "计算机外部设备",
    "经纪代理服务",
    "研发和技术服务",
)
GOODS = (
    "技术服务费",
    "餐费",
    "住宿费",
    "客运服务费",
    "A4复印纸 70g 500张/包",
    "Type-C充电线1.5m*2条装",
    "92号车用汽油",
    "会务费（含场地）",
    "一字形螺丝批3.2x75MM",
    "样品铺子臭豆腐休闲零食黑色油炸豆腐干香辣味零食小吃120g",
    "代订机票服务费",
    "办公桌(1.2米)",
    "LED显示屏P2.5",
    "软件维护2026年1月至12月",
    "矿泉水550ml*24瓶",
    "（促销）洗衣液3kg",
    "电子元器件-连接器JST-XH2.54",
    "2024年度审计费",
    "打印机硒鼓CF388A黑色",
)
SPECIFICATIONS = (
    None,
    None,
    None,
    "62202",
    "XL/黑色",
    "500ml*12瓶",
    "无",
    "HP-1108 Pro",
    "92#",
    "标准间（含双早）",
    "1.2m*0.6m*0.75m",
    "V3.0企业版永久授权50用户",
)
UNITS = (None, "项", "次", "个", "千克", "kWh", "平方米", "箱/件", "套", "间夜")
RATES = tuple(Decimal(rate) for rate in ("0.13", "0.09", "0.06", "0.05", "0.03", "0.01", "0.015"))
UNTAXED = (TaxTreatment.EXEMPT, TaxTreatment.NOT_TAXED)
IDS = ("91990000MA0DEM0011", "91990000MA0DEM0024", "91990000MA0DEM0037")
PEOPLE = ("演甲", "演乙一", "欧阳示例", "系统管理员", "诺诺", "Admin")
REMARKS = (
    "购方开户银行:示例银行（样本）有限公司示州分行;    银行账号:990000000101;",
    "销方开户银行:样行样州湖东支行;    银行账号:99000000000000202;",
    "订单号:26030299000123456789",
    "合同编号：HT-2026-0302/01",
    "收款人:演壬一;    复核人:演癸一",
    "土地增值税项目编号：无 跨地（市）标志：否",
    "租赁期：2026-01-01至2026-12-31",
    "税号91990000MA0DEM0037",
    "差额征税：22.31。",
    "原发票号码25992000000000004453已红冲",
    "共3笔 合计金额500.00元",
    "联系电话:0999-60000001",
    "入离日期:11-5至11-9,共8天,共2间",
    "开票日期2026年01月02日以前的消费",
    "备注说明：以实际为准",
    "金额（小写）以合同为准",
    "车牌号：示A00001 驾驶员：演司机",
)


@dataclass(frozen=True, slots=True)
class Taste:
    """What kind of invoice to draw."""

    kind: InvoiceKind
    most_lines: int = 6
    columns: frozenset[str] = frozenset({"specification", "unit", "quantity", "unit_price"})
    """What the form has columns for beside names and amounts."""


def invoice(rng: random.Random, taste: Taste) -> Invoice:
    """An invoice whose figures add up."""
    lines = _lines(rng, taste)
    if rng.random() < 0.12:
        lines = [negated(line) for line in lines]
    net = sum((line.amount_excl_tax or ZERO for line in lines), ZERO)
    tax = sum((line.tax_amount or ZERO for line in lines), ZERO)
    digital = taste.kind in {InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.GENERAL_DIGITAL}
    special = taste.kind in {InvoiceKind.SPECIAL_DIGITAL, InvoiceKind.SPECIAL_ELECTRONIC}
    return Invoice(
        kind=taste.kind,
        number=f"26992000{rng.randrange(10**12):012}" if digital else f"{rng.randrange(10**8):08}",
        code=None if digital else f"0990{rng.randrange(10**6):06}{_ending(taste.kind)}",
        check_code=None if digital else f"{rng.randrange(10**20):020}",
        machine_number=None if digital else f"99{rng.randrange(10**10):010}",
        issue_date=date(2019, 1, 1) + timedelta(days=rng.randrange(2600)),
        buyer=_buyer(rng, special=special, digital=digital),
        seller=_party(rng, IDS[1], digital=digital),
        lines=tuple(lines),
        amount_excl_tax=net,
        tax_amount=tax,
        total_incl_tax=net + tax,
        total_in_words=to_words(net + tax),
        payee=None if digital else rng.choice((None, *PEOPLE)),
        reviewer=None if digital else rng.choice((None, *PEOPLE)),
        drawer=rng.choice(PEOPLE),
        remark="\n".join(rng.sample(REMARKS, rng.choice((0, 0, 1, 2, 3, 5)))) or None,
        red_letter=net + tax < 0,
    )


def _ending(kind: InvoiceKind) -> str:
    return {InvoiceKind.SPECIAL_ELECTRONIC: "13", InvoiceKind.TOLL: "12"}.get(kind, "11")


def _buyer(rng: random.Random, *, special: bool, digital: bool) -> Party:
    if not special and rng.random() < 0.1:
        return Party(name="个人")
    return _party(rng, IDS[0], digital=digital)


def _party(rng: random.Random, tax_id: str, *, digital: bool) -> Party:
    name = rng.choice(CITIES) + rng.choice(("云桥", "顺行", "QX", "星湖湾")) + rng.choice(TRADES) + rng.choice(ENDINGS)
    if digital:
        return Party(name=name, tax_id=tax_id)
    address = f"{rng.choice(CITIES)}样北路{rng.randrange(1, 999)}号 099-6000{rng.randrange(10**4):04}"
    bank = f"示例银行样东支行 9900000{rng.randrange(10**8):08}"
    return Party(name, tax_id, rng.choice((address, None)), rng.choice((bank, None)))


def _lines(rng: random.Random, taste: Taste) -> list[InvoiceLine]:
    lines: list[InvoiceLine] = []
    rates = [rng.choice(RATES) for _ in range(rng.choice((1, 1, 1, 2, 4)))]
    treatment = rng.choice(UNTAXED) if rng.random() < 0.08 else None
    for _ in range(rng.choice((1, 1, 1, 2, 3, taste.most_lines))):
        line = _line(rng, rng.choice(rates), treatment, taste)
        lines.append(line)
        if rng.random() < 0.12:
            lines.append(_discount(rng, line))
    return lines[: taste.most_lines]


def _line(rng: random.Random, rate: Decimal, treatment: TaxTreatment | None, taste: Taste) -> InvoiceLine:
    amount = Decimal(rng.choice((rng.randrange(1, 10**4), rng.randrange(1, 10**6), rng.randrange(1, 10**9)))).scaleb(-2)
    quantity, price = _quantity(rng, amount) if "quantity" in taste.columns else (None, None)
    tax = ZERO if treatment else (amount * rate).quantize(CENT)
    return InvoiceLine(
        item_name=f"*{rng.choice(CLASSES)}*{rng.choice(GOODS)}",
        specification=rng.choice(SPECIFICATIONS) if "specification" in taste.columns else None,
        unit=rng.choice(UNITS) if "unit" in taste.columns else None,
        quantity=quantity,
        unit_price=price,
        amount_excl_tax=amount,
        tax_rate=None if treatment else rate,
        tax_amount=tax,
        treatment=treatment,
    )


def _quantity(rng: random.Random, amount: Decimal) -> tuple[Decimal | None, Decimal | None]:
    form = rng.random()
    if form < 0.2:
        return None, None
    if form < 0.5:
        return Decimal(1), amount
    places = rng.choice((2, 4, 8, 13))
    quantity = Decimal(rng.randrange(2, 400)) if form < 0.8 else Decimal(rng.randrange(1, 10**8)).scaleb(-6)
    price = (amount / quantity).quantize(Decimal(1).scaleb(-places))
    return (quantity, price) if price else (None, None)


def _discount(rng: random.Random, line: InvoiceLine) -> InvoiceLine:
    share = Decimal(rng.randrange(1, 30)).scaleb(-2)
    amount = -((line.amount_excl_tax or ZERO) * share).quantize(CENT)
    tax = -((line.tax_amount or ZERO) * share).quantize(CENT)
    return replace(
        line,
        specification=None,
        unit=None,
        quantity=None,
        unit_price=None,
        amount_excl_tax=amount or -CENT,
        tax_amount=tax,
    )


def negated(line: InvoiceLine) -> InvoiceLine:
    """The line with its figures' signs changed."""
    quantity = None if line.quantity is None else -line.quantity
    return replace(
        line, quantity=quantity, amount_excl_tax=-(line.amount_excl_tax or ZERO), tax_amount=-(line.tax_amount or ZERO)
    )


def rate_text(line: InvoiceLine) -> str:
    """The rate as the form prints it; a margin's tax has none."""
    if line.treatment:
        return {TaxTreatment.EXEMPT: "免税", TaxTreatment.NOT_TAXED: "不征税"}[line.treatment]
    if line.tax_rate is None:
        return "***"
    return f"{line.tax_rate * 100:f}".rstrip("0").rstrip(".") + "%"
