"""The first start: is anybody here yet, and who are the demo people."""

from sqlalchemy import select

from reimburse.store.db import db
from reimburse.store.people import PersonRow

ROLE_WORDS = {
    "approver": "部门审批人 approver",
    "department_director": "部门总监 department director",
    "finance_reviewer": "财务审核 finance reviewer",
    "finance_head": "财务负责人 finance head",
    "auditor": "审计 auditor",
    "admin": "管理员 admin",
}


def is_needed() -> bool:
    """Whether nobody can sign in yet."""
    return db.session.scalar(select(PersonRow.id).limit(1)) is None


def demo_accounts() -> list[tuple[str, str]]:
    """Login and words for each demo person; empty where there is no demo."""
    people = db.session.scalars(select(PersonRow).where(PersonRow.demo, PersonRow.active).order_by(PersonRow.id))
    return [(person.login, f"{person.name}  {_words(person)}") for person in people]


def _words(person: PersonRow) -> str:
    held = sorted(grant.role for grant in person.grants)
    return "、".join(ROLE_WORDS[role] for role in held) or "员工 employee"
