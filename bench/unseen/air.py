"""Air itineraries (航空运输电子客票行程单): one flight or several, at home and abroad, printed upright or turned."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from bench.unseen.draft import Draft, Manner, manner
from bench.unseen.judging import Drawn
from bench.unseen.people import NOT_CURRENCY, company, issued, number, party_or_none, passenger
from reimburse.domain.invoice import Invoice, InvoiceKind, Party, Travel
from reimburse.domain.money import CENT, ZERO, money_text

AIRPORTS = (
    ("示州", "SZX"),
    ("样城", "YCX"),
    ("演海虹湾", "YHH"),
    ("示津滨海", "SJB"),
    ("样州", "YZX"),
    ("东京成示", "TKX"),
    ("样西T3", "YXT"),
)
CARRIERS = (("样航", "XY"), ("示州航空", "9C"), ("南样航空", "CZ"), ("演航", "MU"))
CABINS = ("Y", "V", "F", "C", "经济舱", "公务舱", "Y1")
COLUMNS = (
    ("承运人", 124, 40),
    ("航班号", 170, 44),
    ("座位等级", 218, 38),
    ("日期", 262, 56),
    ("时间", 322, 36),
    ("客票级别/客票类别", 362, 72),
    ("客票生效日期", 438, 50),
    ("有效截止日期", 490, 50),
    ("免费行李", 542, 36),
)
PRICES = ("票价", "燃油附加费", "增值税税率", "增值税税额", "民航发展基金", "其他税费", "合计")
RATE = Decimal("0.09")


def drawn(seed: int) -> Drawn:
    """The itinerary of this seed."""
    rng = random.Random(f"air {seed}")
    how = manner(rng)
    flights = _flights(rng)
    prices = _prices(rng)
    told = _told(rng, flights, prices, how)
    return Drawn(
        f"{seed}.pdf", _sheet(rng, told, flights, prices, how).file(), told, f"air {how}", unjudged=NOT_CURRENCY
    )


Flight = tuple[str, str, str, str, str, datetime]


def _flights(rng: random.Random) -> list[Flight]:
    """From, to, carrier, number, cabin and time of each flight."""
    when = datetime(2024, 10, 1, tzinfo=UTC) + timedelta(minutes=5 * rng.randrange(200_000))
    stops = [rng.choice(AIRPORTS)]
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        stops.append(rng.choice([airport for airport in AIRPORTS if airport != stops[-1]]))
    flights = []
    for start, end in pairwise(stops):
        name, code = rng.choice(CARRIERS)
        flights.append((start[0], end[0], name, f"{code}{rng.randrange(100, 9999)}", rng.choice(CABINS), when))
        when += timedelta(minutes=5 * rng.randrange(20, 900))
    return flights


def _prices(rng: random.Random) -> dict[str, Decimal | str]:
    abroad = rng.random() < 0.25
    sign = -1 if rng.random() < 0.06 else 1
    fare, fuel = (sign * Decimal(rng.randrange(0, most)).scaleb(-2) for most in (500_000, 20_000))
    tax = ZERO if abroad else ((fare + fuel) * RATE).quantize(CENT)
    fund = Decimal(sign * rng.choice((0, 50, 50, 90)))
    other = sign * (Decimal(rng.randrange(0, 90_000)).scaleb(-2) if abroad else ZERO)
    rate = rng.choice(("0%", "免税", "--", "0")) if abroad else "9%"
    return dict(zip(PRICES, (fare, fuel, rate, tax, fund, other, fare + fuel + tax + fund + other), strict=True))


def _told(rng: random.Random, flights: list[Flight], prices: dict[str, Decimal | str], how: Manner) -> Invoice:
    first, last = flights[0], flights[-1]
    when = f"{first[5]:%Y-%m-%dT%H:%M}"
    total, tax = Decimal(prices["合计"]), Decimal(prices["增值税税额"])
    return Invoice(
        InvoiceKind.AIR_ITINERARY,
        number(rng),
        issue_date=issued(rng, first[5].date()),
        buyer=party_or_none(rng),
        seller=Party(rng.choice(("样州航空股份有限公司", f"{company(rng)}"))),
        tax_amount=tax,
        total_incl_tax=total,
        red_letter=total < 0,
        travel=Travel(passenger(rng, how.font), first[0], last[1], when, first[3], first[4]),
    )


def _sheet(
    rng: random.Random, told: Invoice, flights: list[Flight], prices: dict[str, Decimal | str], how: Manner
) -> Draft:
    draft = Draft((595, 420), how, rng)
    gap = rng.choice((1.0, 4.0, 9.0))
    draft.middle(297, 22, "电子发票（航空运输电子客票行程单）", 15, label=True)
    draft.pair(20, 66, "国内国际标识：", "国际" if prices["增值税税率"] != "9%" else "国内", gap)
    draft.pair(425, 44, "开具状态：", "红冲" if told.red_letter else "正常", gap)
    draft.pair(425, 79, "发票号码：", told.number, gap, 8)
    _heads(rng, draft, told)
    _segments(rng, draft, flights)
    _money(rng, draft, prices)
    _foot(rng, draft, told, gap)
    if rng.random() < 0.4:
        total = money_text(told.total_incl_tax or ZERO)
        draft.code(372, 42, 45, f"01,61,,{told.number},{total},{told.issue_date:%Y%m%d},,7890")
    return draft


def _heads(rng: random.Random, draft: Draft, told: Invoice) -> None:
    indent = rng.choice((0, 4, 8))
    masked = rng.choice(("990000********1234", "EA1****56", "9900001990****001X"))
    name = told.travel.passenger if told.travel else ""
    for x, label, value in ((20, "旅客姓名", name), (130, "有效身份证件号码", masked), (348, "签注", "不得签转")):
        draft.label(x, 93, label)
        draft.put(x + indent, 114, value if label != "签注" or rng.random() < 0.6 else "")


def _segments(rng: random.Random, draft: Draft, flights: list[Flight]) -> None:
    for label, x, wide in COLUMNS:
        draft.middle(x + wide / 2, 134, label, 8, label=True)
    blank, step = rng.choice((" ", "", " ")), rng.choice((13.0, 15.0))
    clock, day = (
        rng.choice(("%H:%M", "%H:%M", "%H%M")),
        rng.choice(("%Y-%m-%d", "%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d")),
    )
    places = dict(AIRPORTS)
    y = 149.0
    for origin, destination, carrier, flight, cabin, when in flights:
        for label, name in (("自：", origin), ("至：", destination)):
            draft.pair(25, y, label, f"{name}{blank}{places[name]}", 3, 8)
            y += step
        values = (carrier, flight, cabin, f"{when:{day}}", f"{when:{clock}}", "Y50", "", "", "20K")
        for (_, x, wide), value in zip(COLUMNS, values, strict=True):
            draft.middle(x + wide / 2, y - 1.5 * step, value, 8 if draft.width(value, 8) < wide else 7)
    if rng.random() < 0.3:
        draft.pair(25, y, "至：", "VOID", 3, 8)
        for _, x, wide in COLUMNS[:5] if rng.random() < 0.5 else ():
            draft.middle(x + wide / 2, y, "VOID", 8)


def _money(rng: random.Random, draft: Draft, prices: dict[str, Decimal | str]) -> None:
    align, currency = rng.choice(("right", "left", "middle")), rng.choice(("CNY ", "CNY ", "CNY", "", "¥"))
    step = rng.choice((68.0, 80.0))
    left = 570 - step * len(PRICES)
    for index, (label, value) in enumerate(prices.items()):
        x = left + step * index
        draft.label(x, 306, label, 8)
        shown = value if isinstance(value, str) else f"{currency}{money_text(value)}"
        if align == "right":
            draft.right(x + step - 1, 321, shown, 8)
        elif align == "left":
            draft.put(x + 2, 321, shown, 8)
        else:
            draft.middle(x + step / 2, 321, shown, 8)


def _foot(rng: random.Random, draft: Draft, told: Invoice, gap: float) -> None:
    day = told.issue_date
    draft.pair(20, 340, "电子客票号码：", f"999{rng.randrange(10**10):010}", gap)
    draft.pair(200, 340, "验证码：", f"{rng.randrange(10**4):04}", gap)
    draft.pair(290, 340, "提示信息：", rng.choice(("", "XXXX", "请提前两小时到达机场")), gap)
    draft.pair(485, 340, "保险费：", rng.choice(("", "XXX", "20.00", "CNY 30.00")), gap)
    draft.pair(20, 362, "销售网点代号：", rng.choice(("CAN001/08682256", "CGQ118", "")), gap)
    draft.pair(200, 362, "填开单位：", told.seller.name, gap, 8)
    draft.pair(476, 362, "填开日期：", f"{day:{rng.choice(('%Y-%m-%d', '%Y年%m月%d日'))}}" if day else "", gap, 8)
    if told.buyer.name or rng.random() < 0.5:
        draft.pair(20, 384, "购买方名称：", told.buyer.name, gap, 8)
        draft.pair(298, 384, "统一社会信用代码/纳税人识别号：", told.buyer.tax_id, gap, 8)
