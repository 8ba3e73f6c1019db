"""Railway e-tickets (铁路电子客票): bought, refunded and changed, with and without the voucher inside the file."""

import io
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pypdfium2

from bench.unseen.draft import Draft, Manner, manner
from bench.unseen.judging import Drawn
from bench.unseen.people import NOT_CURRENCY, issued, number, party_or_none, passenger
from reimburse.domain.invoice import Invoice, InvoiceKind, Party, Travel
from reimburse.domain.money import CENT, money_text

STATIONS = (
    ("示州北", "Shizhoubei"),
    ("样城东", "Yangchengdong"),
    ("演海", "Yanhai"),
    ("示津西", "Shijinxi"),
    ("样州虹湾", "Yangzhou Hongwan"),
    ("示南开发区", "Shinan Kaifaqu"),
    ("三样坪", "Sanyangping"),
    ("站前", "Zhanqian"),
    ("样", "Yang"),
)
TRAINS = ("G{}", "G{}", "D{}", "C{}", "Z{}", "T{}", "K{}", "Y{}", "S{}", "{}")
SEATS = {
    "GDC": ("二等座", "二等座", "一等座", "商务座", "特等座", "优选一等座", "一等卧", "二等卧", "动卧"),
    "ZTKYS": (
        "新空调硬座",
        "新空调硬卧",
        "新空调软卧",
        "新空调软座",
        "硬座",
        "硬卧",
        "软卧",
        "高级软卧",
        "新空调硬卧代硬座",
    ),
}
SLEEPER = ("上铺", "中铺", "下铺")
FARES = ("票价:", "票价:", "票价:", "票价：", "退票费:", "退票费：", "改签费:", "变更到站费:", "差额退票费:")
MARKS = ("", "", "", "学", "学惠", "惠", "折", "儿童票", "学生票", "优惠")
NOTES = ("", "", "仅供报销使用", "始发改签", "变更到站", "换票", "退票", "中途下车")
RATE = Decimal("0.09")


def drawn(seed: int) -> Drawn:
    """The ticket of this seed."""
    rng = random.Random(f"rail {seed}")
    how = manner(rng)
    told, carriage = _ticket(rng, how.font)
    sheet = _sheet(rng, told, carriage, how)
    voucher = rng.random() < 0.3
    data = _with_voucher(sheet.file(), told) if voucher else sheet.file()
    if not voucher:
        told = _without_tax(told)
    return Drawn(f"{seed}.pdf", data, told, f"rail {'xbrl ' if voucher else ''}{how}", unjudged=NOT_CURRENCY)


def _ticket(rng: random.Random, font: str) -> tuple[Invoice, str]:
    train = rng.choice(TRAINS).format(rng.choice((rng.randrange(1001, 9999), rng.randrange(1001, 9999))))
    if train[0].isalpha() and rng.random() < 0.4:
        train = f"{train[0]}{rng.randrange(1, 999)}"
    seats = next((seats for letters, seats in SEATS.items() if train[0] in letters), SEATS["ZTKYS"])
    seat = rng.choice(seats)
    total = Decimal(rng.randrange(10, 30000) * 50).scaleb(-2) * (-1 if rng.random() < 0.05 else 1)
    net = (total / (1 + RATE)).quantize(CENT)
    origin, destination = rng.sample(STATIONS, 2)
    departs = datetime(2024, 11, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(900_000))
    told = Invoice(
        InvoiceKind.RAIL_TICKET,
        number(rng),
        issue_date=issued(rng, departs.date()),
        buyer=party_or_none(rng),
        amount_excl_tax=net,
        tax_amount=total - net,
        total_incl_tax=total,
        red_letter=total < 0,
        travel=Travel(passenger(rng, font), origin[0], destination[0], f"{departs:%Y-%m-%dT%H:%M}", train, seat),
    )
    return told, _place(rng, seat)


def _place(rng: random.Random, seat: str) -> str:
    carriage = f"{rng.choice(('', '加'))}{rng.randrange(1, 18):02}车"
    if "卧" in seat and "座" not in seat:
        return f"{carriage}{rng.randrange(1, 20):02}号{rng.choice(SLEEPER)}"
    return carriage + rng.choice(
        ("无座", "不对号入座", f"{rng.randrange(1, 118):03}号", f"{rng.randrange(1, 20):02}{rng.choice('ABCDF')}号")
    )


def _without_tax(told: Invoice) -> Invoice:
    return replace(told, amount_excl_tax=None, tax_amount=None)


def _sheet(rng: random.Random, told: Invoice, carriage: str, how: Manner) -> Draft:
    draft = Draft((496, 283), how, rng)
    gap = rng.choice((0.0, 1.0, 6.0))
    title = "电子发票（铁路电子客票）"
    draft.middle(248, 24, title, rng.choice((14, 16)), label=True)
    day = told.issue_date
    draft.pair(25, 59, "发票号码：", told.number, gap, 10)
    draft.pair(350, 59, "开票日期：", f"{day:%Y年%m月%d日}" if day else "", gap, 10)
    _journey(rng, draft, told, carriage)
    _fare(rng, draft, told, gap)
    _passenger(rng, draft, told)
    _buyer(rng, draft, told.buyer, gap)
    draft.put(91, 244, "买票请到12306 发货请到95306", label=True)
    draft.put(100, 256, "中国铁路祝您旅途愉快", label=True)
    if rng.random() < 0.5:
        total = money_text(told.total_incl_tax or Decimal(0))
        draft.code(402, 145, 62, f"01,51,,{told.number},{total},{day:%Y%m%d},,99ee")
    return draft


