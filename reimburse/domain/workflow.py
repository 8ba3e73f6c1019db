"""The states of a claim and the one table of transitions (WORKFLOW)."""

from enum import StrEnum


class ClaimState(StrEnum):
    """Where a claim stands; it is in one state only."""

    DRAFT = "draft"
    CHECKING = "checking"
    RETURNED = "returned"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    BATCHED = "batched"
    EXPORTED = "exported"
    PAID = "paid"
    REVERSED = "reversed"
    DELETED = "deleted"


class Action(StrEnum):
    """What moves a claim."""

    SUBMIT = "submit"
    PASS_CHECK = "pass_check"
    APPROVE_AUTOMATICALLY = "approve_automatically"
    RETURN = "return"
    APPROVE = "approve"
    REJECT = "reject"
    RECALL = "recall"
    DELETE = "delete"
    COLLECT = "collect"
    UNCOLLECT = "uncollect"
    EXPORT = "export"
    PAY = "pay"
    BANK_RETURN = "bank_return"
    REVERSE = "reverse"


class Role(StrEnum):
    """Who may act. ``system`` is the background worker; ``claimant`` the claim's own employee."""

    CLAIMANT = "claimant"
    SYSTEM = "system"
    APPROVER = "approver"
    DEPARTMENT_DIRECTOR = "department_director"
    FINANCE_REVIEWER = "finance_reviewer"
    FINANCE_HEAD = "finance_head"
    AUDITOR = "auditor"
    ADMIN = "admin"


class IllegalTransition(Exception):
    """This action is not possible in the state the claim is in now."""


REVIEWERS = frozenset({Role.APPROVER, Role.DEPARTMENT_DIRECTOR, Role.FINANCE_REVIEWER, Role.FINANCE_HEAD})
FINANCE = frozenset({Role.FINANCE_REVIEWER, Role.FINANCE_HEAD})
CLAIMANT = frozenset({Role.CLAIMANT})
SYSTEM = frozenset({Role.SYSTEM})

S, A = ClaimState, Action
TRANSITIONS: dict[tuple[ClaimState, Action], tuple[frozenset[Role], ClaimState]] = {
    (S.DRAFT, A.SUBMIT): (CLAIMANT, S.CHECKING),
    (S.RETURNED, A.SUBMIT): (CLAIMANT, S.CHECKING),
    (S.CHECKING, A.RETURN): (SYSTEM, S.RETURNED),
    (S.CHECKING, A.PASS_CHECK): (SYSTEM, S.IN_REVIEW),
    (S.CHECKING, A.APPROVE_AUTOMATICALLY): (SYSTEM, S.APPROVED),
    (S.IN_REVIEW, A.APPROVE): (REVIEWERS, S.APPROVED),
    (S.IN_REVIEW, A.RETURN): (REVIEWERS, S.RETURNED),
    (S.IN_REVIEW, A.REJECT): (REVIEWERS, S.REJECTED),
    (S.DRAFT, A.DELETE): (CLAIMANT | SYSTEM, S.DELETED),
    (S.RETURNED, A.RECALL): (CLAIMANT, S.DRAFT),
    (S.IN_REVIEW, A.RECALL): (CLAIMANT, S.DRAFT),
    (S.APPROVED, A.COLLECT): (FINANCE, S.BATCHED),
    (S.APPROVED, A.RETURN): (FINANCE, S.RETURNED),
    (S.BATCHED, A.UNCOLLECT): (FINANCE, S.APPROVED),
    (S.BATCHED, A.EXPORT): (FINANCE, S.EXPORTED),
    (S.EXPORTED, A.PAY): (FINANCE, S.PAID),
    (S.PAID, A.BANK_RETURN): (FINANCE, S.EXPORTED),
    (S.EXPORTED, A.REVERSE): (FINANCE, S.REVERSED),
    (S.PAID, A.REVERSE): (FINANCE, S.REVERSED),
}
EDITABLE = frozenset({S.DRAFT, S.RETURNED})


def next_state(state: ClaimState, action: Action, role: Role) -> ClaimState:
    """The state that follows, or IllegalTransition.

    >>> next_state(ClaimState.DRAFT, Action.SUBMIT, Role.CLAIMANT).value
    'checking'
    """
    roles, following = TRANSITIONS.get((state, action), (frozenset(), state))
    if role not in roles:
        raise IllegalTransition(f"{role} cannot {action} a claim that is {state}")
    return following


def possible_actions(state: ClaimState, roles: frozenset[Role]) -> frozenset[Action]:
    """The actions that somebody with these roles has on a claim in this state."""
    return frozenset(action for (at, action), (allowed, _) in TRANSITIONS.items() if at is state and allowed & roles)
