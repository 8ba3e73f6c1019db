"""Steps that wait: a reminder after some working days, and one level up after some more (U-26).

The day somebody was asked does not count; both happen on working days only.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.workflow import ClaimState
from reimburse.services.approval import asking
from reimburse.services.approval.approvers import KINDS, Case, Kind, StepRow, this_round
from reimburse.services.approval.case_steps import limits_of
from reimburse.services.approval.handing_over import hand_up, note, take_from_barred
from reimburse.services.outbox import mark_done
from reimburse.services.policy import policies
from reimburse.store.claims import ClaimRow
from reimburse.store.db import CHINA, now, transaction
from rules.parameters import Parameters
from rules.workdays import add_working_days, is_working_day


def remind_approvers(outbox_id: int | None = None) -> None:
    """The daily job. A second run on a day changes nothing."""
    with transaction() as session:
        take_from_barred(session)
        look_after_steps(session, now())
        mark_done(session, outbox_id)


def look_after_steps(session: Session, at: datetime) -> None:
    """Remind the holder of every open step once, then hand it one level up. In the caller's transaction."""
    if is_working_day(_china_day(at), policies.in_force().workdays):
        for kind in KINDS:
            for step, case in _waiting(session, kind):
                _look_after(session, case, step, at)


def _waiting(session: Session, kind: Kind) -> Sequence[tuple[StepRow, Case]]:
    query = (
        select(kind.step, kind.case)
        .join(kind.case, kind.joined)
        .where(kind.step.state == "open", kind.case.state == ClaimState.IN_REVIEW.value, *this_round(kind))
        .order_by(kind.step.id)
        .with_for_update(of=(kind.step, kind.case), skip_locked=True)
    )
    return cast("Sequence[tuple[StepRow, Case]]", session.execute(query).all())


def _look_after(session: Session, case: Case, step: StepRow, at: datetime) -> None:
    if step.opened_at is None:
        return
    limits, moved = _limits(case), policies.in_force().workdays
    on, asked_on = _china_day(at), _china_day(step.escalated_at or step.opened_at)
    if on >= add_working_days(asked_on, limits.escalation_working_days, moved):
        _escalate(session, case, step, limits.escalation_working_days, at)
    elif step.reminded_on is None and on >= add_working_days(asked_on, limits.reminder_working_days, moved):
        step.reminded_on = on
        asking.remind_holders(session, case, step, limits.reminder_working_days)
        note(session, case, step, "approver_reminded", {"to": step.assignee_id})


def _escalate(session: Session, case: Case, step: StepRow, days: int, at: datetime) -> None:
    """One level up; at the top, admins are told once."""
    mark, former_id = f"late:{step.role}", step.assignee_id
    if mark in step.why.split(", "):
        return
    step.why = ", ".join(filter(None, (step.why, mark)))
    if not hand_up(session, case, step):
        asking.call_admins(session, case, step, late=True)
        note(session, case, step, "step_overdue", {"from": former_id})
        return
    step.escalated_at, step.reminded_on = at, None
    asking.tell_handed_up(session, case, step, former_id, days)
    note(session, case, step, "escalated", {"from": former_id, "to": step.assignee_id})


def _limits(case: Case) -> Parameters:
    return policies.parameters_of(case) if isinstance(case, ClaimRow) else limits_of(case)


def _china_day(at: datetime) -> date:
    return at.astimezone(CHINA).date()
