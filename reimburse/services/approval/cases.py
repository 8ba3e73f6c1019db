"""What requests and advances have alike: held by one's own hand, seen by some, waiting for somebody's decision."""

from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from reimburse.services.access import SEE_ALL, SEE_DEPARTMENT
from reimburse.services.approval.approvers import ADVANCES, REQUESTS, waits_for
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.store.advances import AdvanceRow, AdvanceStepRow
from reimburse.store.db import db
from reimburse.store.people import PersonRow
from reimburse.store.requests import RequestRow, RequestStepRow

Asking = RequestRow | AdvanceRow
AskingStep = RequestStepRow | AdvanceStepRow
Case = TypeVar("Case", RequestRow, AdvanceRow)


def locked(session: Session, which: Select[Case]) -> Case:
    """The one case of this query, held until the transaction ends."""
    held = which.with_for_update(of=which.column_descriptions[0]["entity"])
    row = session.scalar(held.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


def own(by: PersonRow, row: Case, version: int, states: Collection[str]) -> Case:
    """The case, where it is this person's, as they last saw it, and still in one of these states."""
    if row.claimant_id != by.id:
        raise NotFound
    if row.version != version or row.state not in states:
        raise Stale
    return row


def refuse_nothing(amount_fen: int) -> None:
    """Nobody asks for nothing."""
    if amount_fen <= 0:
        raise Refused("金额须大于零。", "The amount is above zero.")


def may_see(person: PersonRow, row: Asking) -> bool:
    """The claimant; once submitted, finance, auditors, the department's approvers, and whoever had a step of it."""
    if row.claimant_id == person.id:
        return True
    if row.submitted_at is None:
        return False
    had = {person_id for step in row.steps for person_id in (step.assignee_id, step.decided_by_id)}
    return bool(person.roles() & SEE_ALL or person.roles(row.department_id) & SEE_DEPARTMENT or person.id in had)


def step_waiting_for(person: PersonRow, row: Asking) -> AskingStep | None:
    """The case's step that this person may decide now."""
    kind = ADVANCES if isinstance(row, AdvanceRow) else REQUESTS
    of_it = select(kind.step.id).join(kind.case, kind.joined).where(kind.case.id == row.id)
    held = set(db.session.scalars(of_it.where(waits_for(person, kind))))
    return next((step for step in row.steps if step.id in held), None)
