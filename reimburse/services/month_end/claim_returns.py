"""An approved claim that cannot go into a batch goes back to its claimant, with what is to be mended."""

from sqlalchemy.orm import Session

from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.approval import approvals, decision_notice
from reimburse.services.claims.workflow import advance
from reimburse.services.errors import Refused, Stale
from reimburse.services.month_end.batch_claims import readiness_of
from reimburse.services.month_end.batch_hands import finance_role
from reimburse.services.month_end.batches import locked_claims
from reimburse.store.approvals import ApprovalStepRow, LineDecisionRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, transaction

WHY = "batch"
"""The reason code of the step that finance took."""


def return_claim(by_id: int, claim_no: str, reason: str) -> None:
    """Return an approved claim that something hinders from being paid; it is approved anew once it is mended."""
    if not reason.strip():
        raise Refused("退回须写明原因。", "Returning needs a reason.")
    with transaction() as session:
        role = finance_role(session, by_id)
        claim = locked_claims(session, [claim_no])[0]
        if claim.claimant_id == by_id:
            raise Refused("不能处理自己的报销单。", "Nobody deals with their own claim.")
        if claim.state != ClaimState.APPROVED.value:
            raise Stale(f"报销单 {claim_no} 已不在待入批状态。", f"Claim {claim_no} is no longer waiting.")
        if readiness_of(session, [claim])[0].ready:
            raise Refused("这张报销单可以入批，没有要退回更正的问题。", "Nothing hinders this claim from its batch.")
        step = _step(session, claim, role, by_id, reason.strip())
        said = {"step": step.id, "round": claim.round, "lines": [line.id for line in claim.lines]}
        advance(session, claim, Action.RETURN, role, by_id, said)
        claim.open_findings = len(claim.lines)
        decision_notice.tell_claimant(session, claim, ClaimState.RETURNED, [reason.strip()])


def _step(session: Session, claim: ClaimRow, role: Role, by_id: int, reason: str) -> ApprovalStepRow:
    """What finance decided stands behind the steps of the round."""
    position = max((step.position for step in approvals.steps_of(session, claim)), default=0) + 1
    step = ApprovalStepRow(
        claim_id=claim.id, round=claim.round, position=position, role=role.value, why=WHY, state="returned"
    )
    step.opened_at = step.decided_at = now()
    step.assignee_id = step.decided_by_id = by_id
    step.reason = reason
    session.add(step)
    session.flush()
    session.add_all(
        LineDecisionRow(step_id=step.id, line_id=line.id, decision="returned", reason=reason) for line in claim.lines
    )
    return step
