"""Toll invoices (通行费): plates and days of passage in place of quantities, tax-controlled and fully digitalized."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from bench.unseen.businesses import Business, columns
from bench.unseen.forms import setting
from bench.unseen.judging import Drawn
from bench.unseen.pages import controlled, digital
from bench.unseen.people import NOT_CURRENCY
from bench.unseen.values import Taste, invoice
from reimburse.domain.amount_words import to_words
from reimburse.domain.invoice import Invoice, InvoiceKind, InvoiceLine, TaxTreatment
from reimburse.domain.money import CENT, ZERO

PASSAGE = columns(
    ("项目名称", "item_name", 25),
    ("车牌号", "plate", 146),
    ("类型", "type", 240),
    ("通行日期起", "from_day", 277),
    ("通行日期止", "to_day", 333),
    ("金 额", "amount_excl_tax", 391),
    ("税率", "tax_rate", 480),
    ("税 额", "tax_amount", 503),
    end=592,
)
DIGITAL_PASSAGE = columns(
    ("项目名称", "item_name", 13),
    ("车牌号", "plate", 118),
    ("类型", "type", 196),
    ("通行日期起", "from_day", 240),
    ("通行日期止", "to_day", 302),
    ("金 额", "amount_excl_tax", 364),
    ("税率/征收率", "tax_rate", 437),
    ("税 额", "tax_amount", 505),
    end=584,
)
NAMES = (
    "*经营租赁*通行费",
    "*经营租赁*通行费",
    "*预付卡销售*通行费",
    "*交通运输服务*通行费",
    "*现代服务*ETC通行费",
    "*经营租赁*代收通行费",
)
PLATES = ("示A00001", "示AD00123", "示B·9X001", "示Z0T001", "粤Z9901港", "示A99学")
TYPES = ("客车", "货车", "一型客车", "二型货车", "专项作业车", "客车_黄牌", "")
RATES = tuple(Decimal(rate) for rate in ("0.03", "0.03", "0.05", "0.09", "0.01"))
REMARKS = (None, "汇总开具", "ETC卡号:99010000000000000001", "通行日期起20180101通行日期止20180131")


def drawn(seed: int) -> Drawn:
    """The toll invoice of this seed."""
    rng = random.Random(f"toll {seed}")
    how = setting(rng)
    kind = rng.choice((InvoiceKind.TOLL, InvoiceKind.TOLL, InvoiceKind.GENERAL_DIGITAL))
    told = _told(rng, invoice(rng, Taste(kind, 1)))
    if kind is InvoiceKind.TOLL:
        business = Business("通行费", PASSAGE, cells=[_passage(rng) for _ in told.lines])
        data = controlled(rng, told, how, business)
    else:
        business = Business("通行费", DIGITAL_PASSAGE, cells=[_passage(rng) for _ in told.lines])
        data = digital(told, business, how)
    return Drawn(f"{seed}.pdf", data, told, f"{kind.value} {how}", unjudged=NOT_CURRENCY)


def _told(rng: random.Random, drawn: Invoice) -> Invoice:
    treatment = rng.choice((TaxTreatment.EXEMPT, TaxTreatment.NOT_TAXED)) if rng.random() < 0.3 else None
    name, rate, sign = rng.choice(NAMES), rng.choice(RATES), -1 if rng.random() < 0.06 else 1
    lines = tuple(_line(rng, name, rate, treatment, sign) for _ in range(rng.choice((1, 1, 1, 2, 3, 5))))
    net = sum((line.amount_excl_tax or ZERO for line in lines), ZERO)
    tax = sum((line.tax_amount or ZERO for line in lines), ZERO)
    return replace(
        drawn,
        lines=lines,
        amount_excl_tax=net,
        tax_amount=tax,
        total_incl_tax=net + tax,
        total_in_words=to_words(net + tax),
        remark=rng.choice(REMARKS),
        red_letter=sign < 0,
    )


def _line(rng: random.Random, name: str, rate: Decimal, treatment: TaxTreatment | None, sign: int) -> InvoiceLine:
    amount = sign * Decimal(rng.randrange(100, rng.choice((10_000, 500_000)))).scaleb(-2)
    return InvoiceLine(
        item_name=name,
        amount_excl_tax=amount,
        tax_rate=None if treatment else rate,
        tax_amount=ZERO if treatment else (amount * rate).quantize(CENT),
        treatment=treatment,
    )


def _passage(rng: random.Random) -> dict[str, str]:
    first = date(2018, 1, 1) + timedelta(days=rng.randrange(2900))
    last = first + timedelta(days=rng.choice((0, 0, 1, 30)))
    shape = rng.choice(("%Y%m%d", "%Y%m%d", "%Y-%m-%d"))
    blank = rng.choice(("", "--"))
    days = rng.choice(((first, last), (first, last), (first, last), (None, None)))
    shown = [f"{day:{shape}}" if day else blank for day in days]
    return {"plate": rng.choice((*PLATES, blank)), "type": rng.choice(TYPES), "from_day": shown[0], "to_day": shown[1]}
