"""Bills of other forms: rolls, vehicles new and used, taxis, fixed amounts, machine-printed and fiscal ones."""

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from bench.unseen.bill_facts import bill, day_of, total_of, words_of
from bench.unseen.draft import Draft, Manner, manner
from bench.unseen.judging import Drawn
from bench.unseen.people import NOT_CURRENCY, company
from bench.unseen.values import IDS, PEOPLE
from bench.unseen.vehicles import new_vehicle, used_vehicle
from reimburse.domain.invoice import Invoice, InvoiceKind, Party
from reimburse.domain.money import CENT


def drawn(seed: int) -> Drawn:
    """The bill of this seed."""
    rng = random.Random(f"bill {seed}")
    how = manner(rng, scanned=rng.random() < 0.4)
    name = rng.choice(sorted(BILLS))
    told, draft = BILLS[name](rng, how)
    return Drawn(f"{seed}.pdf", draft.file(), told, f"{name} {how}", unjudged=NOT_CURRENCY)


def _roll(rng: random.Random, how: Manner) -> tuple[Invoice, Draft]:
    told = bill(rng, InvoiceKind.GENERAL_ROLL)
    told = replace(
        told,
        buyer=rng.choice((Party("个人"), Party(company(rng), IDS[0]), Party())),
        seller=Party(company(rng), IDS[1]),
        check_code=f"{rng.randrange(10**20):020}",
        machine_number=f"99{rng.randrange(10**10):010}",
        total_in_words=words_of(rng, told),
        payee=rng.choice(PEOPLE),
    )
    draft = Draft((rng.choice((215, 162)), 520), how, rng)
    draft.middle(draft.size[0] / 2, 20, "示例增值税普通发票（卷票）", 11, label=True)
    draft.middle(draft.size[0] / 2, 36, "发票联", 9, label=True)
    check = told.check_code or ""
    money = total_of(told)
    facts = [
        ("发票代码：", told.code),
        ("发票号码：", told.number),
        ("机打号码：", told.number),
        ("机器编号：", told.machine_number),
        ("销售方名称：", told.seller.name),
        ("纳税人识别号：", told.seller.tax_id),
        ("开票日期：", day_of(rng, told)),
        ("收款员：", told.payee),
        ("购买方名称：", told.buyer.name),
        ("纳税人识别号：", told.buyer.tax_id),
    ]
    end = _facts(rng, draft, facts, 54)
    for x, label, value in (
        (8, "项目", "*餐饮服务*餐费"),
        (80, "单价", money),
        (110, "数量", "1"),
        (130, "金额", money),
    ):
        draft.label(x, end + 6, label, 8)
        draft.put(x if x < 80 else x * draft.size[0] / 168, end + (20 if x < 80 else 31), value, 6)
    total = [
        ("合计金额（小写）：", f"￥{money}"),
        ("合计金额（大写）：", told.total_in_words),
        ("校验码：", " ".join(check[at : at + 5] for at in range(0, 20, 5))),
    ]
    _facts(rng, draft, total, end + 48)
    return told, draft


def _facts(rng: random.Random, draft: Draft, facts: list[tuple[str, str | None]], top: float) -> float:
    """Labels and values one below the other; a value that is too wide goes on below or is set small."""
    gap = rng.choice((0.0, 2.0))
    small = rng.random() < 0.5
    for label, value in facts:
        start, size = 8 + draft.width(label, 8) + gap, 8.0
        room = draft.size[0] - start - 4
        while small and draft.width(value or "", size) > room and size > 4:
            size -= 0.25
        cut = next((cut for cut in range(len(value or ""), 0, -1) if draft.width((value or "")[:cut], size) <= room), 0)
        draft.pair(8, top, label, (value or "")[:cut], gap, 8) if size == 8 else draft.pair(8, top, label, "", gap, 8)
        if size < 8:
            draft.put(start, top, (value or "")[:cut], size)
        if rest := (value or "")[cut:]:
            top += 10
            draft.put(start, top, rest, size)
        top += 13
    return top


def _taxi(rng: random.Random, how: Manner) -> tuple[Invoice, Draft]:
    told = bill(rng, InvoiceKind.TAXI)
    told = replace(told, total_incl_tax=Decimal(rng.randrange(80, 3000)).scaleb(-1).quantize(CENT))
    draft = Draft((160, 420), how, rng)
    draft.middle(
        80, 20, rng.choice(("示例市出租汽车专用发票", "示例省出租汽车统一车票发票", "示州市出租车发票")), 12, label=True
    )
    facts = [
        ("发票代码：", told.code),
        ("发票号码：", told.number),
        ("车号：", "示A00001"),
        ("证号：", "990123"),
        ("日期：", day_of(rng, told)),
        ("上车：", "08:10"),
        ("下车：", "08:42"),
        ("单价：", "2.40元"),
        ("里程：", "9.9km"),
        ("等候：", "00:02:10"),
        ("金额：", f"{rng.choice(('￥', '¥', ''))}{total_of(told)}{rng.choice(('', '元'))}"),
        ("电话：", "0999-60000001"),
    ]
    _facts(rng, draft, facts, 46)
    return told, draft


