"""People: list, add, change, import; roles and passwords."""

import re
import secrets
from dataclasses import dataclass, field, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from reimburse.domain.workflow import Role
from reimburse.services.errors import NotFound, Refused
from reimburse.services.payouts import payout_accounts
from reimburse.store.db import db, now, transaction
from reimburse.store.events import record
from reimburse.store.people import DepartmentRow, LegalEntityRow, PersonRow, RoleGrantRow

PAGE = 50
SHORTEST_PASSWORD = 8
GRANTABLE = tuple(role for role in Role if role not in (Role.CLAIMANT, Role.SYSTEM))
OF_A_DEPARTMENT = frozenset({Role.APPROVER, Role.DEPARTMENT_DIRECTOR})
LOGIN = re.compile(r"[\w.@-]{1,64}")
LONGEST = {"employee_no": 50, "name": 100, "email": 200, "grade": 20, "payout_account": 100}
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class PersonForm:
    """What is asked about a person. ``roles`` for approver and director hold for the person's own department."""

    login: str
    employee_no: str
    name: str
    department: str
    email: str = ""
    grade: str = ""
    payout_account: str = ""
    roles: tuple[str, ...] = field(default=())
    password: str = ""


def page(after: int = 0, words: str = "") -> list[PersonRow]:
    """People by id, fifty a page, those after ``after``; ``words`` narrows by name, login or number."""
    query = select(PersonRow).where(PersonRow.id > after).order_by(PersonRow.id).limit(PAGE)
    if words:
        like = f"%{words.strip()}%"
        query = query.where(
            or_(PersonRow.name.like(like), PersonRow.login.like(like.lower()), PersonRow.employee_no.like(like))
        )
    return list(db.session.scalars(query))


def departments() -> list[DepartmentRow]:
    """All departments by name."""
    return list(db.session.scalars(select(DepartmentRow).order_by(DepartmentRow.name)))


def get(person_id: int) -> PersonRow:
    """The person of this id."""
    person = db.session.get(PersonRow, person_id)
    if person is None:
        raise NotFound
    return person


def add(form: PersonForm, by: PersonRow) -> str:
    """Add a person; returns the first password, made up where the form gives none."""
    with transaction() as session:
        return add_in(session, form, by)


def add_in(session: Session, form: PersonForm, by: PersonRow | None) -> str:
    """As ``add``, within the caller's transaction."""
    problems = problems_of(session, form)
    if problems:
        raise problems[0]
    password = form.password or secrets.token_urlsafe(9)
    person = PersonRow(login=form.login.strip().lower(), password_hash=hash_of(password))
    _fill(session, person, form)
    person.payout_account = form.payout_account.strip() or None
    session.add(person)
    session.flush()
    _note(session, person, "added", by, form)
    return password


def change(person_id: int, form: PersonForm, by: PersonRow) -> None:
    """Change what is known of a person, and their roles; another payout account waits until finance confirms it."""
    with transaction() as session:
        person = session.get(PersonRow, person_id)
        if person is None:
            raise NotFound
        problems = problems_of(session, form, person)
        if problems:
            raise problems[0]
        if Role.ADMIN in person.roles() and Role.ADMIN not in form.roles:
            _refuse_last_admin(session, person)
        _fill(session, person, form)
        if form.payout_account.strip():
            account = replace(payout_accounts.account_of(person), payout_account=form.payout_account)
            payout_accounts.propose_in(session, by, person.id, account)
        _note(session, person, "changed", by, form)


def _refuse_last_admin(session: Session, person: PersonRow) -> None:
    others = select(RoleGrantRow.id).join(PersonRow, RoleGrantRow.person_id == PersonRow.id)
    another = others.where(RoleGrantRow.role == Role.ADMIN.value, PersonRow.active, PersonRow.id != person.id)
    if session.scalar(another.limit(1)) is None:
        raise Refused(
            "这是唯一的管理员，请先让另一人任管理员。", "This is the only administrator: appoint another first."
        )


def set_active(person_id: int, active: bool, by: PersonRow) -> None:
    """Let a person sign in, or no longer; open sessions end at once."""
    if person_id == by.id:
        raise Refused("不能停用自己的账号。", "You cannot disable your own account.")
    with transaction() as session:
        person = session.get_one(PersonRow, person_id)
        person.active = active
        person.session_version += 1
        record(session, f"person:{person.id}", "enabled" if active else "disabled", by.id, now(), {})


def reset_password(person_id: int, by: PersonRow) -> str:
    """A new made-up password, told once; the lock is opened and old sessions end."""
    password = secrets.token_urlsafe(9)
    with transaction() as session:
        person = session.get_one(PersonRow, person_id)
        person.password_hash = hash_of(password)
        person.failed_sign_ins, person.locked_until = 0, None
        person.session_version += 1
        record(session, f"person:{person.id}", "password_reset", by.id, now(), {})
    return password


