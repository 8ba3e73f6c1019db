"""Texts as printed turned into values: the one place for characters, digits, amounts, rates, dates and tax ids.

Every function answers ``None`` where the text is not of that shape; a missing value is never invented.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

from reimburse.domain.invoice import TaxTreatment
from reimburse.domain.money import CENT

UNREAD = "\ufffd"
"""Stands for a character that is printed and cannot be named."""
MINUS = str.maketrans("−–—﹣", "----")
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
# Folded wherever they stand: radicals, compatibility ideographs and presentation forms look like the plain character.
LOOKALIKES = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f\ufb00-\ufb06]")
RADICALS = str.maketrans(
    "⺠⻋⻓⻔⻚⻛⻜⻝⻢⻥⻦⻨⻩⻬⻮⻰⻄⻆⻅⻉⻙⻘⺟", "民车长门页风飞食马鱼鸟麦黄齐齿龙西角见贝韦青母"
)
BLANKS = re.compile(r"[\u00a0\u3000\t\r\x00-\x08\x0b-\x1f\x7f]")
"""Control characters too: fonts give them for a line's end or a glyph without a name."""
PRINTED = {**RADICALS, **INVISIBLE}
UNPRINTED = re.compile("[" + "".join(map(chr, PRINTED)) + "]")
FOLDED = {**RADICALS, **MINUS, **INVISIBLE}
ODD = re.compile("[" + "".join(map(chr, FOLDED)) + "]")
SPACES = re.compile(r"[^\S\n]+")

MOST_DIGITS = 25
"""The highest power of ten of an amount: what is longer cannot be rounded to cents without loss."""
SIGNED = re.compile(
    r"(-?)(?:CNY|RMB|[¥￥$元])?(-?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:E[-+]\d{1,2})?|\.\d+)(?:元|CNY)?",
    re.IGNORECASE,
)
PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
FRACTION = re.compile(r"\d{1,2}(?:\.\d+)?|\.\d+")
TREATMENTS = {
    "免税": TaxTreatment.EXEMPT,
    "不征税": TaxTreatment.NOT_TAXED,
    "零税率": TaxTreatment.ZERO_RATED,
    "普通零税率": TaxTreatment.ZERO_RATED,
    "出口退税": TaxTreatment.ZERO_RATED,
    "出口零税率": TaxTreatment.ZERO_RATED,
}
DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(\d{4})(\d{2})(\d{2})(?:\d{6}(?:\d{3})?)?",
        r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?.*",
        r"(\d{4})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,2})(?:[T\s].*|[+Z].*)?",
        r"(\d{4})\s+(\d{1,2})\s+(\d{1,2})",
    )
)
CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?!\d)")
TAX_ID = re.compile(r"[0-9A-Z]{15}|[0-9A-Z*]{17,20}")


def folded(text: str) -> str:
    """Text for matching: NFKC, look-alike radicals and minus signs folded, runs of blanks made one, ends trimmed.

    >>> folded("电⼦发票　（普通发票）")
    '电子发票 (普通发票)'
    """
    return SPACES.sub(" ", _plain(text)).strip()


def compact(text: str) -> str:
    """Text for matching labels and comparing values: folded, and without any blanks.

    >>> compact("名　　称：")
    '名称:'
    """
    return "".join(_plain(text).split())


def _plain(text: str) -> str:
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return plain.translate(FOLDED) if ODD.search(plain) else plain


def printed(text: str | None) -> str | None:
    r"""Text to keep: as printed, brackets and widths too, but look-alike radicals folded and blanks made plain.

    >>> printed("⾷品（示例）\xa0有限公司 ")
    '食品（示例） 有限公司'
    """
    if text is None:
        return None
    plain = text
    if not text.isascii():
        plain = LOOKALIKES.sub(_decomposed, text)
        if UNPRINTED.search(plain):
            plain = plain.translate(PRINTED)
    return BLANKS.sub(" ", plain).strip() or None


def _decomposed(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match.group())


