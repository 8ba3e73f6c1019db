"""The one function that moves a claim."""

from typing import Any

from sqlalchemy.orm import Session

from reimburse.domain.workflow import Action, ClaimState, Role, next_state
from reimburse.services.reports.report_marks import REPORTED, touch
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now
from reimburse.store.events import record


def chain_of(claim: ClaimRow) -> str:
    """The event chain of a claim."""
    return f"claim:{claim.id}"


def advance(
    session: Session,
    claim: ClaimRow,
    action: Action,
    role: Role,
    actor_id: int | None,
    payload: dict[str, Any] | None = None,
) -> ClaimState:
    """Move the claim by the table of transitions and record the event in the same transaction.

    Raises ``IllegalTransition`` where the table has no such move. ``actor_id`` None is the system.
    """
    before = ClaimState(claim.state)
    after = next_state(before, action, role)
    at = now()
    claim.state = after.value
    claim.updated_at = at
    record(session, chain_of(claim), action.value, actor_id, at, {"from": before, "to": after, **(payload or {})})
    if after in REPORTED:
        touch(session, claim.id)
    return after