def change_password(person_id: int, old: str, new: str) -> PersonRow:
    """Change one's own password; other sessions end."""
    with transaction() as session:
        person = session.get_one(PersonRow, person_id)
        if not person.password_hash or not check_password_hash(person.password_hash, old):
            raise Refused("原密码不正确。", "The old password is wrong.")
        if len(new) < SHORTEST_PASSWORD:
            raise Refused(
                f"新密码至少 {SHORTEST_PASSWORD} 位。", f"The new password needs {SHORTEST_PASSWORD} characters."
            )
        person.password_hash = hash_of(new)
        person.session_version += 1
        record(session, f"person:{person.id}", "password_changed", person.id, now(), {})
    return person


def hash_of(password: str) -> str:
    """The stored form of a password."""
    return generate_password_hash(password)


def problems_of(session: Session, form: PersonForm, person: PersonRow | None = None) -> list[Refused]:
    """All that is wrong with this form."""
    found = []
    if not (form.login.strip() and form.employee_no.strip() and form.name.strip()):
        found.append(Refused("账号、工号、姓名都要填写。", "Login, employee number and name are needed."))
    if form.login.strip() and not LOGIN.fullmatch(form.login.strip()):
        found.append(
            Refused(
                "账号只能用字母、数字和 . _ - @，最多 64 个字符。",
                "A login is letters, digits and . _ - @, 64 at most.",
            )
        )
    if any(len(getattr(form, name).strip()) > longest for name, longest in LONGEST.items()):
        found.append(Refused("内容过长，请核对。", "A text is too long: check it."))
    if form.email and not ADDRESS.fullmatch(form.email.strip()):
        found.append(Refused(f"邮箱格式不对：{form.email}", f"Not a mail address: {form.email}"))
    if unknown := set(form.roles) - set(GRANTABLE):
        names = "、".join(sorted(unknown))
        found.append(
            Refused(
                f"没有这种角色：{names}；可用：{'、'.join(GRANTABLE)}",
                f"Unknown role: {names}; known: {', '.join(GRANTABLE)}",
            )
        )
    if _department(session, form.department) is None:
        found.append(Refused(f"没有部门“{form.department}”。", f"There is no department {form.department!r}."))
    return found + _taken(session, form, person)


def _taken(session: Session, form: PersonForm, person: PersonRow | None) -> list[Refused]:
    own = person.id if person else 0
    found = []
    if session.scalar(select(PersonRow.id).where(PersonRow.login == form.login.strip().lower(), PersonRow.id != own)):
        found.append(Refused(f"账号 {form.login} 已被使用。", f"The login {form.login} is taken."))
    if session.scalar(
        select(PersonRow.id).where(PersonRow.employee_no == form.employee_no.strip(), PersonRow.id != own)
    ):
        found.append(
            Refused(f"工号 {form.employee_no} 已被使用。", f"The employee number {form.employee_no} is taken.")
        )
    return found


def _fill(session: Session, person: PersonRow, form: PersonForm) -> None:
    department = _department(session, form.department)
    if department is None:
        raise NotFound
    person.employee_no, person.name = form.employee_no.strip(), form.name.strip()
    person.email, person.grade = form.email.strip() or None, form.grade.strip()
    person.department = department
    kept = [grant for grant in person.grants if grant.role in form.roles]
    held = {grant.role for grant in kept}
    new = [role for role in form.roles if role not in held]
    person.grants = kept + [
        RoleGrantRow(role=role, department_id=department.id if role in OF_A_DEPARTMENT else None) for role in new
    ]


def _department(session: Session, name: str) -> DepartmentRow | None:
    return session.scalar(select(DepartmentRow).where(DepartmentRow.name == name.strip()))


def _note(session: Session, person: PersonRow, kind: str, by: PersonRow | None, form: PersonForm) -> None:
    session.flush()
    record(session, f"person:{person.id}", kind, by.id if by else None, now(), {"roles": sorted(form.roles)})


def add_department(name: str, legal_entity_id: int, cost_center: str) -> None:
    """Add a department of a legal entity."""
    if not name.strip():
        raise Refused("请填写部门名称。", "The department needs a name.")
    with transaction() as session:
        if session.get(LegalEntityRow, legal_entity_id) is None:
            raise NotFound
        if _department(session, name):
            raise Refused(f"部门“{name}”已存在。", f"The department {name!r} exists already.")
        session.add(DepartmentRow(name=name.strip(), legal_entity_id=legal_entity_id, cost_center=cost_center.strip()))
