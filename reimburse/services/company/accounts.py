"""Sign-in, passwords, the lock after wrong ones."""

import ipaddress
from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.security import check_password_hash, generate_password_hash

from reimburse.services.errors import Refused
from reimburse.settings import Settings
from reimburse.store.db import db, now, transaction
from reimburse.store.notices import NoticeRow
from reimburse.store.people import PersonRow

NOBODY = generate_password_hash("nobody has this password")


def settings() -> Settings:
    """The settings of this app."""
    found: Settings = current_app.extensions["settings"]
    return found


def sign_in(login: str, password: str, address: str | None) -> PersonRow:
    """The person with this login and password, or ``Refused`` with the reason that may be told."""
    with transaction() as session:
        person = session.scalar(select(PersonRow).where(PersonRow.login == login.strip().lower()))
        refusal = _refusal(person, password, address)
    if refusal or person is None:
        raise refusal or Refused("账号或密码不正确。", "The login or the password is wrong.")
    return person


def _refusal(person: PersonRow | None, password: str, address: str | None) -> Refused | None:
    wrong = Refused("账号或密码不正确。", "The login or the password is wrong.")
    if person is None or not person.active or not person.password_hash:
        check_password_hash(NOBODY, password)
        return wrong
    if person.demo and not is_loopback(address):
        return Refused("演示账号只能在本机登录。", "Demo accounts sign in from this machine only.")
    if person.locked_until and person.locked_until > now():
        return _locked()
    if check_password_hash(person.password_hash, password):
        person.failed_sign_ins, person.locked_until = 0, None
        return None
    person.failed_sign_ins += 1
    if person.failed_sign_ins < settings().sign_in_attempts:
        return wrong
    person.failed_sign_ins = 0
    person.locked_until = now() + timedelta(minutes=settings().sign_in_lock_min)
    return _locked()


def _locked() -> Refused:
    minutes = settings().sign_in_lock_min
    return Refused(
        f"连续输错密码，账号已锁定，{minutes} 分钟后自动解除。",
        f"Too many wrong passwords: the account is locked and opens again {minutes} minutes after the last one.",
    )


def is_loopback(address: str | None) -> bool:
    """Whether the address is of this machine."""
    return bool(address) and ipaddress.ip_address(str(address)).is_loopback


def signed_in(person_id: int, session_version: str) -> tuple[PersonRow, int] | None:
    """The active person of a session and how many notices wait unread, in one query; None where the session ended."""
    unread = select(func.count()).where(NoticeRow.person_id == person_id, NoticeRow.read_at.is_(None)).scalar_subquery()
    query = select(PersonRow, unread).where(PersonRow.id == person_id).options(joinedload(PersonRow.grants))
    row = db.session.execute(query).unique().first()
    if row is None or not row[0].active or str(row[0].session_version) != session_version:
        return None
    return row[0], row[1]
