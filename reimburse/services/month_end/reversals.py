"""Reversals (冲销) of a batch, or of one claim of it: one person in finance asks and says why, another confirms."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.batch import BatchState
from reimburse.domain.finding import Text
from reimburse.domain.workflow import ClaimState
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.idempotency import DoneBefore, done_before
from reimburse.services.month_end.batch_hands import finance_role
from reimburse.services.month_end.batch_work import chain_of, locked, start
from reimburse.services.month_end.periods import refuse_far_days
from reimburse.services.payouts.payouts import being_paid
from reimburse.services.returns.offsets import tell_finance
from reimburse.store.batches import BatchClaimRow, BatchRow, BatchWorkRow, ReversalRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, today, transaction
from reimburse.store.events import record
from reimburse.store.payouts import PayoutClaimRow, PayoutRow

REVERSIBLE = frozenset({ClaimState.EXPORTED.value, ClaimState.PAID.value})
BOOKED = frozenset({BatchState.EXPORTED.value, BatchState.POSTED.value})
OPEN = ("asked", "confirmed")
CONFIRMED = Text("确认冲销", "The reversal was confirmed")


def ask(by_id: int, batch_no: str, reason: str, claim_no: str | None = None) -> int:
    """Ask for the reversal of a whole batch or one claim of it; the id. Nothing has happened until it is confirmed."""
    if not reason.strip():
        raise Refused("请写明冲销原因。", "Say why it is reversed.")
    with transaction() as session:
        finance_role(session, by_id)
        batch = _booked(session, batch_no)
        claims = _claims(session, batch, claim_no)
        _refuse_unfit(session, batch, claims)
        row = ReversalRow(batch_id=batch.id, reason=reason.strip()[:500], asked_by_id=by_id, asked_at=now())
        row.claim_id = claims[0].id if claim_no else None
        session.add(row)
        session.flush()
        said = {"reversal": row.id, "claim": claim_no, "reason": row.reason}
        record(session, chain_of(batch.id), "reversal_asked", by_id, now(), said)
        what = Text(f"冲销 {claim_no or batch_no}", f"the reversal of {claim_no or batch_no}")
        text = Text(f"请复核{what.zh}：{row.reason}", f"Please confirm {what.en}: {row.reason}")
        tell_finance(session, text, f"/batches/{batch_no}", but=by_id, kind="reversal")
        return row.id


def withdraw(by_id: int, reversal_id: int) -> None:
    """Not to be reversed after all: whoever asked takes it back, or a colleague turns it down."""
    with transaction() as session:
        finance_role(session, by_id)
        row, batch = _held(session, reversal_id)
        if row.state != "asked":
            raise Stale
        row.state, row.confirmed_by_id, row.confirmed_at = "withdrawn", by_id, now()
        record(session, chain_of(batch.id), "reversal_withdrawn", by_id, now(), {"reversal": row.id})


def confirm(by_id: int, reversal_id: int) -> DoneBefore | None:
    """Confirm what somebody else asked for: it is done in the background. Confirmed twice, it is done once."""
    with transaction() as session:
        finance_role(session, by_id)
        row, batch = _held(session, reversal_id)
        if row.state in ("confirmed", "done"):
            return done_before(session, CONFIRMED, row.confirmed_by_id, row.confirmed_at)
        if row.state != "asked":
            raise Stale
        if row.asked_by_id == by_id:
            raise Refused(
                "申请冲销的人不能自己复核，请另一位财务确认。", "Whoever asked does not confirm: a colleague does."
            )
        refuse_far_days(today())
        claims = _claims(session, batch, row.claim.claim_no if row.claim else None)
        _refuse_unfit(session, batch, claims, but=row.id)
        work = session.get(BatchWorkRow, batch.id)
        if work and work.finished_at is None:
            raise Refused("批次正在处理，请稍候。", "The batch is being worked on: wait a moment.")
        row.state, row.confirmed_by_id, row.confirmed_at = "confirmed", by_id, now()
        start(session, batch, "reverse", by_id, len(claims), reversal=str(row.id), on=today().isoformat())
    return None


def claims_to_reverse(session: Session, row: ReversalRow) -> list[int]:
    """The ids of the claims that a confirmed reversal is about and that are not reversed yet."""
    left = left_to_reverse(session, row.batch_id)
    return [claim_id for claim_id in left if claim_id == row.claim_id] if row.claim_id else left


def left_to_reverse(session: Session, batch_id: int) -> list[int]:
    """The ids of the claims of an exported batch that are not reversed."""
    inside = select(ClaimRow.id).join(BatchClaimRow).where(BatchClaimRow.batch_id == batch_id)
    return list(session.scalars(inside.where(ClaimRow.state.in_(REVERSIBLE)).order_by(ClaimRow.id)))


def _refuse_unfit(session: Session, batch: BatchRow, claims: Sequence[ClaimRow], but: int = 0) -> None:
    if not claims:
        raise Refused("没有可冲销的报销单。", "There is no claim to reverse.")
    asked = select(ReversalRow).where(ReversalRow.batch_id == batch.id, ReversalRow.state.in_(OPEN))
    ids = {claim.id for claim in claims}
    for other in session.scalars(asked.where(ReversalRow.id != but)):
        if other.claim_id is None or other.claim_id in ids:
            raise Refused("已有冲销申请等待复核。", "A reversal waits to be confirmed already.")
    mirrors = [claim for claim in claims if claim.reversal_of_id]
    if mirrors:
        raise Refused("冲销单不能再冲销。", "A reversal is not reversed: make a new claim.")
    with_bank = (
        select(ClaimRow.claim_no)
        .join(PayoutClaimRow, PayoutClaimRow.claim_id == ClaimRow.id)
        .join(PayoutRow, PayoutRow.id == PayoutClaimRow.payout_id)
        .where(PayoutRow.batch_id == batch.id, PayoutRow.state == "ordered")
    )
    waiting = set(session.scalars(with_bank)) & {claim.claim_no for claim in claims}
    if waiting:
        raise being_paid(min(waiting))


def _claims(session: Session, batch: BatchRow, claim_no: str | None) -> list[ClaimRow]:
    query = select(ClaimRow).join(BatchClaimRow).where(BatchClaimRow.batch_id == batch.id)
    if claim_no:
        query = query.where(ClaimRow.claim_no == claim_no)
    claims = list(session.scalars(query.order_by(ClaimRow.id)))
    if claim_no and not claims:
        raise NotFound(f"批次里没有报销单 {claim_no}。", f"There is no claim {claim_no} in the batch.")
    if claim_no and claims[0].state not in REVERSIBLE:
        raise Stale("这张报销单不能冲销。", "This claim cannot be reversed.")
    return [claim for claim in claims if claim.state in REVERSIBLE]


def _booked(session: Session, batch_no: str) -> BatchRow:
    batch_id = session.scalar(select(BatchRow.id).where(BatchRow.batch_no == batch_no))
    if batch_id is None:
        raise NotFound
    batch = locked(session, batch_id)
    if batch.state not in BOOKED:
        raise Refused("只有已导出或已过账的批次可以冲销。", "Only what was exported or posted is reversed.")
    return batch


def _held(session: Session, reversal_id: int) -> tuple[ReversalRow, BatchRow]:
    batch_id = session.scalar(select(ReversalRow.batch_id).where(ReversalRow.id == reversal_id))
    if batch_id is None:
        raise NotFound
    batch = locked(session, batch_id)
    return session.get_one(ReversalRow, reversal_id, populate_existing=True), batch
