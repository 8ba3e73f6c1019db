"""Who decides a step: the people who hold its role, and who may act for a place that is vacant."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from reimburse.domain.workflow import REVIEWERS, Role
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.claims import ClaimRow
from reimburse.store.people import PersonRow, RoleGrantRow

OF_DEPARTMENT = frozenset({Role.APPROVER, Role.DEPARTMENT_DIRECTOR})
ABOVE = {
    Role.APPROVER: Role.DEPARTMENT_DIRECTOR,
    Role.DEPARTMENT_DIRECTOR: Role.FINANCE_HEAD,
    Role.FINANCE_REVIEWER: Role.FINANCE_HEAD,
}
"""Where a step goes when nobody on its own level may decide it."""


class Approvers:
    """The people who may decide a claim's steps, those with the fewest open steps first. Never the claimant."""

    def __init__(self, session: Session, claim: ClaimRow) -> None:
        grants = session.execute(
            select(RoleGrantRow.role, PersonRow)
            .join(PersonRow, PersonRow.id == RoleGrantRow.person_id)
            .where(PersonRow.active, PersonRow.id != claim.claimant_id, RoleGrantRow.role.in_(REVIEWERS))
            .where(_covers(claim.department_id))
        ).all()
        load = _open_steps(session, {person.id for _, person in grants})
        self._by_role: dict[str, list[PersonRow]] = {}
        for role, person in sorted(grants, key=lambda grant: (load.get(grant[1].id, 0), grant[1].id)):
            self._by_role.setdefault(role, []).append(person)

    def free(self, role: Role, taken: Iterable[int]) -> tuple[Role, PersonRow | None]:
        """The first person on this level who is not taken, else on the level above; None where nobody is left."""
        for person in self._by_role.get(role, []):
            if person.id not in taken:
                return role, person
        return self.free(ABOVE[role], taken) if role in ABOVE else (role, None)


def holds(person: PersonRow) -> ColumnElement[bool]:
    """The steps that this person may decide, of claims that are not their own; joins steps to claims.

    A step is its assignee's; where that place is vacant (nobody, gone, or no longer in the role) it is anybody's
    in the role.
    """
    mine = ApprovalStepRow.assignee_id == person.id
    return and_(ClaimRow.claimant_id != person.id, _in_role(person), or_(mine, ~_has_assignee()))


def _in_role(person: PersonRow) -> ColumnElement[bool]:
    held = [
        and_(
            ApprovalStepRow.role == grant.role,
            *([ClaimRow.department_id == grant.department_id] if grant.department_id is not None else []),
        )
        for grant in person.grants
    ]
    return or_(*held) if held else ClaimRow.id.is_(None)


def _has_assignee() -> ColumnElement[bool]:
    person, grant = aliased(PersonRow), aliased(RoleGrantRow)
    return exists().where(
        person.id == ApprovalStepRow.assignee_id,
        person.active,
        grant.person_id == person.id,
        grant.role == ApprovalStepRow.role,
    )


def _covers(department_id: int) -> ColumnElement[bool]:
    everywhere = RoleGrantRow.role.not_in(OF_DEPARTMENT)
    return or_(everywhere, RoleGrantRow.department_id.is_(None), RoleGrantRow.department_id == department_id)


def _open_steps(session: Session, people: set[int]) -> dict[int, int]:
    counted = select(ApprovalStepRow.assignee_id, func.count()).where(
        ApprovalStepRow.state == "open", ApprovalStepRow.assignee_id.in_(people)
    )
    return {
        person: number for person, number in session.execute(counted.group_by(ApprovalStepRow.assignee_id)) if person
    }
