"""Until when an invoice is to be asked for (R-53), and when it can be expected."""

from datetime import date, timedelta

from reimburse.services.policy import policies
from rules.workdays import add_months, add_working_days


def last_day(counts_from: date) -> date:
    """The last day to ask for the invoice of what was paid, or settled, on this day."""
    return add_months(counts_from, policies.in_force().parameters.invoicing_within_months)


def counted_before(on: date) -> date:
    """What counts from before this day is over its last day on that one."""
    months = policies.in_force().parameters.invoicing_within_months
    day = add_months(on, -months)
    while add_months(day, months) < on:
        day += timedelta(days=1)
    while add_months(day - timedelta(days=1), months) >= on:
        day -= timedelta(days=1)
    return day


def counted_up_to(on: date) -> date:
    """What counts from this day or before has its last day on that one or before."""
    return counted_before(on + timedelta(days=1)) - timedelta(days=1)


def expected_on(asked_on: date) -> date:
    """The day by which a supplier usually has issued it, in working days (R-79)."""
    policy = policies.in_force()
    return add_working_days(asked_on, policy.parameters.invoice_lead_working_days, policy.workdays)
