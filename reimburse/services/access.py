"""Who may act on what: finance, or finance and whoever answers for it. Others are told that there is no such thing."""

from reimburse.domain.workflow import FINANCE, Role
from reimburse.services.errors import NotFound
from reimburse.store.people import PersonRow

SEE_ALL = FINANCE | {Role.AUDITOR}
"""Who sees what everybody handed in."""
SEE_DEPARTMENT = frozenset({Role.APPROVER, Role.DEPARTMENT_DIRECTOR})
"""Who sees what their department handed in."""


def finance_only(person: PersonRow) -> None:
    """``NotFound`` for everybody who is not in finance."""
    if not person.roles() & FINANCE:
        raise NotFound


def answers_for(person: PersonRow, owner_id: int | None) -> bool:
    """Whether this is theirs to deal with: they are its owner, or in finance."""
    return owner_id == person.id or bool(person.roles() & FINANCE)
