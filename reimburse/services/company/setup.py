"""The first start: is anybody here yet, and who are the demo people."""

from dataclasses import dataclass

from sqlalchemy import select

from reimburse.services.company.people import SHORTEST_PASSWORD, PersonForm, add_in
from reimburse.services.company.titles import TitleForm, refuse_wrong
from reimburse.services.errors import Refused
from reimburse.store.db import db, transaction
from reimburse.store.people import DepartmentRow, LegalEntityRow, PersonRow

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
    held = sorted({grant.role for grant in person.grants})
    return "、".join(ROLE_WORDS[role] for role in held) or "员工 employee"


@dataclass(frozen=True, slots=True)
class FirstCompany:
    """What the setup page asks: the company, its first department, an administrator and the finance head."""

    title: TitleForm
    department: str
    cost_center: str
    admin: PersonForm
    finance_head: PersonForm


def create(first: FirstCompany) -> None:
    """Store the first company, once; ``Refused`` where somebody is here already or a field is wrong."""
    if not is_needed():
        raise Refused("系统已设置过。", "It is set up already.")
    if not (first.title.name.strip() and first.title.tax_id.strip() and first.department.strip()):
        raise Refused("公司全称、税号、部门都要填写。", "The company's name, tax id and a department are needed.")
    refuse_wrong(first.title)
    for form in (first.admin, first.finance_head):
        if len(form.password) < SHORTEST_PASSWORD:
            raise Refused(f"密码至少 {SHORTEST_PASSWORD} 位。", f"A password needs {SHORTEST_PASSWORD} characters.")
    with transaction() as session:
        entity = LegalEntityRow(
            name=first.title.name.strip(),
            tax_id=first.title.tax_id.strip().upper(),
            address_phone=first.title.address_phone.strip() or None,
            bank_account=first.title.bank_account.strip() or None,
        )
        session.add(DepartmentRow(name=first.department.strip(), legal_entity=entity, cost_center=first.cost_center))
        session.flush()
        add_in(session, first.admin, None)
        add_in(session, first.finance_head, None)