def _fixed(rng: random.Random, how: Manner) -> tuple[Invoice, Draft]:
    told = replace(
        bill(rng, InvoiceKind.FIXED_AMOUNT),
        issue_date=None,
        total_incl_tax=Decimal(rng.choice((10, 20, 50, 100))).quantize(CENT),
    )
    draft = Draft((240, 160), how, rng)
    draft.middle(
        120,
        18,
        rng.choice(("示例省通用定额发票", "示例市地方税务局通用定额发票", "国家税务总局示例省税务局通用定额发票")),
        11,
        label=True,
    )
    draft.pair(20, 44, "发票代码：", told.code)
    draft.pair(20, 58, "发票号码：", told.number)
    told = replace(told, total_in_words=words_of(rng, told))
    draft.put(70, 84, told.total_in_words, 14)
    if rng.random() < 0.6:
        draft.put(90, 106, f"￥{total_of(told)}", 10)
    draft.put(20, 136, "收款单位（盖章有效）", 8, label=True)
    return told, draft


def _machine(rng: random.Random, how: Manner) -> tuple[Invoice, Draft]:
    told = replace(bill(rng, InvoiceKind.OTHER), drawer=rng.choice(PEOPLE), payee=rng.choice(PEOPLE))
    told = replace(told, total_in_words=words_of(rng, told))
    draft = Draft((595, 340), how, rng)
    draft.middle(297, 22, rng.choice(("示例省通用机打发票", "示例省国家税务局通用机打发票")), 18, label=True)
    for y, label, value in ((50, "发票代码：", told.code), (64, "发票号码：", told.number)):
        draft.pair(420, y, label, value)
    draft.pair(40, 64, "开票日期：", day_of(rng, told))
    draft.pair(40, 90, "付款单位：", company(rng))
    draft.pair(40, 108, "项目：", "住宿费")
    draft.pair(40, 220, "合计（大写）：", told.total_in_words)
    draft.pair(400, 220, "（小写）：", f"￥{total_of(told)}")
    draft.pair(40, 260, "开票人：", told.drawer, 3)
    draft.pair(240, 260, "收款人：", told.payee, 3)
    draft.put(430, 260, "收款单位（盖章）：", label=True)
    return told, draft


def _fiscal(rng: random.Random, how: Manner) -> tuple[Invoice, Draft]:
    told = replace(
        bill(rng, InvoiceKind.FISCAL),
        code=f"9906{rng.randrange(10**4):04}",
        number=f"{rng.randrange(10**10):010}",
        buyer=Party(rng.choice(("演旅客", company(rng)))),
        seller=Party(rng.choice(("样州市示例医院", "示州市公安局出入境管理局", "示例大学（样州校区）"))),
        reviewer=rng.choice((None, *PEOPLE)),
        payee=rng.choice((None, *PEOPLE)),
    )
    told = replace(told, total_in_words=words_of(rng, told))
    titles = (
        "示例省医疗门诊收费票据（电子）",
        "示例省非税收入通用票据（电子）",
        "中央非税收入统一票据（电子）",
        "示例省财政电子票据",
        "示例省医疗住院收费票据（电子）",
    )
    draft = Draft((595, 397), how, rng)
    draft.middle(297, 20, rng.choice(titles), 16, label=True)
    gap = rng.choice((0.0, 2.0, 8.0))
    code = rng.choice(("交款人统一社会信用代码：", "交款人统一社会信用代码："))
    for x, y, label, value in (
        (25, 56, "票据代码：", told.code),
        (400, 56, "票据号码：", told.number),
        (25, 72, code, ""),
        (400, 72, "校验码：", "a1b2c3"),
        (25, 88, "交款人：", told.buyer.name),
        (400, 88, "开票日期：", day_of(rng, told)),
    ):
        draft.pair(x, y, label, value, gap)
    for x, label, value in (
        (30, "项目编码", "990101"),
        (120, "项目名称", "诊察费"),
        (230, "单位", "次"),
        (290, "数量", "1"),
        (360, "标准", total_of(told)),
        (440, "金额（元）", total_of(told)),
        (530, "备注", ""),
    ):
        draft.label(x, 112, label)
        draft.put(x, 128, value)
    draft.pair(30, 300, "金额合计（大写）", told.total_in_words, 4)
    draft.pair(400, 300, "（小写）", f"{rng.choice(('', '¥'))}{total_of(told)}", 3)
    for x, label, value in (
        (25, "收款单位（章）：", told.seller.name),
        (280, "复核人：", told.reviewer),
        (420, "收款人：", told.payee),
    ):
        draft.pair(x, 350, label, value, gap)
    return told, draft


BILLS: dict[str, Callable[[random.Random, Manner], tuple[Invoice, Draft]]] = {
    "roll": _roll,
    "vehicle": new_vehicle,
    "used vehicle": used_vehicle,
    "taxi": _taxi,
    "fixed": _fixed,
    "machine": _machine,
    "fiscal": _fiscal,
}
