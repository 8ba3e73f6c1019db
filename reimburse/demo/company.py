"""The fictional company of the demo: one legal entity, two departments, eight people."""

from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from reimburse.domain.workflow import Role
from reimburse.store.people import DepartmentRow, LegalEntityRow, PersonRow, RoleGrantRow

PASSWORD = "demo"
PEOPLE = (
    ("lin", "林晓", "研发部", ()),
    ("wu", "吴桐", "市场部", ()),
    ("zhao", "赵敏行", "研发部", ((Role.APPROVER, "研发部"), (Role.APPROVER, "市场部"))),
    ("qian", "钱立", "研发部", ((Role.DEPARTMENT_DIRECTOR, "研发部"), (Role.DEPARTMENT_DIRECTOR, "市场部"))),
    ("sun", "孙文", "财务部", ((Role.FINANCE_REVIEWER, None), (Role.APPROVER, "财务部"))),
    ("zhou", "周静", "财务部", ((Role.FINANCE_HEAD, None), (Role.DEPARTMENT_DIRECTOR, "财务部"))),
    ("audit", "何明", "财务部", ((Role.AUDITOR, None),)),
    ("admin", "高原", "财务部", ((Role.ADMIN, None),)),
)
COST_CENTERS = {"研发部": "CC-100", "市场部": "CC-200", "财务部": "CC-300"}


def found(session: Session) -> dict[str, PersonRow]:
    """Add the company to an empty database; its people by login."""
    entity = LegalEntityRow(
        name="示例云帆科技有限公司",
        tax_id="91990000MA0DEM0011",
        address_phone="示例市滨江区样例路1号 0990-5550100",
        bank_account="示例银行滨江支行 9900000000000000011",
    )
    departments = {
        name: DepartmentRow(name=name, legal_entity=entity, cost_center=center) for name, center in COST_CENTERS.items()
    }
    session.add_all([entity, *departments.values()])
    session.flush()
    secret = generate_password_hash(PASSWORD)
    logins = [row[0] for row in PEOPLE]
    people = {login: _person(number, login, departments, secret) for number, login in enumerate(logins, 1)}
    session.add_all(people.values())
    session.flush()
    return people


def _person(number: int, login: str, departments: dict[str, DepartmentRow], secret: str) -> PersonRow:
    _, name, department, grants = next(row for row in PEOPLE if row[0] == login)
    return PersonRow(
        login=login,
        employee_no=f"E{number:03}",
        name=name,
        email=f"{login}@example.com",
        department=departments[department],
        grade="P6",
        payout_account=f"990000000000000{number:04}",
        password_hash=secret,
        demo=True,
        grants=[RoleGrantRow(role=role, department_id=departments[of].id if of else None) for role, of in grants],
    )
