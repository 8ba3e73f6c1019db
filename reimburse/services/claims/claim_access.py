"""Which claims a person may see, and their own ones that they may change."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.workflow import EDITABLE, ClaimState
from reimburse.services.access import SEE_ALL, SEE_DEPARTMENT
from reimburse.services.approval.approvers import asked
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.claims import ClaimRow
from reimburse.store.people import PersonRow


def may_see(session: Session, person: PersonRow, claim: ClaimRow) -> bool:
    """The claimant, and once it was submitted finance and auditors; approvers and holders of a step see no draft."""
    if claim.claimant_id == person.id:
        return True
    if claim.round and person.roles() & SEE_ALL:
        return True
    if claim.state in (ClaimState.DRAFT.value, ClaimState.DELETED.value):
        return False
    if person.roles(claim.department_id) & SEE_DEPARTMENT:
        return True
    step = select(ApprovalStepRow.id).where(ApprovalStepRow.claim_id == claim.id, asked(person))
    return session.scalar(step.limit(1)) is not None


def visible(session: Session, claim_no: str, person: PersonRow) -> ClaimRow:
    """The claim of this number, or ``NotFound`` where there is none or this person may not see it."""
    claim = session.scalar(select(ClaimRow).where(ClaimRow.claim_no == claim_no))
    if claim is None or not may_see(session, person, claim):
        raise NotFound
    return claim


def own(session: Session, claim_no: str, person_id: int) -> ClaimRow:
    """The person's own claim, locked until the transaction ends."""
    query = select(ClaimRow).where(ClaimRow.claim_no == claim_no, ClaimRow.claimant_id == person_id)
    claim = session.scalar(query.with_for_update(of=ClaimRow).execution_options(populate_existing=True))
    if claim is None:
        raise NotFound
    return claim


def own_editable(session: Session, claim_no: str, person_id: int, version: int | None = None) -> ClaimRow:
    """The person's own draft or returned claim; ``Stale`` where it is not the version they looked at."""
    claim = own(session, claim_no, person_id)
    if ClaimState(claim.state) not in EDITABLE:
        raise Refused(
            f"报销单 {claim_no} 已提交，不能修改。需要修改请先撤回。",
            f"Claim {claim_no} is submitted and cannot be changed: recall it first.",
        )
    if version is not None and claim.version != version:
        raise Stale
    return claim
