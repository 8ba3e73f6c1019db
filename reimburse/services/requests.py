"""Requests made beforehand (R-88): written, submitted, decided step by step by the engine that decides claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.invoice_json import Json
from reimburse.domain.money import cents, from_fen, money_text, to_fen
from reimburse.services import approvals, asking, policies
from reimburse.services.approvers import REQUESTS, holds, holds_directly
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.notices import tell
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import CHINA, now, today, transaction
from reimburse.store.events import record
from reimburse.store.people import PersonRow
from reimburse.store.requests import RequestRow, RequestStepRow
from rules.parameters import Parameters
from rules.policy import Scope

KINDS = {"entertainment": Text("业务招待", "Entertainment")}
OPEN = ("draft", "in_review")
FREED = ("rejected", "deleted", "reversed")
"""Claims in these states take nothing of a request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request states: the sum in fen, the day it is for, why, and for whom."""

    amount_fen: int
    planned_on: date
    reason: str
    people: str
    kind: str = "entertainment"


def chain_of_request(request: RequestRow) -> str:
    """The event chain of a request."""
    return f"request:{request.id}"


def limits_of(request: RequestRow) -> Parameters:
    """The parameters in force for whoever asks."""
    scope = Scope(request.legal_entity.name, request.department.name, request.claimant.grade or None)
    return policies.in_force().parameters_for(scope, None)


def create(by: PersonRow, asked: Asked) -> str:
    """Write a draft; its number."""
    _refuse_incomplete(asked)
    with transaction() as session:
        department = by.department
        row = RequestRow(
            request_no=f"draft-{by.id}-{now().timestamp()}",
            claimant_id=by.id,
            department_id=department.id,
            legal_entity_id=department.legal_entity_id,
            created_at=now(),
        )
        _write(row, asked)
        session.add(row)
        session.flush()
        row.request_no = f"SQ{today().year}-{row.id:06}"
        record(session, chain_of_request(row), "create", by.id, now(), {"amount_fen": row.amount_fen})
        return row.request_no


def change(by: PersonRow, request_no: str, asked: Asked, version: int) -> None:
    """Change one's own draft."""
    _refuse_incomplete(asked)
    with transaction() as session:
        _write(_own(session, by, request_no, version, ("draft",)), asked)


def submit(by: PersonRow, request_no: str, version: int) -> None:
    """Ask for the decision: the department's approver, and the levels above by the sum."""
    with transaction() as session:
        row = _own(session, by, request_no, version, ("draft",))
        if row.planned_on < today():
            raise Refused("招待日期已过，须在招待之前申请。", "The day is past: a request is made beforehand.")
        row.state, row.submitted_at = "in_review", now()
        wanted = approvals.wanted_by_amount(from_fen(row.amount_fen), limits_of(row))
        for position, step in enumerate(approvals.plan_of(session, row, wanted), start=1):
            row.steps.append(
                RequestStepRow(
                    position=position,
                    role=step.role.value,
                    why=", ".join(step.why),
                    assignee_id=step.person.id if step.person else None,
                    state="waiting",
                )
            )
        record(session, chain_of_request(row), "submit", by.id, now(), {"amount_fen": row.amount_fen})
        _open_next(session, row)


def withdraw(by: PersonRow, request_no: str, version: int) -> None:
    """Take one's own request back; it stays on record."""
    with transaction() as session:
        row = _own(session, by, request_no, version, OPEN)
        row.state = "withdrawn"
        _drop_steps(row)
        record(session, chain_of_request(row), "withdraw", by.id, now(), {})


def decide(by: PersonRow, request_no: str, step_id: int, *, approve: bool, reason: str = "") -> None:
    """Decide the open step, as its holder or for the person one stands in for."""
    if not approve and not reason.strip():
        raise Refused("驳回须写明原因。", "Rejecting needs a reason.")
    with transaction() as session:
        row = _locked(session, request_no)
        step = next((step for step in row.steps if step.id == step_id), None)
        if step is None or not _holds(session, by, step):
            raise NotFound
        if step.state != "open" or row.state != "in_review":
            raise Stale
        step.on_behalf_of_id = None if _holds(session, by, step, directly=True) else step.assignee_id
        step.state, step.decided_by_id, step.decided_at = "approved" if approve else "rejected", by.id, now()
        step.reason = reason.strip()[:1000] or None
        said = {"step": step.id, "on_behalf_of": step.on_behalf_of_id}
        record(session, chain_of_request(row), f"step_{step.state}", by.id, now(), said)
        if approve and _open_next(session, row):
            return
        row.state, row.decided_at = step.state, now()
        _drop_steps(row)
        _tell_claimant(session, row, step)


