"""Whose hands a batch goes through: nobody checks what they made themselves, and what is done is not done again."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from reimburse.domain.finding import Text
from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.errors import NotFound, Refused
from reimburse.services.idempotency import DoneBefore, done_before
from reimburse.store.batches import BatchClaimRow, BatchRow, BatchWorkRow
from reimburse.store.people import PersonRow, RoleGrantRow

ASKED = {
    "freeze": Text("提交冻结（正在处理）", "Freezing, which is under way, was asked for"),
    "export": Text("提交导出（正在处理）", "Exporting, which is under way, was asked for"),
    "post": Text("提交过账（正在处理）", "Posting, which is under way, was asked for"),
}


def finance_role(session: Session, by_id: int) -> Role:
    """The role in which this person acts; ``NotFound`` for whoever is not in finance."""
    held = session.get_one(PersonRow, by_id).roles() & FINANCE
    if not held:
        raise NotFound
    return Role.FINANCE_HEAD if Role.FINANCE_HEAD in held else Role.FINANCE_REVIEWER


def makers(session: Session, batch: BatchRow) -> set[int]:
    """Whoever opened the batch or put claims into it."""
    rows = select(BatchClaimRow.collected_by_id).where(BatchClaimRow.batch_id == batch.id).distinct()
    return {batch.made_by_id, *(by_id for by_id in session.scalars(rows) if by_id)}


def checkers(session: Session, batch: BatchRow) -> list[PersonRow]:
    """Who may freeze the batch: people in finance who had no hand in making it."""
    people = select(PersonRow).join(RoleGrantRow).where(PersonRow.active, RoleGrantRow.role.in_(FINANCE)).distinct()
    others = people.where(PersonRow.id.not_in(makers(session, batch)))
    return list(session.scalars(others.order_by(PersonRow.id)))


def made_it_oneself(others: Sequence[PersonRow]) -> Refused:
    """Why somebody may not freeze the batch, and who may."""
    names = Text("、".join(person.name for person in others), ", ".join(person.name for person in others))
    if not others:
        names = Text(
            "（还没有第二位财务，请管理员添加）", "nobody yet: an administrator adds a second person in finance"
        )
    return Refused(
        f"制单人不能自己冻结，请由另一位财务复核：{names.zh}。",
        f"Whoever made the batch does not freeze it. These may: {names.en}.",
    )


def step_before(session: Session, batch: BatchRow, kind: str) -> DoneBefore | None:
    """Who took this step of the batch (freeze, export, post), or asked for it, and when; nothing where nobody did."""
    work = session.get(BatchWorkRow, batch.id)
    if work and work.kind == kind and work.finished_at is None:
        return done_before(session, ASKED[kind], work.by_id, work.started_at)
    what, by_id, at = {
        "freeze": (Text("冻结", "It was frozen"), batch.frozen_by_id, batch.frozen_at),
        "export": (Text("导出", "It was exported"), batch.exported_by_id, batch.exported_at),
        "post": (Text("过账", "It was posted"), batch.posted_by_id, batch.posted_at),
    }[kind]
    return done_before(session, what, by_id, at) if at else None
