"""The same purchase in a wallet's statement and in that of the card behind it: amount, date and means of payment."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from reimburse.domain.finding import Text
from reimburse.matching.names import is_blank, likeness

DAYS_TO_CARD = 1
"""A purchase stands in the card's statement on the same day or the next."""
DAYS_BACK_TO_CARD = 7
"""Money that comes back takes up to a week to reach the card."""
NO_PAIR = 1_000_000
STRANGER = 1_000
PLATFORM = re.compile(
    "支付宝|财付通|微信|京东|网银在线|美团|三快|钱袋宝|抖音|拼多多|云闪付|alipay|tenpay|wechat|jd", re.IGNORECASE
)
TAIL = re.compile(r"(?<!\d)(\d{4})\)?\D{0,4}$")
BANKS = (
    ("工商", "工行", "icbc"),
    ("农业", "农行"),
    ("中国银行", "中行"),
    ("建设", "建行", "ccb"),
    ("交通", "交行"),
    ("招商", "招行", "cmb"),
    ("浦发", "浦东发展"),
    ("邮储", "邮政"),
    *((name,) for name in ("中信", "民生", "光大", "平安", "广发", "兴业", "华夏", "宁波", "北京银行", "上海银行")),
)
"""What each bank is called, in a means of payment and in an account's name."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A row of a statement, as far as its twin is looked for.

    ``back``: the money came back. ``method``: what a wallet paid with, or a card's last digits; ``account`` and
    ``number`` name the account of the statement; ``credit`` is None for a wallet.
    """

    id: int
    day: date
    amount_fen: int
    back: bool
    payee: str
    memo: str
    method: str
    account: str
    number: str
    credit: bool | None


@dataclass(frozen=True, slots=True)
class Twin:
    """A row of a wallet and the row of the card behind it; ``why``: what ties them, in words."""

    wallet: int
    card: int
    why: Text


def twins(wallet: Iterable[Slip], cards: Iterable[Slip], apart: frozenset[tuple[int, int]]) -> list[Twin]:
    """The pairs that are one purchase: as many as can be, then the nearest in days. ``apart`` were told to be two."""
    sides: dict[tuple[int, bool], tuple[list[Slip], list[Slip]]] = defaultdict(lambda: ([], []))
    for place, slips in enumerate((wallet, cards)):
        for slip in slips:
            sides[slip.amount_fen, slip.back][place].append(slip)
    return [
        twin
        for left, right in sides.values()
        for some, others in _near(left, right)
        for twin in _of(some, others, apart)
    ]


def _near(wallet: list[Slip], cards: list[Slip]) -> Iterator[tuple[list[Slip], list[Slip]]]:
    """Rows of one amount, in runs that no window reaches across."""
    if not wallet or not cards:
        return
    merged = sorted(
        [(slip.day, place, slip) for place, part in enumerate((wallet, cards)) for slip in part], key=_order
    )
    run: tuple[list[Slip], list[Slip]] = ([], [])
    before = merged[0][0]
    for day, place, slip in merged:
        if (day - before).days > DAYS_BACK_TO_CARD:
            yield run
            run = ([], [])
        run[place].append(slip)
        before = day
    yield run


def _order(item: tuple[date, int, Slip]) -> tuple[date, int, int]:
    return item[0], item[1], item[2].id


def _of(wallet: Sequence[Slip], cards: Sequence[Slip], apart: frozenset[tuple[int, int]]) -> Iterator[Twin]:
    # Not at the top: the processes that match nothing would load a quarter of a second of it.
    from scipy.optimize import linear_sum_assignment

    ties: dict[tuple[int, int], Text] = {}
    costs = np.full((len(wallet), len(cards)), NO_PAIR, np.int64)
    for line, one in enumerate(wallet):
        for column, other in enumerate(cards):
            tie = None if (one.id, other.id) in apart else _tie(one, other)
            if tie:
                ties[line, column] = tie[1]
                costs[line, column] = tie[0]
    if not ties:
        return
    lines, columns = linear_sum_assignment(costs)
    for place in zip(lines.tolist(), columns.tolist(), strict=True):
        if place in ties:
            yield Twin(wallet[place[0]].id, cards[place[1]].id, ties[place])


def _tie(wallet: Slip, card: Slip) -> tuple[int, Text] | None:
    """How far-fetched it is that the two are one purchase, and what ties them; None where nothing does."""
    gap = (card.day - wallet.day).days
    if not 0 <= gap <= (DAYS_BACK_TO_CARD if wallet.back else DAYS_TO_CARD):
        return None
    tail, by = means(wallet.method, card)
    named = bool(PLATFORM.search(f"{card.payee} {card.memo}"))
    alike = likeness(card.payee, wallet.payee) is not None
    if by is None and not (is_blank(wallet.method) and named and alike):
        return None
    stranger = not (named or alike or is_blank(card.payee))
    if stranger and not (tail and gap == 0):
        return None
    return gap + (STRANGER if stranger else 0), _words(by, gap)


def means(method: str, card: Slip) -> tuple[bool, Text | None]:
    """Whether the last digits agree, and the card as the wallet names it; None where it names another or none.

    >>> card = Slip(1, date(2026, 1, 5), 100, False, "", "", "", "招商银行信用卡", "6225****1234", True)
    >>> means("招商银行信用卡(1234)", card)[0], means("招商银行信用卡(9999)", card)[1], means("零钱", card)[1]
    (True, None, None)
    """
    said, own = TAIL.search(method.strip()), TAIL.search((card.method or card.number).strip())
    if ("信用卡" in method and card.credit is False) or ("储蓄卡" in method and card.credit):
        return False, None
    banks, of_card = _banks(method), _banks(card.account)
    same = said[1] == own[1] and not (of_card and banks - of_card) if said and own else bool(banks & of_card)
    return bool(same and said and own), Text(f"支付方式 {method}", f"paid with {method}") if same else None


def _banks(text: str) -> set[int]:
    folded = text.casefold()
    return {bank for bank, names in enumerate(BANKS) if any(name in folded for name in names)}


def _words(by: Text | None, gap: int) -> Text:
    zh = f"金额相同，{'同一天' if gap == 0 else f'晚 {gap} 天入账'}，"
    en = f"same amount, {'same day' if gap == 0 else f'booked {gap} days later'}, "
    return Text(zh + (by.zh if by else "对方是同一商户"), en + (by.en if by else "the same merchant"))