def facts_for(session: Session, claim: ClaimRow) -> list[Json]:
    """The contract's ``requests``: those of the claimant that lines of this claim name, and what others took."""
    named = {line.request_no for line in claim.lines if line.request_no}
    if not named:
        return []
    rows = select(RequestRow).where(RequestRow.claimant_id == claim.claimant_id, RequestRow.request_no.in_(named))
    found = session.scalars(rows.order_by(RequestRow.id)).all()
    taken = taken_fen(session, [row.request_no for row in found], claim.claimant_id, but_claim_id=claim.id)
    return [
        {
            "request_no": row.request_no,
            "kind": row.kind,
            "amount": money_text(from_fen(row.amount_fen)),
            "approved": row.state == "approved",
            "approved_on": row.decided_at.astimezone(CHINA).date().isoformat()
            if row.state == "approved" and row.decided_at
            else None,
            "taken_elsewhere": money_text(from_fen(taken.get(row.request_no, 0))),
        }
        for row in found
    ]


def taken_fen(
    session: Session, request_nos: Sequence[str], claimant_id: int, but_claim_id: int | None = None
) -> dict[str, int]:
    """What the claimant's lines take of each request, in fen of CNY, other than on this claim.

    A claim that was rejected, deleted or reversed takes nothing.
    """
    query = (
        select(ExpenseLineRow)
        .join(ClaimRow, ClaimRow.id == ExpenseLineRow.claim_id)
        .where(ExpenseLineRow.request_no.in_(request_nos), ExpenseLineRow.category == "entertainment")
        .where(ClaimRow.claimant_id == claimant_id, ClaimRow.state.not_in(FREED), ClaimRow.id != (but_claim_id or 0))
    )
    taken: dict[str, int] = {}
    for line in session.scalars(query) if request_nos else ():
        number, rate = str(line.request_no), line.fx_rate if line.currency != "CNY" else None
        fen = to_fen(cents(from_fen(line.amount_fen) * rate)) if rate else line.amount_fen
        taken[number] = taken.get(number, 0) + fen
    return taken


def _write(row: RequestRow, asked: Asked) -> None:
    row.kind, row.amount_fen, row.planned_on = asked.kind, asked.amount_fen, asked.planned_on
    row.reason, row.people = asked.reason.strip()[:500], asked.people.strip()[:500]


def _refuse_incomplete(asked: Asked) -> None:
    if asked.kind not in KINDS:
        raise Refused("请选择申请种类。", "Choose what it is for.")
    if asked.amount_fen <= 0:
        raise Refused("金额须大于零。", "The amount is above zero.")
    if not asked.reason.strip() or not asked.people.strip():
        raise Refused("请填写事由和招待对象。", "Give the reason and the people.")


def _own(session: Session, by: PersonRow, request_no: str, version: int, states: tuple[str, ...]) -> RequestRow:
    row = _locked(session, request_no)
    if row.claimant_id != by.id:
        raise NotFound
    if row.version != version or row.state not in states:
        raise Stale
    return row


def _locked(session: Session, request_no: str) -> RequestRow:
    query = select(RequestRow).where(RequestRow.request_no == request_no).with_for_update(of=RequestRow)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


def _holds(session: Session, by: PersonRow, step: RequestStepRow, *, directly: bool = False) -> bool:
    held = holds_directly(by, REQUESTS) if directly else holds(by, REQUESTS)
    query = select(RequestStepRow.id).join(RequestStepRow.request).where(RequestStepRow.id == step.id, held)
    return session.scalar(query) is not None


def _open_next(session: Session, row: RequestRow) -> bool:
    step = next((step for step in row.steps if step.state == "waiting"), None)
    if step is None:
        return False
    step.state, step.opened_at = "open", now()
    session.flush()
    asking.tell_holders(session, row, step)
    return True


def _drop_steps(row: RequestRow) -> None:
    for step in row.steps:
        if step.state in ("waiting", "open"):
            step.state = "dropped"


def _tell_claimant(session: Session, row: RequestRow, step: RequestStepRow) -> None:
    text = Text(f"事前申请 {row.request_no} 已批准", f"Request {row.request_no} is approved")
    if row.state != "approved":
        text = Text(
            f"事前申请 {row.request_no} 被驳回：{step.reason}", f"Request {row.request_no} is rejected: {step.reason}"
        )
    tell(session, row.claimant, "request", text, f"/requests/{row.request_no}", text)
