"""Who decides a step: the people who hold its role, whoever acts for them, and who may fill a place that is vacant."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased, lazyload

from reimburse.domain.workflow import REVIEWERS, ClaimState, Role
from reimburse.store.advances import AdvanceRow, AdvanceStepRow
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import today
from reimburse.store.delegations import DelegationRow
from reimburse.store.people import PersonRow, RoleGrantRow
from reimburse.store.requests import RequestRow, RequestStepRow

Case = ClaimRow | RequestRow | AdvanceRow
StepRow = ApprovalStepRow | RequestStepRow | AdvanceStepRow
OF_DEPARTMENT = frozenset({Role.APPROVER, Role.DEPARTMENT_DIRECTOR})
ABOVE = {
    Role.APPROVER: Role.DEPARTMENT_DIRECTOR,
    Role.DEPARTMENT_DIRECTOR: Role.FINANCE_HEAD,
    Role.FINANCE_REVIEWER: Role.FINANCE_HEAD,
}
"""Where a step goes when nobody on its own level may decide it, or when it was left too long."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is decided and the steps that decide it; queries join the one to the other."""

    step: type[ApprovalStepRow] | type[RequestStepRow] | type[AdvanceStepRow]
    case: type[ClaimRow] | type[RequestRow] | type[AdvanceRow]
    joined: ColumnElement[bool]


CLAIMS = Kind(ApprovalStepRow, ClaimRow, ApprovalStepRow.claim_id == ClaimRow.id)
REQUESTS = Kind(RequestStepRow, RequestRow, RequestStepRow.request_id == RequestRow.id)
ADVANCES = Kind(AdvanceStepRow, AdvanceRow, AdvanceStepRow.advance_id == AdvanceRow.id)
KINDS = (CLAIMS, REQUESTS, ADVANCES)


class Approvers:
    """The people who may decide a case's steps, those with the fewest open steps first.

    Never the claimant, nor whoever acts for the claimant at present (X-10).
    """

    def __init__(self, session: Session, case: Case) -> None:
        acts_for_claimant = exists().where(
            DelegationRow.delegate_id == PersonRow.id, DelegationRow.principal_id == case.claimant_id, in_force()
        )
        grants = session.execute(
            select(RoleGrantRow.role, PersonRow)
            .join(PersonRow, PersonRow.id == RoleGrantRow.person_id)
            .where(PersonRow.active, PersonRow.id != case.claimant_id, RoleGrantRow.role.in_(REVIEWERS))
            .where(_covers(case.department_id), ~acts_for_claimant)
            .options(lazyload(PersonRow.grants))
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


def waits_for(person: PersonRow, kind: Kind = CLAIMS) -> ColumnElement[bool]:
    """The open steps of cases in review that this person may decide; joins steps to their cases."""
    step, case = kind.step, kind.case
    in_review = case.state == ClaimState.IN_REVIEW.value
    return and_(step.state == "open", in_review, *this_round(kind), holds(person, kind))


def this_round(kind: Kind) -> tuple[ColumnElement[bool], ...]:
    """Steps of a claim's earlier rounds are history; a request and an advance have one round."""
    return (ApprovalStepRow.round == ClaimRow.round,) if kind is CLAIMS else ()


def holds(person: PersonRow, kind: Kind = CLAIMS) -> ColumnElement[bool]:
    """The steps that this person may decide, as themselves or for somebody; joins steps to their cases.

    Never of their own claims, nor of those of a person they act for at present (X-10).
    """
    acts_for_claimant = exists().where(
        DelegationRow.delegate_id == person.id, DelegationRow.principal_id == kind.case.claimant_id, in_force()
    )
    stranger = and_(kind.case.claimant_id != person.id, ~acts_for_claimant)
    return and_(stranger, or_(holds_directly(person, kind), _holds_for_another(person, kind)))


def holds_directly(person: PersonRow, kind: Kind = CLAIMS) -> ColumnElement[bool]:
    """A step is its assignee's; where that place is vacant (nobody, gone, out of the role) anybody's in the role."""
    mine = kind.step.assignee_id == person.id
    return and_(_in_role(person, kind), or_(mine, ~_has_assignee(kind)))


def asked(person: PersonRow) -> ColumnElement[bool]:
    """The steps, of whatever round, that this person was asked to decide, decided, or stands in for today."""
    claim = aliased(ClaimRow)
    for_assignee = exists().where(
        DelegationRow.delegate_id == person.id,
        DelegationRow.principal_id == ApprovalStepRow.assignee_id,
        claim.id == ApprovalStepRow.claim_id,
        _in_scope(claim.department_id),
        in_force(),
    )
    mine = or_(ApprovalStepRow.assignee_id == person.id, ApprovalStepRow.decided_by_id == person.id)
    return or_(mine, for_assignee)


def in_force() -> ColumnElement[bool]:
    """The delegations that hold today."""
    on = today()
    return and_(DelegationRow.first_day <= on, DelegationRow.last_day >= on, DelegationRow.revoked_at.is_(None))


def standing_in(session: Session, person_id: int, department_id: int) -> list[PersonRow]:
    """Whoever decides this person's steps of the department today, besides the person."""
    query = select(PersonRow).join(DelegationRow, DelegationRow.delegate_id == PersonRow.id)
    query = query.where(DelegationRow.principal_id == person_id, in_force(), PersonRow.active, _in_scope(department_id))
    return list(session.scalars(query.order_by(PersonRow.id).distinct()))


def _holds_for_another(person: PersonRow, kind: Kind) -> ColumnElement[bool]:
    for_assignee = exists().where(
        DelegationRow.delegate_id == person.id,
        DelegationRow.principal_id == kind.step.assignee_id,
        _in_scope(kind.case.department_id),
        in_force(),
    )
    return and_(for_assignee, kind.case.claimant_id != kind.step.assignee_id, _has_assignee(kind))


def _in_scope(department_id: object) -> ColumnElement[bool]:
    return or_(DelegationRow.department_id.is_(None), DelegationRow.department_id == department_id)


def _in_role(person: PersonRow, kind: Kind) -> ColumnElement[bool]:
    held = [
        and_(
            kind.step.role == grant.role,
            *([kind.case.department_id == grant.department_id] if grant.department_id is not None else []),
        )
        for grant in person.grants
    ]
    return or_(*held) if held else false()


def _has_assignee(kind: Kind) -> ColumnElement[bool]:
    person, grant = aliased(PersonRow), aliased(RoleGrantRow)
    return exists().where(
        person.id == kind.step.assignee_id,
        person.active,
        grant.person_id == person.id,
        grant.role == kind.step.role,
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
