"""Drafts nobody touches: notices 14 and 3 days before they expire, then they are cleared."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.claims.balances import release
from reimburse.services.claims.claim_mail import tell_cleared, tell_expiring
from reimburse.services.claims.workflow import advance
from reimburse.services.outbox import mark_done
from reimburse.store.claims import ClaimRow
from reimburse.store.db import today, transaction

NOTICE_DAYS = (14, 3)
DRAFTS = (ClaimRow.state == ClaimState.DRAFT.value, ClaimRow.expires_on.is_not(None))


def clear_drafts(outbox_id: int | None = None) -> None:
    """Tell the owners of drafts about to expire, clear those that did. A second run on a day changes nothing."""
    with transaction() as session:
        on = today()
        soon = select(ClaimRow).where(*DRAFTS, ClaimRow.expires_on <= on + timedelta(days=max(NOTICE_DAYS)))
        query = soon.options(joinedload(ClaimRow.claimant)).with_for_update(of=ClaimRow)
        for claim in session.scalars(query).all():
            left = (claim.expires_on - on).days if claim.expires_on else 0
            if left < 0:
                advance(session, claim, Action.DELETE, Role.SYSTEM, None, {"why": "expired"})
                release(session, claim)
                claim.expires_on = None
                tell_cleared(session, claim)
                continue
            mark = min(days for days in NOTICE_DAYS if left <= days)
            if claim.expiry_notice_days is None or mark < claim.expiry_notice_days:
                claim.expiry_notice_days = mark
                tell_expiring(session, claim, left)
        mark_done(session, outbox_id)
