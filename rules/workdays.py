"""Months by date and working days by the official calendar, China Standard Time (decision 13)."""

import calendar
from datetime import date, timedelta

import chinese_calendar

from rules.policy import Workdays

DAY = timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day; inclusive as a deadline.

    >>> add_months(date(2026, 1, 31), 3)
    datetime.date(2026, 4, 30)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_working_day(day: date, moved: Workdays) -> bool:
    """Whether a day is worked: the policy's own list first, then the published calendar, else Monday to Friday.

    >>> is_working_day(date(2026, 10, 1), Workdays())
    False
    """
    if day in moved.holidays or day in moved.working_days:
        return day in moved.working_days
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def add_working_days(day: date, count: int, moved: Workdays) -> date:
    """The ``count``-th working day after a day, which itself does not count.

    >>> add_working_days(date(2026, 9, 30), 1, Workdays())
    datetime.date(2026, 10, 8)
    """
    while count:
        day += DAY
        count -= is_working_day(day, moved)
    return day
