"""Batches of approved claims: collect, freeze by a second person, export. Each step is done once."""

from collections.abc import Iterable, Sequence
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.workflow import FINANCE, Action, ClaimState, Role
from reimburse.services import balances, batch_files
from reimburse.services.batch_claims import LOADED, readiness_of
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.idempotency import remember, result_of
from reimburse.services.workflow import advance
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import now, today, transaction
from reimburse.store.events import record
from reimburse.store.people import PersonRow, RoleGrantRow

MOST_CLAIMS = 200
"""Claims in one batch: freezing and exporting hold the database while somebody waits."""


def chain_of(batch_id: int) -> str:
    """The event chain of a batch."""
    return f"batch:{batch_id}"


def collect(by_id: int, claim_nos: Sequence[str], key: str | None = None) -> str:
    """Put approved claims of one legal entity into a new batch; its number. The same key makes one batch only."""
    with transaction() as session:
        before = result_of(session, by_id, key)
        if before:
            return before
        role = _finance_role(session, by_id)
        claims = _locked(session, claim_nos)
        if not claims:
            raise Refused("请先选择报销单。", "Choose claims first.")
        batch = BatchRow(batch_no=uuid4().hex[:30], made_by_id=by_id, made_at=now(), control={})
        batch.legal_entity_id = claims[0].legal_entity_id
        session.add(batch)
        session.flush()
        batch.batch_no = f"PC{today():%Y%m}-{batch.id:04}"
        record(session, chain_of(batch.id), "open", by_id, now(), {"batch_no": batch.batch_no})
        _put(session, batch, claims, by_id, role)
        remember(session, by_id, key, batch.batch_no)
        return batch.batch_no


def add(by_id: int, batch_no: str, claim_nos: Sequence[str]) -> None:
    """Put more approved claims into an open batch; those that are in it already stay."""
    with transaction() as session:
        role = _finance_role(session, by_id)
        batch = _batch(session, batch_no, "open")
        claims = _locked(session, claim_nos)
        inside = set(session.scalars(select(BatchClaimRow.claim_id).where(BatchClaimRow.batch_id == batch.id)))
        _put(session, batch, [claim for claim in claims if claim.id not in inside], by_id, role)


def remove(by_id: int, batch_no: str, claim_no: str) -> bool:
    """Take a claim out of an open batch; it is approved again and can go into another one.

    A batch that is empty then is gone; whether it is still there.
    """
    with transaction() as session:
        role = _finance_role(session, by_id)
        batch = _batch(session, batch_no, "open")
        claim = _locked(session, [claim_no])[0]
        row = session.get(BatchClaimRow, claim.id)
        if row is None or row.batch_id != batch.id:
            raise Stale
        session.delete(row)
        session.flush()
        advance(session, claim, Action.UNCOLLECT, role, by_id, {"batch_no": batch_no})
        _touch(session, batch, "uncollect", by_id, [claim])
        if session.scalar(select(func.count()).where(BatchClaimRow.batch_id == batch.id)):
            return True
        record(session, chain_of(batch.id), "discard", by_id, now(), {"batch_no": batch_no})
        session.delete(batch)
        return False


def freeze(by_id: int, batch_no: str, version: int) -> None:
    """Take the control totals and write the files; nothing in the batch can change afterwards.

    Whoever made the batch does not freeze it, as long as there is a second person in finance.
    """
    with transaction() as session:
        _finance_role(session, by_id)
        batch = _batch(session, batch_no)
        if batch.frozen_by_id == by_id:
            return
        if batch.state != "open" or batch.version != version:
            raise Stale
        if batch.made_by_id == by_id and _others_in_finance(session, by_id):
            raise Refused(
                "制单人不能自己冻结，请另一位财务复核。", "Whoever made the batch does not freeze it: ask a colleague."
            )
        _refuse_changed(session, batch)
        batch.frozen_by_id, batch.frozen_at = by_id, now()
        batch.control = batch_files.write(session, batch)
        batch.state = "frozen"
        record(session, chain_of(batch.id), "freeze", by_id, now(), batch.control)


