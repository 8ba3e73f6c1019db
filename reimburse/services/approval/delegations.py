"""Delegations with dates: who decides for whom while they are away (U-26, X-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from reimburse.domain.finding import Text
from reimburse.domain.workflow import REVIEWERS, Role
from reimburse.services.approval.approvers import in_force
from reimburse.services.approval.handing_over import take_from_barred
from reimburse.services.errors import NotFound, Refused
from reimburse.services.notices import tell
from reimburse.store.db import db, now, today, transaction
from reimburse.store.delegations import DelegationRow
from reimburse.store.events import record
from reimburse.store.people import PersonRow, RoleGrantRow

SHOWN = 100
NEVER = frozenset({Role.AUDITOR, Role.ADMIN})
"""Auditors change nothing and admins handle no money: neither stands in for an approver."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who stands in for whom, first and last day included; ``department_id`` None: for every department."""

    principal_id: int
    delegate_id: int
    first_day: date
    last_day: date
    department_id: int | None = None


def create(by: PersonRow, wanted: Wanted) -> int:
    """Delegate one's own steps, or as an admin those of somebody else; the id."""
    if by.id != wanted.principal_id and Role.ADMIN not in by.roles():
        raise NotFound
    with transaction() as session:
        people = select(PersonRow).where(PersonRow.id.in_((wanted.principal_id, wanted.delegate_id)))
        locked = session.scalars(people.order_by(PersonRow.id).with_for_update(of=PersonRow))
        found = {person.id: person for person in locked}
        _refuse_unfit(found.get(wanted.principal_id), found.get(wanted.delegate_id), wanted)
        _refuse_overlapping(session, wanted)
        row = DelegationRow(
            principal_id=wanted.principal_id,
            delegate_id=wanted.delegate_id,
            department_id=wanted.department_id,
            first_day=wanted.first_day,
            last_day=wanted.last_day,
            made_by_id=by.id,
            made_at=now(),
        )
        session.add(row)
        session.flush()
        said = {"principal": row.principal_id, "delegate": row.delegate_id, "from": str(row.first_day)}
        record(session, _chain(row), "delegate", by.id, now(), {**said, "to": str(row.last_day)})
        _tell_both(session, row, by)
        take_from_barred(session)
        return row.id


def revoke(by: PersonRow, delegation_id: int) -> None:
    """End it at once. What was decided under it stands. A second time changes nothing."""
    with transaction() as session:
        row = session.get(DelegationRow, delegation_id, with_for_update=True)
        if row is None or (by.id != row.principal_id and Role.ADMIN not in by.roles()):
            raise NotFound
        if row.revoked_at is not None or row.last_day < today():
            return
        row.revoked_by_id, row.revoked_at = by.id, now()
        record(session, _chain(row), "revoke", by.id, now(), {})
        text = Text(f"{row.principal.name} 的审批代理已结束", f"You no longer stand in for {row.principal.name}")
        tell(session, row.delegate, "delegation", text, "/delegations")


def shown_to(person: PersonRow) -> Sequence[DelegationRow]:
    """The person's own ones, given and received; admins see all. Those that end last come first."""
    query = select(DelegationRow).options(
        joinedload(DelegationRow.principal).lazyload(PersonRow.grants),
        joinedload(DelegationRow.delegate).lazyload(PersonRow.grants),
        joinedload(DelegationRow.department),
    )
    if Role.ADMIN not in person.roles():
        query = query.where(_of(person.id))
    ordered = query.order_by(DelegationRow.last_day.desc(), DelegationRow.id.desc())
    return db.session.scalars(ordered.limit(SHOWN)).unique().all()


