"""Give a step to somebody else: one level up where it waits too long, to another person where its holder is barred."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from reimburse.domain.workflow import ClaimState, Role
from reimburse.services.approval import approvals, asking
from reimburse.services.approval.approvers import ABOVE, KINDS, Approvers, Case, Kind, StepRow, in_force, this_round
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now
from reimburse.store.delegations import DelegationRow
from reimburse.store.events import record


def hand_up(session: Session, case: Case, step: StepRow) -> bool:
    """Give an open step to a person one level up, or higher; False where nobody is there."""
    role = Role(step.role)
    return role in ABOVE and _give(session, case, step, ABOVE[role])


def take_from_barred(session: Session) -> None:
    """Whoever acts for a claimant decides none of the claimant's steps (X-10): others get them.

    Runs in the caller's transaction; a second run changes nothing.
    """
    for kind in KINDS:
        for step, case in _barred(session, kind):
            former_id = step.assignee_id
            if not _give(session, case, step, Role(step.role)):
                step.assignee_id = None
            step.why = ", ".join(filter(None, (step.why, "acting:")))
            note(session, case, step, "reassigned", {"from": former_id, "to": step.assignee_id})
            if step.state == "open":
                asking.tell_holders(session, case, step)


def note(session: Session, case: Case, step: StepRow, kind: str, said: dict[str, int | None]) -> None:
    """Record what happened to the step on the chain of its case, by the system."""
    record(session, asking.chain_of(case), kind, None, now(), {"step": step.id, **said})


def _give(session: Session, case: Case, step: StepRow, level: Role) -> bool:
    """To a free person of this level or above; two steps of one rule stay with two people."""
    siblings = approvals.steps_of(session, case) if isinstance(case, ClaimRow) else case.steps
    rules = approvals.rules_of(step)
    taken = {other.assignee_id or 0 for other in siblings if other is step or approvals.rules_of(other) & rules}
    found, person = Approvers(session, case).free(level, taken)
    if person is None:
        return False
    step.role, step.assignee_id = found.value, person.id
    session.flush()
    return True


def _barred(session: Session, kind: Kind) -> Sequence[tuple[StepRow, Case]]:
    acts_for_claimant = exists().where(
        DelegationRow.delegate_id == kind.step.assignee_id,
        DelegationRow.principal_id == kind.case.claimant_id,
        in_force(),
    )
    query = (
        select(kind.step, kind.case)
        .join(kind.case, kind.joined)
        .where(kind.step.state.in_(("open", "waiting")), kind.case.state == ClaimState.IN_REVIEW.value)
        .where(*this_round(kind), acts_for_claimant)
        .order_by(kind.step.id)
        .with_for_update(of=(kind.step, kind.case))
    )
    return cast("Sequence[tuple[StepRow, Case]]", session.execute(query).all())
