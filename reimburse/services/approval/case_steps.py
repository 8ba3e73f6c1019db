"""The steps of what is decided beforehand, requests and advances: by the engine and the rules that decide claims."""

from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.money import from_fen
from reimburse.services.approval import approvals, asking
from reimburse.services.approval.approvers import ADVANCES, REQUESTS, Kind, holds, holds_directly
from reimburse.services.approval.cases import Asking, AskingStep
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.notices import tell
from reimburse.services.policy import policies
from reimburse.store.advances import AdvanceRow, AdvanceStepRow
from reimburse.store.db import now, today
from reimburse.store.events import record
from reimburse.store.people import PersonRow
from reimburse.store.requests import RequestStepRow
from rules.parameters import Parameters
from rules.policy import Scope


def opened(session: Session, by: PersonRow, row: Asking, letters: str) -> str:
    """A new case of this person's, on record as a draft; its number: the letters, the year, its place."""
    session.add(row)
    session.flush()
    row.number = f"{letters}{today().year}-{row.id:06}"
    record(session, asking.chain_of(row), "create", by.id, now(), {"amount_fen": row.amount_fen})
    return row.number


def beginning(by: PersonRow) -> dict[str, Any]:
    """What a new case has of whoever asks; its number is not known yet."""
    return {
        "number": uuid4().hex[:30],
        "claimant_id": by.id,
        "department_id": by.department_id,
        "legal_entity_id": by.department.legal_entity_id,
        "created_at": now(),
    }


def withdrawn(session: Session, by: PersonRow, row: Asking) -> None:
    """The case was taken back by its claimant; it stays on record."""
    row.state = "withdrawn"
    drop_steps(row)
    record(session, asking.chain_of(row), "withdraw", by.id, now(), {})


def limits_of(row: Asking) -> Parameters:
    """The parameters in force for whoever asks."""
    scope = Scope(row.legal_entity.name, row.department.name, row.claimant.grade or None)
    return policies.in_force().parameters_for(scope, None)


def submit_steps(session: Session, row: Asking) -> None:
    """The department's approver decides, and the levels above by the sum. In the caller's transaction."""
    row.state, row.submitted_at = "in_review", now()
    wanted = approvals.wanted_by_amount(from_fen(row.amount_fen), limits_of(row))
    for position, step in enumerate(approvals.plan_of(session, row, wanted), start=1):
        of_row = AdvanceStepRow() if isinstance(row, AdvanceRow) else RequestStepRow()
        of_row.position, of_row.role, of_row.state = position, step.role.value, "waiting"
        of_row.why, of_row.assignee_id = ", ".join(step.why), step.person.id if step.person else None
        row.steps.append(of_row)  # type: ignore[arg-type]
    record(session, asking.chain_of(row), "submit", row.claimant_id, now(), {"amount_fen": row.amount_fen})
    _open_next(session, row)


def decide_step(session: Session, by: PersonRow, row: Asking, step_id: int, *, approve: bool, reason: str) -> bool:
    """Decide the open step, as its holder or for the person one stands in for; whether the case is decided by that."""
    if not approve and not reason.strip():
        raise Refused("驳回须写明原因。", "Rejecting needs a reason.")
    step = next((step for step in row.steps if step.id == step_id), None)
    kind = ADVANCES if isinstance(row, AdvanceRow) else REQUESTS
    if step is None or not _holds(session, by, step, kind):
        raise NotFound
    if step.state != "open" or row.state != "in_review":
        raise Stale
    step.on_behalf_of_id = None if _holds(session, by, step, kind, directly=True) else step.assignee_id
    step.state, step.decided_by_id, step.decided_at = "approved" if approve else "rejected", by.id, now()
    step.reason = reason.strip()[:1000] or None
    said = {"step": step.id, "on_behalf_of": step.on_behalf_of_id}
    record(session, asking.chain_of(row), f"step_{step.state}", by.id, now(), said)
    if approve and _open_next(session, row):
        return False
    row.state, row.decided_at = step.state, now()
    drop_steps(row)
    _tell_claimant(session, row, step)
    return True


def drop_steps(row: Asking) -> None:
    """Close what is still waiting or open."""
    for step in row.steps:
        if step.state in ("waiting", "open"):
            step.state = "dropped"


def _holds(session: Session, by: PersonRow, step: AskingStep, kind: Kind, *, directly: bool = False) -> bool:
    held = holds_directly(by, kind) if directly else holds(by, kind)
    query = select(kind.step.id).join(kind.case, kind.joined).where(kind.step.id == step.id, held)
    return session.scalar(query) is not None


def _open_next(session: Session, row: Asking) -> bool:
    step = next((step for step in row.steps if step.state == "waiting"), None)
    if step is None:
        return False
    step.state, step.opened_at = "open", now()
    session.flush()
    asking.tell_holders(session, row, step)
    return True


def _tell_claimant(session: Session, row: Asking, step: AskingStep) -> None:
    what = asking.noun(row)
    text = Text(f"{what.zh} 已批准", f"{what.en[0].upper()}{what.en[1:]} is approved")
    if row.state != "approved":
        text = Text(f"{what.zh} 被驳回：{step.reason}", f"{what.en[0].upper()}{what.en[1:]} is rejected: {step.reason}")
    kind = "advance" if isinstance(row, AdvanceRow) else "request"
    tell(session, row.claimant, kind, text, asking.page_of(row), text)
