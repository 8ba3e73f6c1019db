"""Amounts in Chinese financial words (大写), read and written.

Both 圆 and 元 occur on real invoices, as do a leading （负数） or 负, a circled cross before the words, and sums
such as 元零伍分.
"""

import re
import unicodedata
from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
VARIANTS = str.maketrans("〇圆圓貳贰叄参參陸两兩萬億", "零元元贰贰叁叁叁陆贰贰万亿")
SIMPLE = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
WORDS = re.compile(
    r"(?:\(负数\)|负)?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+元(?:[零壹贰叁肆伍陆柒捌玖角分]*)[整正]?|[零壹贰叁肆伍陆柒捌玖]+角[零壹贰叁肆伍陆柒捌玖分]*[整正]?"
)


class NotAnAmount(ValueError):
    """The text is not an amount in Chinese words."""


def to_words(amount: Decimal) -> str:
    """The amount in words as printed on an invoice.

    >>> to_words(Decimal("1250.05"))
    '壹仟贰佰伍拾圆零伍分'
    >>> to_words(Decimal("-600"))
    '（负数）陆佰圆整'
    """
    fen = int(abs(amount) * 100)
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    words = _integer_words(yuan) + "圆"
    if jiao:
        words += DIGITS[jiao] + "角"
    elif rest:
        words += "零"
    words += DIGITS[rest] + "分" if rest else "整"
    return ("（负数）" if amount < 0 else "") + words


def from_words(text: str) -> Decimal:
    """The amount that Chinese words state.

    >>> from_words("⊗柒佰伍拾陆元叁分")
    Decimal('756.03')
    >>> from_words("(负数)贰拾柒圆整")
    Decimal('-27.00')
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).translate(VARIANTS).translate(SIMPLE)
    found = WORDS.search(plain)
    if not found:
        raise NotAnAmount(text)
    words = found.group(0)
    sign = -1 if words.startswith(("(负数)", "负")) else 1
    words = re.sub(r"^(\(负数\)|负)|[整正]$", "", words)
    yuan, _, parts = words.rpartition("元")
    fen = _integer(yuan) * 100 + _digit_before(parts, "角") * 10 + _digit_before(parts, "分")
    return sign * Decimal(fen).scaleb(-2)


def _integer_words(number: int) -> str:
    if number == 0:
        return DIGITS[0]
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words = ""
    for index in reversed(range(len(groups))):
        group = groups[index]
        if group == 0:
            words += "" if words.endswith("零") or not words else "零"
            continue
        if words and group < 1000 and not words.endswith("零"):
            words += "零"
        words += _group_words(group) + GROUPS[index]
    return words.rstrip("零")


def _group_words(group: int) -> str:
    words = ""
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if digit:
            words += DIGITS[digit] + PLACES[place]
        elif words and not words.endswith("零"):
            words += "零"
    return words.rstrip("零")


def _integer(words: str) -> int:
    total = section = digit = 0
    for char in words:
        if char in DIGITS:
            digit = DIGITS.index(char)
        elif char in "拾佰仟":
            # A bare 拾 at the start means ten, as in 拾元整.
            section += (digit or (1 if char == "拾" and not section else 0)) * 10 ** PLACES.index(char)
            digit = 0
        elif char == "万":
            total += (section + digit) * 10_000 if total < 10**8 else 0
            if total >= 10**8 and (section or digit):
                total = total // 10**8 * 10**8 + (section + digit) * 10_000
            section = digit = 0
        elif char == "亿":
            total = (total + section + digit) * 10**8
            section = digit = 0
    return total + section + digit


def _digit_before(words: str, unit: str) -> int:
    found = re.search(rf"([{DIGITS}]){unit}", words)
    return DIGITS.index(found.group(1)) if found else 0
