"""Cells as banks print them, turned into amounts, days, times and currencies; None where a cell holds no such thing."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

from parsers.normalise import compact, folded
from reimburse.domain.money import CENT

CHINA = timezone(timedelta(hours=8))
MOST = Decimal(10) ** 13
NOISE = Decimal("0.000001")
"""A binary fraction's rounding in a workbook's cell; anything more is a third decimal place."""
AMOUNT = re.compile(
    r"(?P<lead>[-+]?)(?P<code>[A-Z]{3})?[¥$€£]?(?P<sign>[-+]?)(?P<open>\()?"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d+(?:\.\d*)?|\.\d+)"
    r"(?(open)\))(?P<tail>-?)元?(?P<after>[A-Z]{3})?(?:\(.{1,40}\))?",
    re.IGNORECASE,
)
BLANK = re.compile(r"[-—–_/\s*]*|null|none|nan", re.IGNORECASE)
DAYS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})日?",
        r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})",
        r"(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})日?",
    )
)
DAY_AND_TIME = re.compile(r"(.*?\d日?)(?:\s*T\s*|\s+)(\d{1,2}:\d{2}.*|\d{5,6})|(\d{8})(\d{6})")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|\+08:?00)?|(\d{1,2})(\d{2})(\d{2})")
SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
LONGEST_MOMENT = 60
SERIAL_ORIGIN = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's days have no zone
CURRENCIES = {
    "人民币": "CNY", "人民币元": "CNY", "RMB": "CNY", "CNH": "CNY", "元": "CNY", "美元": "USD", "港币": "HKD",
    "港元": "HKD", "欧元": "EUR", "日元": "JPY", "日圆": "JPY", "英镑": "GBP", "澳元": "AUD", "澳大利亚元": "AUD",
    "加元": "CAD", "加拿大元": "CAD", "新加坡元": "SGD", "新元": "SGD", "瑞士法郎": "CHF", "澳门元": "MOP",
    "澳门币": "MOP", "新台币": "TWD", "韩元": "KRW", "韩币": "KRW", "泰铢": "THB", "卢布": "RUB", "新西兰元": "NZD",
    "林吉特": "MYR", "156": "CNY", "01": "CNY",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as printed: signed, whether a sign was printed, and the currency that stands before it."""

    value: Decimal
    has_sign: bool
    currency: str | None


@lru_cache(maxsize=4096)
def amount(text: str) -> Amount | None:
    """An amount with at most two places; what stands in brackets behind it is left out.

    >>> amount("¥1,028.16").value, amount("8,000.00(CN)").value, amount("131.77(已退款89.84)").value
    (Decimal('1028.16'), Decimal('8000.00'), Decimal('131.77'))
    >>> amount("JPY 1000.00").currency, amount("+0.00").has_sign, amount("(12.5)").value, amount("12.345")
    ('JPY', True, Decimal('-12.50'), None)
    """
    found = AMOUNT.fullmatch(compact(text)) if len(text) < 100 else None
    if not found:
        return None
    exact = Decimal(found["number"].replace(",", "").rstrip("."))
    if exact >= MOST or abs((value := exact.quantize(CENT)) - exact) > NOISE:
        return None
    signs = f"{found['lead']}{found['sign']}{found['tail']}"
    if len(signs) > 1:
        return None
    negative = "-" in signs or bool(found["open"])
    return Amount(-value if negative else value, bool(signs), currency(found["code"] or found["after"] or ""))


def is_blank(text: str) -> bool:
    """Whether a cell holds nothing: empty, ``/``, or a line of dashes.

    >>> is_blank("-------------------"), is_blank("/"), is_blank("0")
    (True, True, False)
    """
    return not text or BLANK.fullmatch(text) is not None


def currency(text: str) -> str | None:
    """The ISO code of a currency by its Chinese name or code; None where it is neither.

    >>> currency("人民币元"), currency("usd"), currency("钞")
    ('CNY', 'USD', None)
    """
    name = compact(text).upper()
    if found := CURRENCIES.get(name):
        return found
    return name if re.fullmatch(r"[A-Z]{3}", name) else None


def parts_of(text: str) -> tuple[str, str]:
    """A cell that holds day and time, or one of them, as two texts.

    >>> parts_of("2025/12/03  14:06:51"), parts_of("20260410 17:07:09"), parts_of("20210112080024"), parts_of("01/02")
    (('2025/12/03', '14:06:51'), ('20260410', '17:07:09'), ('20210112', '080024'), ('01/02', ''))

    A workbook's day as a bare number counts from the end of 1899.

    >>> parts_of("46082.75")
    ('2026-03-01', '18:00:00')
    """
    plain = folded(text)[:LONGEST_MOMENT]
    if SERIAL.fullmatch(plain):
        moment = SERIAL_ORIGIN + timedelta(seconds=round(float(plain) * 86400))
        return moment.date().isoformat(), moment.time().isoformat() if "." in plain else ""
    found = DAY_AND_TIME.fullmatch(plain)
    return (found[1] or found[3], found[2] or found[4]) if found else (plain, "")


def day(text: str, latest: "Month | None" = None) -> date | None:
    """A day as printed; one without a year is the last such day up to the end of ``latest``.

    >>> day("2023-04-22"), day("20250101"), day("2024年1月2日"), day("31/12/2025")
    (datetime.date(2023, 4, 22), datetime.date(2025, 1, 1), datetime.date(2024, 1, 2), datetime.date(2025, 12, 31))
    >>> day("12/28", Month(2024, 1)), day("01/02", Month(2024, 1)), day("01/02"), day("2023-13-01")
    (datetime.date(2023, 12, 28), datetime.date(2024, 1, 2), None, None)
    """
    found = next((match for pattern in DAYS if (match := pattern.fullmatch(text))), None)
    if not found:
        return None
    parts = found.groupdict()
    try:
        if "y" in parts:
            year = int(parts["y"])
        elif latest:
            year = latest.year - (int(parts["m"]) > latest.month)
        else:
            return None
        return date(year, int(parts["m"]), int(parts["d"])) if 1990 <= year <= 2099 else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Month:
    """The month up to which a statement runs."""

    year: int
    month: int


def clock(text: str) -> time | None:
    """A time of day as printed; a leading zero may be lost.

    >>> clock("18:53:19"), clock("80024"), clock("09:36"), clock("25:00:00")
    (datetime.time(18, 53, 19), datetime.time(8, 0, 24), datetime.time(9, 36), None)
    """
    found = CLOCK.fullmatch(folded(text))
    if not found:
        return None
    hour, minute, second = (int(part) for part in (found.groups(default="0")[:3] if found[1] else found.groups()[3:]))
    try:
        return time(hour, minute, second)
    except ValueError:
        return None