def people_to_choose() -> tuple[Sequence[PersonRow], Sequence[PersonRow]]:
    """Those who have steps to delegate, and those who may stand in for somebody."""
    having = {
        roles: exists().where(RoleGrantRow.person_id == PersonRow.id, RoleGrantRow.role.in_(roles))
        for roles in (REVIEWERS, NEVER)
    }
    people = select(PersonRow).where(PersonRow.active).order_by(PersonRow.name, PersonRow.id)
    principals, delegates = people.where(having[REVIEWERS]), people.where(~having[NEVER])
    return db.session.scalars(principals).all(), db.session.scalars(delegates).all()


def stands_in(person: PersonRow) -> bool:
    """Whether the person decides for somebody today."""
    query = select(DelegationRow.id).where(DelegationRow.delegate_id == person.id, in_force())
    return db.session.scalar(query.limit(1)) is not None


def state_of(row: DelegationRow, on: date) -> str:
    """Planned, in force, over or revoked."""
    if row.revoked_at is not None:
        return "revoked"
    if on > row.last_day:
        return "over"
    return "in_force" if on >= row.first_day else "planned"


def _refuse_unfit(principal: PersonRow | None, delegate: PersonRow | None, wanted: Wanted) -> None:
    if principal is None or delegate is None or not delegate.active:
        raise Refused("请选择在职的代理人。", "Choose somebody who works here.")
    if principal.id == delegate.id:
        raise Refused("不能代理给自己。", "Nobody stands in for themselves.")
    if not principal.roles() & REVIEWERS:
        raise Refused(
            f"{principal.name} 没有审批角色，无需代理。", f"{principal.name} has no approval role to delegate."
        )
    if delegate.roles() & NEVER:
        raise Refused("审计和管理员不能代理审批。", "Auditors and administrators do not stand in for approvers.")
    if wanted.first_day > wanted.last_day or wanted.last_day < today():
        raise Refused("请填写有效的起止日期。", "The last day lies after the first and not in the past.")


def _refuse_overlapping(session: Session, wanted: Wanted) -> None:
    """No chains: nobody both delegates and stands in for somebody on the same day; nor the same twice."""
    at_that_time = and_(
        DelegationRow.revoked_at.is_(None),
        DelegationRow.first_day <= wanted.last_day,
        DelegationRow.last_day >= wanted.first_day,
    )
    same = and_(
        DelegationRow.principal_id == wanted.principal_id,
        DelegationRow.delegate_id == wanted.delegate_id,
        or_(DelegationRow.department_id.is_(None), DelegationRow.department_id == wanted.department_id),
    )
    refusals = (
        (
            DelegationRow.principal_id == wanted.delegate_id,
            "代理人在此期间也把审批交给了别人，不能再代理。",
            "The chosen person has delegated to somebody else in that time.",
        ),
        (
            DelegationRow.delegate_id == wanted.principal_id,
            "委托人在此期间正代理别人审批，请先结束那项代理。",
            "The principal stands in for somebody else in that time: end that first.",
        ),
        (same, "这项代理已经存在。", "There is such a delegation already."),
    )
    for condition, zh, en in refusals:
        if session.scalar(select(DelegationRow.id).where(at_that_time, condition).limit(1)) is not None:
            raise Refused(zh, en)


def _of(person_id: int) -> ColumnElement[bool]:
    return or_(DelegationRow.principal_id == person_id, DelegationRow.delegate_id == person_id)


def _tell_both(session: Session, row: DelegationRow, by: PersonRow) -> None:
    days = f"{row.first_day} – {row.last_day}"
    text = Text(
        f"请在 {days} 代理 {row.principal.name} 审批", f"Please stand in for {row.principal.name} as approver, {days}"
    )
    tell(session, row.delegate, "delegation", text, "/delegations", text)
    if by.id != row.principal_id:
        other = Text(
            f"{row.delegate.name} 将在 {days} 代理您审批", f"{row.delegate.name} stands in for you as approver, {days}"
        )
        tell(session, row.principal, "delegation", other, "/delegations", other)


def _chain(row: DelegationRow) -> str:
    return f"delegation:{row.id}"
