"""Batches of approved claims, as finance asks for them: collected, frozen by a second person, exported, posted.

Each step is done once, however often it is asked for; what takes long is done in the background (``batch_work``).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reimburse.domain.batch import BatchAction, BatchState
from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.claims.workflow import advance
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.idempotency import DoneBefore, remember, result_of
from reimburse.services.month_end import periods
from reimburse.services.month_end.batch_claims import LOADED, readiness_of
from reimburse.services.month_end.batch_hands import checkers, finance_role, made_it_oneself, makers, step_before
from reimburse.services.month_end.batch_work import chain_of, move, start
from reimburse.store.batches import BatchClaimRow, BatchRow, BatchWorkRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, today, transaction
from reimburse.store.events import record

MOST_CLAIMS = 20_000
"""Claims in one batch: its workbook has a million rows at the most."""


def collect(by_id: int, claim_nos: Sequence[str], key: str | None = None) -> str:
    """Put approved claims of one legal entity into a new batch; its number. The same key makes one batch only."""
    with transaction() as session:
        before = result_of(session, by_id, key)
        if before:
            return before
        role = finance_role(session, by_id)
        claims = locked_claims(session, claim_nos)
        if not claims:
            raise Refused("请先选择报销单。", "Choose claims first.")
        batch = opened(session, claims[0].legal_entity_id, by_id)
        put(session, batch, claims, by_id, role)
        remember(session, by_id, key, batch.batch_no)
        return batch.batch_no


def opened(session: Session, legal_entity_id: int, by_id: int, reversal_of_id: int | None = None) -> BatchRow:
    """A new batch with nothing in it. In the caller's transaction."""
    batch = BatchRow(batch_no=uuid4().hex[:30], made_by_id=by_id, made_at=now(), control={})
    batch.legal_entity_id, batch.reversal_of_id = legal_entity_id, reversal_of_id
    session.add(batch)
    session.flush()
    batch.batch_no = f"PC{today():%Y%m}-{batch.id:04}"
    record(session, chain_of(batch.id), "open", by_id, now(), {"batch_no": batch.batch_no})
    return batch


def add(by_id: int, batch_no: str, claim_nos: Sequence[str]) -> None:
    """Put more approved claims into an open batch; those that are in it already stay."""
    with transaction() as session:
        role = finance_role(session, by_id)
        batch = _batch(session, batch_no, BatchState.OPEN)
        claims = locked_claims(session, claim_nos)
        inside = set(session.scalars(select(BatchClaimRow.claim_id).where(BatchClaimRow.batch_id == batch.id)))
        put(session, batch, [claim for claim in claims if claim.id not in inside], by_id, role)


def remove(by_id: int, batch_no: str, claim_no: str) -> bool:
    """Take a claim out of an open batch; it is approved again and can go into another one.

    A batch that is empty then is gone; whether it is still there.
    """
    with transaction() as session:
        role = finance_role(session, by_id)
        batch = _batch(session, batch_no, BatchState.OPEN)
        claim = locked_claims(session, [claim_no])[0]
        row = session.get(BatchClaimRow, claim.id)
        if row is None or row.batch_id != batch.id:
            raise Stale
        session.delete(row)
        session.flush()
        advance(session, claim, Action.UNCOLLECT, role, by_id, {"batch_no": batch_no})
        _touch(session, batch, "uncollect", by_id, [claim])
        return not _discarded_if_empty(session, batch, by_id)


def discard(by_id: int, batch_no: str) -> None:
    """Do away with an open batch that has nothing in it."""
    with transaction() as session:
        finance_role(session, by_id)
        batch = _batch(session, batch_no, BatchState.OPEN)
        refuse_while_working(session, batch)
        if not _discarded_if_empty(session, batch, by_id):
            raise Refused("批次里还有报销单，请先移出。", "There are claims in the batch: take them out first.")


def freeze(by_id: int, batch_no: str, version: int) -> DoneBefore | None:
    """Check the batch as it was shown and freeze it: from now on nothing in it can change, and its files are written.

    Nobody who made the batch, or put claims into it, freezes it.
    """
    with transaction() as session:
        finance_role(session, by_id)
        batch = _batch(session, batch_no)
        if before := step_before(session, batch, "freeze"):
            return before
        if batch.state != BatchState.OPEN or batch.version != version:
            raise Stale
        refuse_while_working(session, batch)
        if by_id in makers(session, batch):
            raise made_it_oneself(checkers(session, batch))
        claims = _count(session, batch)
        if not claims:
            raise Refused("批次是空的。", "The batch is empty.")
        move(batch, BatchAction.FREEZE)
        start(session, batch, "freeze", by_id, claims)
    return None


