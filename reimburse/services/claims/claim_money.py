"""What became of a claim's money: the payout it is in, the claim that mirrors it or that it mirrors. Only reads."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from reimburse.store.claims import ClaimRow
from reimburse.store.db import db
from reimburse.store.payouts import PayoutClaimRow, PayoutRow


@dataclass(frozen=True, slots=True)
class ClaimMoney:
    """``mirror_no``: the claim that reverses it; ``mirrors``: the one it reverses; ``owed_back_fen`` of a mirror."""

    payout: PayoutRow | None = None
    mirror_no: str | None = None
    mirrors: str | None = None
    owed_back_fen: int = 0


def money_of(claim: ClaimRow) -> ClaimMoney:
    """One query."""
    mirror, original = aliased(ClaimRow), aliased(ClaimRow)
    query = (
        select(PayoutRow, PayoutClaimRow.amount_fen, mirror.claim_no, original.claim_no)
        .select_from(ClaimRow)
        .outerjoin(mirror, mirror.reversal_of_id == ClaimRow.id)
        .outerjoin(original, original.id == ClaimRow.reversal_of_id)
        .outerjoin(PayoutClaimRow, PayoutClaimRow.claim_id.in_((ClaimRow.id, ClaimRow.reversal_of_id)))
        .outerjoin(PayoutRow, PayoutRow.id == PayoutClaimRow.payout_id)
        .where(ClaimRow.id == claim.id)
    )
    payout, fen, mirror_no, mirrors = db.session.execute(query).one()
    owes = mirrors and claim.state == "exported" and payout is not None and payout.state == "paid"
    return ClaimMoney(payout, mirror_no, mirrors, fen if owes else 0)
