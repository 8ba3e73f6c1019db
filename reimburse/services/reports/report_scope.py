"""Which months and departments a report looks at, and who may look."""

from dataclasses import dataclass
from datetime import date, timedelta

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.errors import NotFound
from reimburse.store.people import PersonRow

HEADS = frozenset({Role.APPROVER, Role.DEPARTMENT_DIRECTOR})
MOST_MONTHS = 36


@dataclass(frozen=True, slots=True)
class Scope:
    """Whole months, first to last, each by its first day, and the departments looked at; None is all of them."""

    since: date
    until: date
    departments: frozenset[int] | None = None

    @property
    def months(self) -> list[date]:
        """The first day of each month."""
        months, month = [], self.since
        while month <= self.until:
            months.append(month)
            month = next_month(month)
        return months


def scope(person: PersonRow, since: date, until: date, department_id: int | None) -> Scope:
    """What this person asked to see, at most ``MOST_MONTHS``; ``NotFound`` for a department that is not theirs."""
    seen = departments_of(person)
    if department_id is not None and seen is not None and department_id not in seen:
        raise NotFound
    first, last = sorted((since.replace(day=1), until.replace(day=1)))
    earliest = last
    for _ in range(MOST_MONTHS - 1):
        earliest = (earliest - timedelta(days=1)).replace(day=1)
    return Scope(max(first, earliest), last, frozenset({department_id}) if department_id is not None else seen)


def departments_of(person: PersonRow) -> frozenset[int] | None:
    """The departments whose reports this person reads; None is all, ``NotFound`` where there are none."""
    if person.roles() & (FINANCE | {Role.AUDITOR}):
        return None
    led = frozenset(grant.department_id for grant in person.grants if grant.role in HEADS and grant.department_id)
    if not led:
        raise NotFound
    return led


def next_month(month: date) -> date:
    """The first day of the month after this first day.

    >>> next_month(date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return (month + timedelta(days=31)).replace(day=1)