def export(by_id: int, batch_no: str) -> DoneBefore | None:
    """Book the invoices and hand the batch over; done once."""
    with transaction() as session:
        finance_role(session, by_id)
        batch = _batch(session, batch_no)
        if before := step_before(session, batch, "export"):
            return before
        if batch.state != BatchState.FROZEN:
            raise Refused("请先冻结批次，再导出。", "Freeze the batch first, then export it.")
        refuse_while_working(session, batch)
        move(batch, BatchAction.EXPORT)
        batch.exported_by_id, batch.exported_at = by_id, now()
        start(session, batch, "export", by_id, _count(session, batch))
    return None


def post(by_id: int, batch_no: str, on: date | None = None) -> DoneBefore | None:
    """Post the batch's entries on this day (today); where its period is closed, in the next open one. Done once."""
    with transaction() as session:
        finance_role(session, by_id)
        batch = _batch(session, batch_no)
        if before := step_before(session, batch, "post"):
            return before
        if batch.state != BatchState.EXPORTED:
            raise Refused("请先导出批次，再过账。", "Export the batch first, then post it.")
        day = on or today()
        periods.refuse_far_days(day)
        refuse_while_working(session, batch)
        move(batch, BatchAction.POST)
        start(session, batch, "post", by_id, _count(session, batch), on=day.isoformat())
    return None


def put(session: Session, batch: BatchRow, claims: Sequence[ClaimRow], by_id: int, role: Role) -> None:
    """Put locked claims into the batch; ``Refused`` where one is not fit. In the caller's transaction."""
    _refuse_unfit(session, batch, claims)
    for claim in claims:
        row = BatchClaimRow(claim_id=claim.id, batch_id=batch.id, total_fen=claim.total_fen, collected_by_id=by_id)
        session.add(row)
        advance(session, claim, Action.COLLECT, role, by_id, {"batch_no": batch.batch_no})
    session.flush()
    _touch(session, batch, "collect", by_id, claims)


def locked_claims(session: Session, claim_nos: Iterable[str]) -> list[ClaimRow]:
    """These claims, held until the transaction ends; ``NotFound`` where one does not exist."""
    wanted = set(claim_nos)
    query = select(ClaimRow).where(ClaimRow.claim_no.in_(wanted)).options(*LOADED).order_by(ClaimRow.id)
    claims = session.scalars(query.with_for_update(of=ClaimRow).execution_options(populate_existing=True)).all()
    if len(claims) < len(wanted):
        raise NotFound
    return list(claims)


def refuse_while_working(session: Session, batch: BatchRow) -> None:
    """Nobody moves a batch on while the background is at work on it."""
    work = session.get(BatchWorkRow, batch.id)
    if work and work.finished_at is None:
        raise Refused("批次正在处理，请稍候。", "The batch is being worked on: wait a moment.")


def _refuse_unfit(session: Session, batch: BatchRow, claims: Sequence[ClaimRow]) -> None:
    if _count(session, batch) + len(claims) > MOST_CLAIMS:
        raise Refused(f"一个批次最多 {MOST_CLAIMS} 张报销单。", f"A batch takes {MOST_CLAIMS} claims at most.")
    for readiness in readiness_of(session, claims):
        claim = readiness.claim
        if claim.state != ClaimState.APPROVED.value:
            raise Stale(f"报销单 {claim.claim_no} 已不在待入批状态。", f"Claim {claim.claim_no} is no longer waiting.")
        if claim.legal_entity_id != batch.legal_entity_id:
            raise Refused("一个批次只收同一法人的报销单。", "A batch holds the claims of one legal entity.")
        if not readiness.ready:
            why = readiness.hindrances[0]
            raise Refused(f"报销单 {claim.claim_no}：{why.zh}。", f"Claim {claim.claim_no}: {why.en}.")


def _touch(session: Session, batch: BatchRow, kind: str, by_id: int, claims: Iterable[ClaimRow]) -> None:
    # The version moves on, so that whoever is about to freeze sees the change.
    batch.control = {"changes": batch.control.get("changes", 0) + 1}
    record(session, chain_of(batch.id), kind, by_id, now(), {"claims": [claim.claim_no for claim in claims]})


def _discarded_if_empty(session: Session, batch: BatchRow, by_id: int) -> bool:
    if _count(session, batch):
        return False
    record(session, chain_of(batch.id), "discard", by_id, now(), {"batch_no": batch.batch_no})
    session.delete(batch)
    return True


def _count(session: Session, batch: BatchRow) -> int:
    return session.scalar(select(func.count()).where(BatchClaimRow.batch_id == batch.id)) or 0


def _batch(session: Session, batch_no: str, state: BatchState | None = None) -> BatchRow:
    query = select(BatchRow).where(BatchRow.batch_no == batch_no).with_for_update()
    batch = session.scalar(query.execution_options(populate_existing=True))
    if batch is None:
        raise NotFound
    if state and batch.state != state:
        raise Stale("批次已冻结，不能再改。", "The batch is frozen and cannot be changed.")
    if batch.reversal_of_id and batch.state == BatchState.OPEN:
        raise Stale("冲销批次由系统完成，不能手工更改。", "The batch of a reversal is made by the system.")
    return batch
