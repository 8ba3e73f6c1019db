"""Months by date and working days by the official calendar, China Standard Time (decision 13)."""

import calendar
from datetime import date
from functools import lru_cache

import chinese_calendar

from rules.policy import Workdays


@lru_cache(maxsize=4096)
def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day; inclusive as a deadline.

    >>> add_months(date(2026, 1, 31), 3)
    datetime.date(2026, 4, 30)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@lru_cache(maxsize=4096)
def add_days(day: date, days: int) -> date:
    """So many days later, or earlier, within the calendar.

    >>> add_days(date(2026, 2, 28), 1), add_days(date.max, 1) == date.max
    (datetime.date(2026, 3, 1), True)
    """
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def is_working_day(day: date, moved: Workdays) -> bool:
    """Whether a day is worked: the policy's own list first, then the published calendar, else Monday to Friday.

    >>> is_working_day(date(2026, 10, 1), Workdays())
    False
    """
    if day in moved.holidays or day in moved.working_days:
        return day in moved.working_days
    return _is_worked(day)


@lru_cache(maxsize=4096)
def _is_worked(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def add_working_days(day: date, count: int, moved: Workdays) -> date:
    """The ``count``-th working day after a day, which itself does not count.

    >>> add_working_days(date(2026, 9, 30), 1, Workdays())
    datetime.date(2026, 10, 8)
    """
    while count and day < date.max:
        day = add_days(day, 1)
        count -= is_working_day(day, moved)
    return day
