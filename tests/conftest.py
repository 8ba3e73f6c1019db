"""An app on an empty database, and the smallest company that can reimburse somebody."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from reimburse.app import create_app
from reimburse.domain.workflow import Role
from reimburse.settings import Settings, load
from reimburse.store.db import db
from reimburse.store.people import DepartmentRow, LegalEntityRow, PersonRow, RoleGrantRow
from tests.laid_out import hurry, keep_templates, lay_out

if TYPE_CHECKING:
    from tests.shares import Shares

PASSWORD = "correct horse battery"
HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1000")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "Shares | None":
    """``--dist loadfile`` hands out files, but the running installations to one worker alone."""
    from tests.shares import Shares

    return Shares(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("PYTEST_XDIST_WORKER"):
        from tests.shares import longest_first

        longest_first(items)


def pytest_collection_finish() -> None:
    """All that was imported stays until the end: it is not looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def until_the_end() -> Iterator[ExitStack]:
    """What is opened once for all tests of a process is closed after the last of them."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(load(tmp_path, {}), secret_key="a key for tests only, thirty-two characters")


class FreshClient(FlaskClient):
    """A client whose every request has an app context of its own, as on a server."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.rollback()
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    lay_out(settings)
    app = create_app(settings)
    keep_templates(app)
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = FreshClient
    with app.app_context():
        hurry(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def company(app: Flask) -> dict[str, int]:
    """Ids of people by login: lin and wu claim, zhao approves, qian directs, sun reviews, zhou heads finance, admin."""
    return make_company()


def make_company() -> dict[str, int]:
    """The company's rows, committed; ids of people by login."""
    entity = LegalEntityRow(
        name="示例云帆科技有限公司",
        tax_id="91990000MA0DEM0011",
        address_phone="示例市滨江区样例路1号 0990-5550100",
        bank_account="示例银行滨江支行 9900000000000000011",
    )
    department = DepartmentRow(name="研发部", legal_entity=entity, cost_center="CC-100")
    roles = {
        "lin": (),
        "wu": (),
        "zhao": (Role.APPROVER,),
        "qian": (Role.DEPARTMENT_DIRECTOR,),
        "sun": (Role.FINANCE_REVIEWER,),
        "zhou": (Role.FINANCE_HEAD,),
        "audit": (Role.AUDITOR,),
        "admin": (Role.ADMIN,),
    }
    db.session.add_all([entity, department])
    db.session.flush()
    people = {}
    for number, (login, held) in enumerate(roles.items(), start=1):
        of_department = {Role.APPROVER, Role.DEPARTMENT_DIRECTOR}
        grants = [
            RoleGrantRow(role=role, department_id=department.id if role in of_department else None) for role in held
        ]
        person = PersonRow(
            login=login,
            employee_no=f"E{number:03}",
            name=login.title(),
            email=f"{login}@example.com",
            department=department,
            password_hash=HASH,
            grants=grants,
            payout_account=f"62220000000000{number:04}",
        )
        db.session.add(person)
        people[login] = person
    db.session.commit()
    return {login: person.id for login, person in people.items()}


@pytest.fixture
def sign_in(app: Flask, company: dict[str, int]) -> Callable[[str], FlaskClient]:
    """A client in which this person is signed in."""

    def signed_in(login: str) -> FlaskClient:
        client = app.test_client()
        client.post("/sign-in", data={"login": login, "password": PASSWORD})
        return client

    return signed_in
