"""Fictional invoices and payments of which it is known what belongs together; the same seed, the same rows."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from reimburse.matching.rows import InvoiceRow, PaymentRow

FIRST_DAY = date(2026, 1, 1)
PLACES = ("样例市", "示例市", "虚构县", "例江", "样州", "示山", "虚海", "例湾")
SYLLABLES = "云帆星辰海岳松柏鹿鸣青禾白鹭墨竹晨曦远航沧浪流萤知秋问渠听雨拾光望舒扶摇清嘉明德思齐若谷长庚启明"
TRADES = ("信息技术", "餐饮管理", "办公用品", "酒店管理", "物流运输", "广告传媒", "机械设备", "文化传播", "环保工程")
FORMS = ("有限公司", "股份有限公司", "有限责任公司")
Groups = set[tuple[frozenset[str], frozenset[str]]]


@dataclass(slots=True)
class Planted:
    """The rows, and the groups that belong together."""

    invoices: list[InvoiceRow] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)
    truth: Groups = field(default_factory=set)


def planted(rows: int, seed: int, sellers: int | None = None, days: int = 365, blanks: float = 0.03) -> Planted:
    """About so many invoices and as many payments, of so many sellers, some of them (``blanks``) without a payee."""
    return _Planter(random.Random(seed), sellers or max(1, rows // 5), days, blanks).until(rows)


def pairs(groups: Groups) -> set[tuple[str, str]]:
    """The links of an invoice with a payment in these groups."""
    return {(invoice, payment) for invoices, payments in groups for invoice in invoices for payment in payments}


class _Planter:
    def __init__(self, rng: random.Random, sellers: int, days: int, blanks: float) -> None:
        self.rng, self.days, self.blanks = rng, days, blanks
        self.sellers = [self._seller() for _ in range(sellers)]
        self.planted = Planted()

    def until(self, rows: int) -> Planted:
        kinds: dict[Callable[[], None], int] = {
            self._one_to_one: 66,
            self._instalments: 5,
            self._with_fee: 3,
            self._collected: 9,
            self._two_by_two: 1,
            self._refund: 3,
            self._a_cent_off: 1,
            self._two_cents_off: 2,
            self._unpaid: 5,
            self._without_invoice: 5,
        }
        while len(self.planted.invoices) < rows:
            self.rng.choices(list(kinds), list(kinds.values()))[0]()
        self.rng.shuffle(self.planted.invoices)
        self.rng.shuffle(self.planted.payments)
        return self.planted

    def _seller(self) -> str:
        brand = "".join(self.rng.sample(SYLLABLES, self.rng.randint(2, 4)))
        place = self.rng.choice(PLACES)
        start = brand + f"({place})" if self.rng.random() < 0.2 else place + brand
        return start + self.rng.choice(TRADES) + self.rng.choice(FORMS)

    def _amount(self) -> int:
        if self.rng.random() < 0.15:
            return self.rng.choice((5_000, 10_000, 20_000, 50_000, 100_000))
        return round(self.rng.lognormvariate(10.8, 1.3)) + 100

    def _day(self) -> date:
        return FIRST_DAY + timedelta(self.rng.randrange(self.days))

    def _invoice(self, seller: str, day: date, fen: int) -> InvoiceRow:
        number = f"2699{self.rng.randrange(10**16):016}"
        row = InvoiceRow(f"i{len(self.planted.invoices)}", day, seller, fen, number)
        self.planted.invoices.append(row)
        return row

    def _payment(self, invoices: list[InvoiceRow], fen: int, memo: str = "") -> PaymentRow:
        """A payment of these invoices, to the seller as banks and platforms write it, some days later."""
        last = max(row.issue_date for row in invoices)
        day = last + timedelta(min(80, int(self.rng.expovariate(1 / 12))))
        payee, memo = self._payee(invoices, (day - min(row.issue_date for row in invoices)).days, memo)
        row = PaymentRow(f"p{len(self.planted.payments)}", day, payee, fen, memo)
        self.planted.payments.append(row)
        return row

    def _payee(self, invoices: list[InvoiceRow], days: int, memo: str) -> tuple[str, str]:
        seller, chance = invoices[0].seller_name, self.rng.random()
        if chance < 0.55:
            return seller, memo
        if chance < 0.65:
            return self.rng.choice(("财付通-", "支付宝-", "微信支付-")) + seller, memo
        if chance < 0.75:
            return next(seller.removesuffix(form) for form in sorted(FORMS, key=len) if seller.endswith(form)), memo
        if chance < 0.82:
            return seller + self.rng.choice(("滨江分公司", "城东营业部")), memo
        if chance < 0.88:
            return seller[: max(10, len(seller) - 2)], memo
        if chance < 0.88 + self.blanks and days <= 7:
            return "", memo
        if chance < 0.93 + self.blanks:
            return "经办人", memo + "发票" + "、".join(row.number for row in invoices)
        return seller.replace("(", "（").replace(")", "）"), memo

    def _belong(self, invoices: list[InvoiceRow], payments: list[PaymentRow]) -> None:
        self.planted.truth.add((frozenset(row.id for row in invoices), frozenset(row.id for row in payments)))

    def _one_to_one(self, off: int = 0) -> None:
        invoice = self._invoice(self.rng.choice(self.sellers), self._day(), self._amount())
        self._belong([invoice], [self._payment([invoice], invoice.total_fen + off)])

    def _a_cent_off(self) -> None:
        self._one_to_one(self.rng.choice((1, -1)))

    def _two_cents_off(self) -> None:
        invoice = self._invoice(self.rng.choice(self.sellers), self._day(), self._amount())
        self._payment([invoice], invoice.total_fen + self.rng.choice((2, -2)))

    def _instalments(self) -> None:
        invoice = self._invoice(self.rng.choice(self.sellers), self._day(), self._amount() * 3)
        parts = self._parts(invoice.total_fen, self.rng.randint(2, 4))
        self._belong([invoice], [self._payment([invoice], part, "分期") for part in parts])

    def _with_fee(self) -> None:
        fee = self.rng.choice((50, 200, 550, 1_050))
        invoice = self._invoice(self.rng.choice(self.sellers), self._day(), self._amount() + fee)
        paid = [self._payment([invoice], invoice.total_fen - fee), self._payment([invoice], fee, "手续费")]
        self._belong([invoice], paid)

    def _collected(self) -> None:
        seller, day = self.rng.choice(self.sellers), self._day()
        many = self.rng.choices((2, 3, 4, 5, 6), (50, 25, 12, 8, 5))[0]
        invoices = [self._invoice(seller, day + timedelta(self.rng.randrange(9)), self._amount()) for _ in range(many)]
        self._belong(invoices, [self._payment(invoices, sum(row.total_fen for row in invoices))])

    def _two_by_two(self) -> None:
        seller, day = self.rng.choice(self.sellers), self._day()
        invoices = [self._invoice(seller, day, self._amount()) for _ in range(2)]
        parts = self._parts(sum(row.total_fen for row in invoices), 2)
        self._belong(invoices, [self._payment(invoices, part) for part in parts])

    def _refund(self) -> None:
        invoice = self._invoice(self.rng.choice(self.sellers), self._day(), -self._amount())
        self._belong([invoice], [self._payment([invoice], invoice.total_fen)])

    def _unpaid(self) -> None:
        self._invoice(self.rng.choice(self.sellers), self._day(), self._amount())

    def _without_invoice(self) -> None:
        elsewhere = InvoiceRow("", self._day(), self.rng.choice(self.sellers), self._amount(), "")
        self._payment([elsewhere], elsewhere.total_fen)

    def _parts(self, total: int, many: int) -> list[int]:
        cuts = sorted(self.rng.sample(range(1, total), many - 1))
        return [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]