def amount(text: str | None) -> str | None:
    """An amount in yuan with two places; more places than cents are no amount.

    >>> amount("¥1,060.00"), amount("-￥ 53.5"), amount("0.120000"), amount("***"), amount("188.679")
    ('1060.00', '-53.50', '0.12', None, None)
    """
    value = _number(text)
    if value is None or value.adjusted() > MOST_DIGITS:
        return None
    cents = value.quantize(CENT)
    return f"{cents:f}" if cents == value else None


def quantity(text: str | None) -> str | None:
    """A number as printed, unrounded: a quantity or a unit price.

    >>> quantity("36.1188271604938"), quantity("１,０００"), quantity("6,2"), quantity("个"), quantity("1.2E+3")
    ('36.1188271604938', '1000', None, None, '1200')
    """
    value = _number(text)
    return None if value is None else f"{value:f}"


def _number(text: str | None) -> Decimal | None:
    found = SIGNED.fullmatch(compact(text)) if text and len(text) < 64 else None
    if not found:
        return None
    sign, other, figures = found.groups()
    if sign and other:
        return None
    try:
        value = Decimal(figures.replace(",", "").rstrip("."))
    except InvalidOperation:
        return None
    return -value if sign or other else value


def tax_rate(text: str | None) -> tuple[str | None, TaxTreatment | None]:
    """A rate as a fraction, or the treatment that stands in its place; ``***`` is neither.

    >>> tax_rate("6%"), tax_rate("0.130000"), tax_rate("1.5％")
    (('0.06', None), ('0.13', None), ('0.015', None))
    >>> tax_rate("免税")[1].value, tax_rate("0%")[1].value, tax_rate("***")
    ('exempt', 'zero_rated', (None, None))
    """
    plain = compact(text or "")
    if plain in TREATMENTS:
        return None, TREATMENTS[plain]
    if percent := PERCENT.fullmatch(plain):
        fraction = Decimal(percent[1]) / 100
    elif FRACTION.fullmatch(plain):
        number = Decimal(plain)
        fraction = number if number < 1 else number / 100  # No rate reaches 100 %: a bare 6 is a percentage.
    else:
        return None, None
    return (f"{fraction.normalize():f}", None) if fraction else (None, TaxTreatment.ZERO_RATED)


def iso_date(text: str | None) -> str | None:
    """A day as ISO text, from each way it is printed.

    >>> iso_date("2025年09月26日"), iso_date("2019 11 18"), iso_date("20180323"), iso_date("2023-02-23 10:11:12")
    ('2025-09-26', '2019-11-18', '2018-03-23', '2023-02-23')
    >>> iso_date("2019 13 18"), iso_date("62926594")
    (None, None)
    """
    plain = folded(text or "")
    found = next((match for pattern in DATES if (match := pattern.fullmatch(plain))), None)
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part.isdigit())
    try:
        return date(year, month, day).isoformat() if 1990 <= year <= 2099 else None
    except ValueError:
        return None


def clock_time(text: str | None) -> str | None:
    """A time of day as ``HH:MM``, from ``09:30``, ``9：30`` or ``09:30开``.

    >>> clock_time("09：30开"), clock_time("25:10")
    ('09:30', None)
    """
    found = CLOCK.search(folded(text or ""))
    return f"{int(found[1]):02}:{found[2]}" if found else None


def tax_id(text: str | None) -> str | None:
    """A taxpayer's number: 15, or 17 to 20 letters and digits, upper case.

    >>> tax_id("91990000 MA0DEM0011"), tax_id("无")
    ('91990000MA0DEM0011', None)
    """
    plain = compact(text or "").upper()
    return plain if TAX_ID.fullmatch(plain) else None


def digits(text: str | None, *lengths: int) -> str | None:
    """A string of digits of one of these lengths, printed in groups or not.

    >>> digits("16197 83356 74145 07415", 20), digits("123", 8, 20)
    ('16197833567414507415', None)
    """
    plain = compact(text or "")
    return plain if plain.isascii() and plain.isdigit() and len(plain) in lengths else None
