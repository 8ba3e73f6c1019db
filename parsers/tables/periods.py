"""The period that a bill is for: a month, a quarter, a year, or from one day to another."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from parsers.normalise import folded, iso_date

MONTH = re.compile(r"(20\d{2})\s*(?:[-/.年])?\s*(0?[1-9]|1[0-2])\s*月?(?:账单|账期)?")
QUARTER = re.compile(r"(20\d{2})\s*(?:[-/.年])?\s*(?:Q([1-4])|第?([1-4一二三四])季度?)", re.IGNORECASE)
YEAR = re.compile(r"(20\d{2})\s*年?度?")
BETWEEN = re.compile(r"\s*(?:至|到|~|—|–|--|\bto\b)\s*|\s+-\s+|(?<=\d{2})-(?=\d{4}\D)", re.IGNORECASE)
NUMERALS = dict(zip("一二三四", "1234", strict=True))


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    start: date
    end: date


def period_of(text: str) -> Period | None:
    """A period as bills print it; None where the text is none.

    >>> period_of("2026年3月"), period_of("202602") == period_of("2026/02/01 - 2026/02/28")
    (Period(start=datetime.date(2026, 3, 1), end=datetime.date(2026, 3, 31)), True)
    >>> period_of("2026-01 至 2026-03") == period_of("2026Q1"), period_of("2026-13"), period_of("三月")
    (True, None, None)
    """
    plain = folded(text)
    ends = [part for part in BETWEEN.split(plain) if part]
    if len(ends) == 2:
        first, last = (_one(part) for part in ends)
        return Period(first.start, last.end) if first and last and first.start <= last.end else None
    return _one(plain)


def month_of(year: int, month: int, months: int = 1) -> Period:
    """So many whole months from this one."""
    last = month + months - 1
    return Period(date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1]))


def _one(plain: str) -> Period | None:
    if found := MONTH.fullmatch(plain):
        return month_of(int(found[1]), int(found[2]))
    if found := QUARTER.fullmatch(plain):
        quarter = int(found[2] or NUMERALS.get(found[3], found[3]))
        return month_of(int(found[1]), 3 * quarter - 2, 3)
    if found := YEAR.fullmatch(plain):
        return month_of(int(found[1]), 1, 12)
    day = iso_date(plain)
    return Period(date.fromisoformat(day), date.fromisoformat(day)) if day else None
