"""The last day to ask for an invoice, and the day before which things are over it: one is the other turned round."""

from datetime import date, timedelta

import pytest
from flask import Flask

from reimburse.services.missing.deadlines import counted_before, counted_up_to, expected_on, last_day
from tests.builders import plain_policy


@pytest.fixture(autouse=True)
def _defaults(app: Flask) -> None:
    plain_policy(app.extensions["settings"])


@pytest.mark.parametrize(
    ("paid_on", "last"),
    [
        (date(2026, 3, 31), date(2026, 9, 30)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 29), date(2028, 2, 29)),
        (date(2026, 1, 1), date(2026, 7, 1)),
    ],
)
def test_six_months_by_the_calendar(paid_on: date, last: date) -> None:
    assert last_day(paid_on) == last


def test_the_boundary_turns_the_deadline_round() -> None:
    for shift in range(800):
        on = date(2026, 1, 1) + timedelta(days=shift)
        first_in_time = counted_before(on)
        assert last_day(first_in_time) >= on > last_day(first_in_time - timedelta(days=1))
        assert last_day(counted_up_to(on)) <= on < last_day(counted_up_to(on) + timedelta(days=1))


def test_a_supplier_takes_working_days() -> None:
    assert expected_on(date(2026, 9, 30)) == date(2026, 10, 13)  # The holiday of the first week of October.
