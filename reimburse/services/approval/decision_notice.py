"""What a claimant is told of a reviewer's decision: what to do now, and why."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.workflow import ClaimState
from reimburse.services.notices import tell
from reimburse.store.claims import ClaimRow


def tell_claimant(session: Session, claim: ClaimRow, state: ClaimState, reasons: Sequence[str]) -> None:
    """Tell the claimant that the claim is approved, returned or rejected now. Runs in the caller's transaction."""
    todo, link = _todo(claim, state), f"/claims/{claim.claim_no}"
    if state is ClaimState.RETURNED:
        link += "/edit"
    listed = [f"- {reason}" for reason in reasons]
    body = Text("\n".join([f"{todo.zh}。", *listed]), "\n".join([f"{todo.en}.", *listed]))
    tell(session, claim.claimant, f"claim_{state.value}", todo, link, body)


def _todo(claim: ClaimRow, state: ClaimState) -> Text:
    number = claim.claim_no
    if state is ClaimState.RETURNED:
        return Text(
            f"请按审批意见修改报销单 {number} 后重新提交",
            f"Correct claim {number} as its reviewer asks and submit it again",
        )
    if state is ClaimState.REJECTED:
        return Text(f"报销单 {number} 被驳回，发票已释放", f"Claim {number} was rejected; its invoices are free again")
    return Text(f"无需操作：报销单 {number} 已审批通过", f"Nothing to do: claim {number} was approved")
