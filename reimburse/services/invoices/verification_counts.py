"""How often a service may be asked: each invoice a few times a day, all of them within the day's budget.

A day is one in China. A count is taken before the question goes out, so that a crash never asks too often.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.invoice import InvoiceKey
from reimburse.services.company.accounts import settings
from reimburse.services.policy import policies
from reimburse.store.absent import insert_if_absent
from reimburse.store.verifications import VerificationCountRow

ALL = ("", "")
"""The counter of all invoices together."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The questions of a day: about one invoice, and what is left of the budget of all; why no more is possible."""

    of_invoice: int
    budget_left: int
    refusal: Text | None


def counted(session: Session, key: InvoiceKey, day: date) -> Counted:
    """Both counters of this invoice and day, in one query."""
    row, limits = VerificationCountRow, _limits(key)
    query = select(row.code, row.number, row.asked).where(row.on_day == day, tuple_(row.code, row.number).in_(limits))
    asked = {(code, number): count for code, number, count in session.execute(query)}
    reached = (said for which, (most, said) in limits.items() if asked.get(which, 0) >= most)
    left = max(limits[ALL][0] - asked.get(ALL, 0), 0)
    return Counted(asked.get((key.code, key.number), 0), left, next(reached, None))


def take(session: Session, key: InvoiceKey, day: date) -> Text | None:
    """Count one query against both limits; the reason where one of them is reached, and then nothing is counted."""
    taken: list[tuple[str, str]] = []
    for (code, number), (most, refusal) in _limits(key).items():
        insert_if_absent(session, VerificationCountRow, {"on_day": day, "code": code, "number": number, "asked": 0})
        if not _add(session, day, code, number, 1, most):
            for code_before, number_before in taken:
                _add(session, day, code_before, number_before, -1, most)
            return refusal
        taken.append((code, number))
    return None


def give_back(session: Session, key: InvoiceKey, day: date) -> None:
    """The question never reached the tax office."""
    for code, number in _limits(key):
        _add(session, day, code, number, -1, 0)


def _limits(key: InvoiceKey) -> dict[tuple[str, str], tuple[int, Text]]:
    """(code, number) of the counters, the one of all invoices first: limit, and what is said where it is reached."""
    budget, each = settings().verification_daily_budget, policies.in_force().parameters.queries_per_day
    return {
        ALL: (
            budget,
            Text(f"今日查验额度 {budget} 次已用完，明天再试。", f"The day's {budget} queries are used up."),
        ),
        (key.code, key.number): (
            each,
            Text(f"这张发票今天已查验 {each} 次，明天再试。", f"This invoice was queried {each} times today."),
        ),
    }


def _add(session: Session, day: date, code: str, number: str, count: int, most: int) -> bool:
    counter = update(VerificationCountRow).where(
        VerificationCountRow.on_day == day, VerificationCountRow.code == code, VerificationCountRow.number == number
    )
    if count > 0:
        counter = counter.where(VerificationCountRow.asked < most)
    changed = counter.values(asked=VerificationCountRow.asked + count).returning(VerificationCountRow.asked)
    return session.execute(changed.execution_options(synchronize_session=False)).first() is not None
