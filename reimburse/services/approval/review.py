"""Deciding a claim's open step: approve, return or reject, the whole claim or line by line."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.approval import approvals, decision_notice
from reimburse.services.approval.approvers import holds, holds_directly
from reimburse.services.claims import balances
from reimburse.services.claims.follow_ups import move_lines
from reimburse.services.claims.workflow import advance, chain_of
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.payouts import advance_ledger
from reimburse.store.approvals import ApprovalStepRow, LineDecisionRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, transaction
from reimburse.store.events import record
from reimburse.store.people import PersonRow


class Verb(StrEnum):
    """What a reviewer decides; the words that line decisions and steps are stored with."""

    APPROVE = "approved"
    RETURN = "returned"
    REJECT = "rejected"


ACTIONS = {Verb.RETURN: Action.RETURN, Verb.REJECT: Action.REJECT}


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer decides on one line. Whatever is not approved needs a reason."""

    verb: Verb
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the reviewer had on the screen: the step and the claim's version. Anything newer is ``Stale``."""

    step_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A claim of a bulk approval that was left as it is, and why."""

    claim_no: str
    refused: Refused


def decide_whole(by_id: int, claim_no: str, seen: Seen, decision: Decision) -> None:
    """Decide all lines of the claim alike."""
    _decide(by_id, claim_no, seen, lambda claim: {line.id: decision for line in claim.lines})


def decide(by_id: int, claim_no: str, seen: Seen, decisions: Mapping[int, Decision]) -> None:
    """Decide line by line, by line id.

    The claim goes on with the approved lines; returned ones, and rejected ones, move to a follow-up claim each. Without
    an approved line the claim itself is returned or rejected. The same decision a second time changes nothing.
    """
    _decide(by_id, claim_no, seen, lambda _: decisions)


def approve_unflagged(by_id: int, chosen: Mapping[str, Seen]) -> list[Refusal]:
    """Approve several claims with nothing flagged, each in its own transaction; those that could not be are named."""
    refusals = []
    for claim_no, seen in chosen.items():
        try:
            _decide(by_id, claim_no, seen, _approval_of_unflagged)
        except Refused as refused:
            refusals.append(Refusal(claim_no, refused))
    return refusals


def _approval_of_unflagged(claim: ClaimRow) -> dict[int, Decision]:
    if claim.flagged:
        raise Refused("有提示的报销单须逐单审批。", "A flagged claim is decided on its own page.")
    return {line.id: Decision(Verb.APPROVE) for line in claim.lines}


def _decide(by_id: int, claim_no: str, seen: Seen, wanted: Callable[[ClaimRow], Mapping[int, Decision]]) -> None:
    with transaction() as session:
        claim = _locked(session, claim_no)
        step = session.get(ApprovalStepRow, seen.step_id, populate_existing=True)
        if step is None or step.claim_id != claim.id:
            raise NotFound
        decisions = {line_id: _clean(decision) for line_id, decision in wanted(claim).items()}
        if _was_decided_so(session, step, by_id, decisions):
            return
        _refuse_outsiders(session, claim, step, by_id)
        if step.state != "open" or claim.version != seen.version:
            raise Stale
        _refuse_incomplete(claim, decisions)
        step.on_behalf_of_id = _principal_of(session, step, by_id)
        _carry_out(session, claim, step, by_id, decisions)


def _locked(session: Session, claim_no: str) -> ClaimRow:
    query = select(ClaimRow).where(ClaimRow.claim_no == claim_no).with_for_update(of=ClaimRow)
    claim = session.scalar(query.execution_options(populate_existing=True))
    if claim is None:
        raise NotFound
    return claim


def _clean(decision: Decision) -> Decision:
    return Decision(decision.verb, "" if decision.verb is Verb.APPROVE else decision.reason.strip())


def _was_decided_so(session: Session, step: ApprovalStepRow, by_id: int, decisions: Mapping[int, Decision]) -> bool:
    if step.decided_by_id != by_id:
        return False
    rows = session.scalars(select(LineDecisionRow).where(LineDecisionRow.step_id == step.id))
    return {row.line_id: Decision(Verb(row.decision), row.reason or "") for row in rows} == decisions


def _refuse_outsiders(session: Session, claim: ClaimRow, step: ApprovalStepRow, by_id: int) -> None:
    if claim.claimant_id == by_id:
        raise Refused("不能审批自己的报销单。", "Nobody approves their own claim.")
    if not _is_held(session, step, holds(session.get_one(PersonRow, by_id))):
        raise NotFound
    people = {by_id, _principal_of(session, step, by_id)} - {None}
    for other in approvals.steps_of(session, claim):
        if {other.decided_by_id, other.on_behalf_of_id} & people and approvals.rules_of(other) & approvals.rules_of(
            step
        ):
            raise Refused("此项须由两位不同的人批准。", "This needs the approval of two different people.")


def _principal_of(session: Session, step: ApprovalStepRow, by_id: int) -> int | None:
    """Whom the person decides for; None where the step is their own."""
    own = _is_held(session, step, holds_directly(session.get_one(PersonRow, by_id)))
    return None if own else step.assignee_id


def _is_held(session: Session, step: ApprovalStepRow, held: ColumnElement[bool]) -> bool:
    query = select(ApprovalStepRow.id).join(ClaimRow).where(ApprovalStepRow.id == step.id, held)
    return session.scalar(query) is not None


def _refuse_incomplete(claim: ClaimRow, decisions: Mapping[int, Decision]) -> None:
    if set(decisions) != {line.id for line in claim.lines}:
        raise Stale
    if any(decision.verb is not Verb.APPROVE and not decision.reason for decision in decisions.values()):
        raise Refused("退回或驳回须写明原因。", "Returning or rejecting needs a reason.")


def _carry_out(
    session: Session, claim: ClaimRow, step: ApprovalStepRow, by_id: int, decisions: Mapping[int, Decision]
) -> None:
    groups = {verb: [line for line in decisions if decisions[line].verb is verb] for verb in Verb}
    first, *rest = [verb for verb in Verb if groups[verb]]
    _note(session, step, by_id, first, decisions)
    for verb in rest:
        part = move_lines(session, claim, groups[verb], by_id)
        _conclude(session, part, step, by_id, verb, decisions)
    _conclude(session, claim, step, by_id, first, decisions)


def _note(session: Session, step: ApprovalStepRow, by_id: int, verb: Verb, decisions: Mapping[int, Decision]) -> None:
    step.state, step.decided_by_id, step.decided_at = verb.value, by_id, now()
    step.reason = "\n".join(_reasons(decisions.values())) or None
    for line_id, decision in decisions.items():
        reason = decision.reason or None
        session.add(LineDecisionRow(step_id=step.id, line_id=line_id, decision=decision.verb.value, reason=reason))
    session.flush()


def _conclude(
    session: Session, claim: ClaimRow, step: ApprovalStepRow, by_id: int, verb: Verb, decisions: Mapping[int, Decision]
) -> None:
    reasons = _reasons(decisions[line.id] for line in claim.lines)
    said: dict[str, object] = {
        "step": step.id,
        "on_behalf_of": step.on_behalf_of_id,
        "round": claim.round,
        "lines": [line.id for line in claim.lines],
    }
    if verb is Verb.APPROVE:
        _go_on(session, claim, step, by_id, said)
        return
    approvals.drop_steps(session, claim)
    advance(session, claim, ACTIONS[verb], Role(step.role), by_id, said)
    claim.open_findings = len(claim.lines) if verb is Verb.RETURN else 0
    if verb is Verb.REJECT:
        balances.release(session, claim)
        advance_ledger.release(session, claim)
    decision_notice.tell_claimant(session, claim, ClaimState(claim.state), reasons)


def _go_on(session: Session, claim: ClaimRow, step: ApprovalStepRow, by_id: int, said: dict[str, object]) -> None:
    claim.updated_at = now()
    if approvals.open_next(session, claim):
        record(session, chain_of(claim), "step_approved", by_id, now(), said)
        return
    advance(session, claim, Action.APPROVE, Role(step.role), by_id, said)
    decision_notice.tell_claimant(session, claim, ClaimState.APPROVED, [])


def _reasons(decisions: Iterable[Decision]) -> list[str]:
    return list(dict.fromkeys(decision.reason for decision in decisions if decision.reason))