def export(by_id: int, batch_no: str) -> None:
    """Book the invoices and hand the batch over; done once."""
    with transaction() as session:
        role = _finance_role(session, by_id)
        batch = _batch(session, batch_no)
        if batch.state == "exported":
            return
        if batch.state != "frozen":
            raise Refused("请先冻结批次，再导出。", "Freeze the batch first, then export it.")
        for claim in _claims_of(session, batch):
            balances.book(session, claim)
            advance(session, claim, Action.EXPORT, role, by_id, {"batch_no": batch_no})
        batch.state, batch.exported_by_id, batch.exported_at = "exported", by_id, now()
        record(session, chain_of(batch.id), "export", by_id, now(), {"files": batch.control["files"]})


def _put(session: Session, batch: BatchRow, claims: Sequence[ClaimRow], by_id: int, role: Role) -> None:
    _refuse_unfit(session, batch, claims)
    for claim in claims:
        session.add(BatchClaimRow(claim_id=claim.id, batch_id=batch.id, total_fen=claim.total_fen))
        advance(session, claim, Action.COLLECT, role, by_id, {"batch_no": batch.batch_no})
    session.flush()
    _touch(session, batch, "collect", by_id, claims)


def _refuse_unfit(session: Session, batch: BatchRow, claims: Sequence[ClaimRow]) -> None:
    inside = session.scalar(select(func.count()).where(BatchClaimRow.batch_id == batch.id)) or 0
    if inside + len(claims) > MOST_CLAIMS:
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


def _refuse_changed(session: Session, batch: BatchRow) -> None:
    """Nothing is frozen that is no longer what was collected."""
    collected = select(BatchClaimRow.claim_id, BatchClaimRow.total_fen).where(BatchClaimRow.batch_id == batch.id)
    totals = {row[0]: row[1] for row in session.execute(collected)}
    if not totals:
        raise Refused("批次是空的。", "The batch is empty.")
    claims = session.scalars(select(ClaimRow).where(ClaimRow.id.in_(totals)).options(*LOADED)).all()
    for readiness in readiness_of(session, claims):
        claim = readiness.claim
        why = next(iter(readiness.hindrances), Text("金额已变", "its total changed"))
        if not readiness.ready or claim.total_fen != totals[claim.id]:
            raise Refused(
                f"报销单 {claim.claim_no}：{why.zh}，请移出批次。", f"Claim {claim.claim_no}: {why.en}; take it out."
            )


def _touch(session: Session, batch: BatchRow, kind: str, by_id: int, claims: Iterable[ClaimRow]) -> None:
    # The version moves on, so that whoever is about to freeze sees the change.
    batch.control = {"changes": batch.control.get("changes", 0) + 1}
    record(session, chain_of(batch.id), kind, by_id, now(), {"claims": [claim.claim_no for claim in claims]})


def _batch(session: Session, batch_no: str, state: str | None = None) -> BatchRow:
    query = select(BatchRow).where(BatchRow.batch_no == batch_no).with_for_update()
    batch = session.scalar(query.execution_options(populate_existing=True))
    if batch is None:
        raise NotFound
    if state and batch.state != state:
        raise Stale("批次已冻结，不能再改。", "The batch is frozen and cannot be changed.")
    return batch


def _locked(session: Session, claim_nos: Iterable[str]) -> list[ClaimRow]:
    wanted = set(claim_nos)
    query = select(ClaimRow).where(ClaimRow.claim_no.in_(wanted)).options(*LOADED).order_by(ClaimRow.id)
    claims = session.scalars(query.with_for_update(of=ClaimRow).execution_options(populate_existing=True)).all()
    if len(claims) < len(wanted):
        raise NotFound
    return list(claims)


def _claims_of(session: Session, batch: BatchRow) -> list[ClaimRow]:
    inside = select(BatchClaimRow.claim_id).where(BatchClaimRow.batch_id == batch.id)
    return list(session.scalars(select(ClaimRow).where(ClaimRow.id.in_(inside)).order_by(ClaimRow.id)))


def _finance_role(session: Session, by_id: int) -> Role:
    held = session.get_one(PersonRow, by_id).roles() & FINANCE
    if not held:
        raise NotFound
    return Role.FINANCE_HEAD if Role.FINANCE_HEAD in held else Role.FINANCE_REVIEWER


def _others_in_finance(session: Session, by_id: int) -> bool:
    others = select(PersonRow.id).join(RoleGrantRow).where(PersonRow.active, RoleGrantRow.role.in_(FINANCE))
    return session.scalar(others.where(PersonRow.id != by_id).limit(1)) is not None