def _journey(rng: random.Random, draft: Draft, told: Invoice, carriage: str) -> None:
    travel = told.travel or Travel()
    pinyin = dict(STATIONS)
    for x, name in ((61, travel.origin or ""), (350, travel.destination or "")):
        size = 17 if len(name) < 6 else 13
        if rng.random() < 0.5:
            draft.put(x, 88, f"{name}站", size)
        else:
            end = draft.put(x, 88, name, size)
            draft.label(end + rng.choice((0, 2, 6)), 92 if size == 17 else 89, "站", 12)
        if rng.random() < 0.9:
            draft.put(x, 111, pinyin[name], 8)
    draft.middle(248, 90, travel.vehicle, 15)
    departs = datetime.fromisoformat(travel.departs_at or "")
    apart = rng.choice((6.0, 26.0))
    end = draft.put(25, 128, f"{departs:%Y年%m月%d日}", 11)
    draft.put(end + apart, 128, f"{departs:%H:%M}开", 11)
    draft.put(301, 128, carriage, 11)
    end = draft.put(390, 128, travel.seat, 11)
    draft.put(end + 4, 129, rng.choice(MARKS), 9)


def _fare(rng: random.Random, draft: Draft, told: Invoice, gap: float) -> None:
    label = rng.choice(FARES)
    amount = money_text(told.total_incl_tax or Decimal(0))
    if rng.random() < 0.4:
        end = draft.put(25, 149, f"{label}￥{amount}", 12)
    else:
        end = draft.put(draft.put(25, 149, label, 12, label=True) + gap, 149, rng.choice(("￥", "¥")), 12)
        end = draft.put(end + gap, 149, amount, rng.choice((12, 14)))
    before = "原票价" if not label.startswith("票价") and rng.random() < 0.5 else ""
    note = f"{before}:￥{rng.randrange(10, 900)}.50" if before else rng.choice(NOTES)
    draft.put(end + 20, 150, note, 9, label=True)


def _passenger(rng: random.Random, draft: Draft, told: Invoice) -> None:
    masked = rng.choice(
        ("9900001990****001X", "9900002003****1234", "EA1****56", "H0****123", "W123***78", "9900********001X")
    )
    name = (told.travel.passenger if told.travel else None) or ""
    if rng.random() < 0.3:
        draft.put(25, 175, f"{masked} {name}", 11)
    else:
        draft.put(max(draft.put(25, 175, masked, 11) + 12, 150), 175, name, 11)
    draft.pair(25, 194, "电子客票号：", f"999012345{rng.randrange(10**12):012}2025", 0.0)


def _buyer(rng: random.Random, draft: Draft, buyer: Party, gap: float) -> None:
    if not buyer.name and rng.random() < 0.6:
        return
    label, tax = (
        "购买方名称：",
        rng.choice(("统一社会信用代码：", "统一社会信用代码：", "统一社会信用代码/纳税人识别号：")),
    )
    name = buyer.name or ""
    size = 9.0
    lines = [name]
    room = 480 - draft.width(tax + (buyer.tax_id or ""), 9) - 30 - draft.width(label, 9) - gap
    if rng.random() < 0.5:
        while draft.width(name, size) > room and size > 5:
            size -= 0.25
    elif draft.width(name, 9) > room:
        cut = next(cut for cut in range(len(name), 0, -1) if draft.width(name[:cut], 9) <= room)
        lines = [name[:cut], name[cut:]]
    start = draft.label(25, 213, label, 9) + gap
    for index, line in enumerate(lines):
        draft.put(start, 213 + 11 * index, line, size)
    left = max(250.0 if rng.random() < 0.5 else 0.0, start + draft.width(lines[0], size) + 12)
    left = min(left, 490 - draft.width(tax + (buyer.tax_id or ""), 9) - gap)
    draft.pair(left, 213, tax, buyer.tax_id, gap)


def _with_voucher(data: bytes, told: Invoice) -> bytes:
    """The file with the issuer's XBRL inside."""
    pdf = pypdfium2.PdfDocument(data)
    attachment = pdf.new_attachment(f"rai_issuer_{told.issue_date:%Y%m%d}_{told.number}.xml")
    attachment.set_data(_xbrl(told).encode())
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def _xbrl(told: Invoice) -> str:
    travel = told.travel or Travel()
    day, _, clock = (travel.departs_at or "").partition("T")
    facts = {
        "TypeOfVoucher": "电子发票（铁路电子客票）",
        "ElectronicInvoiceRailwayETicketNumber": told.number,
        "DateOfIssue": told.issue_date,
        "DepartureStation": travel.origin,
        "DestinationStation": travel.destination,
        "TrainNumber": travel.vehicle,
        "TravelDate": day,
        "DepartureTime": clock,
        "SeatLevel": travel.seat,
        "Fare": told.total_incl_tax,
        "TotalAmountExcludingTax": told.amount_excl_tax,
        "TaxRate": RATE,
        "TaxAmount": told.tax_amount,
        "Name": travel.passenger,
        "NameOfPurchaser": told.buyer.name,
        "UnifiedSocialCreditCodeOfPurchaser": told.buyer.tax_id,
    }
    body = "".join(f'<rai:{name} contextRef="c1">{value or ""}</rai:{name}>' for name, value in facts.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?><xbrl xmlns="http://www.xbrl.org/2003/instance" '
        f'xmlns:rai="http://xbrl.mof.gov.cn/taxonomy/2021-11-30/rai">{body}</xbrl>'
    )
