"""People, titles and the first start: who may change them, and what is refused."""

import gzip
import io

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from reimburse.commands.user import user
from reimburse.domain.workflow import Role
from reimburse.services.company import people, people_import, setup, titles
from reimburse.services.company.people import PersonForm
from reimburse.services.errors import Refused
from reimburse.store.db import db
from reimburse.store.people import LegalEntityRow, PersonRow
from tests.clients import signed_in
from tests.conftest import PASSWORD

NEW = PersonForm("Chen", "E100", "陈晨", "研发部", "chen@example.com", roles=(Role.APPROVER,))


def person(login: str) -> PersonRow:
    return db.session.scalars(select(PersonRow).where(PersonRow.login == login)).one()


def test_an_added_person_signs_in_with_the_first_password(app: Flask, company: dict[str, int]) -> None:
    password = people.add(NEW, person("admin"))
    answer = app.test_client().post("/sign-in", data={"login": "chen", "password": password})
    assert answer.status_code == 302


def test_an_approver_holds_the_role_for_the_own_department(app: Flask, company: dict[str, int]) -> None:
    people.add(NEW, person("admin"))
    added = person("chen")
    assert added.roles(added.department_id) == {Role.APPROVER}
    assert added.roles(added.department_id + 1) == frozenset()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (PersonForm("lin", "E100", "x", "研发部"), "taken"),
        (PersonForm("chen", "E001", "x", "研发部"), "taken"),
        (PersonForm("chen", "E100", "x", "没有的部门"), "no department"),
        (PersonForm("chen", "E100", "", "研发部"), "needed"),
        (PersonForm("chen", "E100", "x", "研发部", "not an address"), "mail address"),
        (PersonForm("chen", "E100", "x", "研发部", roles=("king",)), "Unknown role"),
        (PersonForm("a b/<c>", "E100", "x", "研发部"), "letters, digits"),
        (PersonForm("chen", "E100", "x" * 101, "研发部"), "too long"),
    ],
)
def test_a_wrong_form_is_refused_in_words(app: Flask, company: dict[str, int], form: PersonForm, says: str) -> None:
    with pytest.raises(Refused, match=says):
        people.add(form, person("admin"))


def test_a_disabled_person_is_out_at_once(app: Flask, company: dict[str, int]) -> None:
    client = signed_in(app, "lin")
    people.set_active(company["lin"], False, person("admin"))
    assert client.get("/").status_code == 302


def test_a_new_password_ends_other_sessions(app: Flask, company: dict[str, int]) -> None:
    other, own = signed_in(app, "lin"), signed_in(app, "lin")
    own.post("/password", data={"old": PASSWORD, "new": "a longer new one"})
    assert own.get("/password").status_code == 200
    assert other.get("/password").status_code == 302


@pytest.mark.parametrize("login", ["lin", "zhao", "sun", "audit"])
@pytest.mark.parametrize("path", ["/people", "/people/new", "/people/import", "/jobs", "/titles/new"])
def test_settings_are_closed_to_others(app: Flask, company: dict[str, int], login: str, path: str) -> None:
    assert signed_in(app, login).get(path).status_code == 403


@pytest.mark.parametrize(
    "path", ["/people", "/people/new", "/people/1", "/people/import", "/jobs", "/titles", "/notices", "/"]
)
def test_an_administrator_opens_settings(app: Flask, company: dict[str, int], path: str) -> None:
    assert signed_in(app, "admin").get(path).status_code == 200


CSV = "账号,工号,姓名,部门,角色\nchen,E100,陈晨,研发部,approver\nhe,E101,何平,研发部,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_dry_run_stores_nothing(app: Flask, company: dict[str, int], encoding: str) -> None:
    rows = people_import.dry_run(CSV.encode(encoding))
    assert [(row.form.name, row.problems) for row in rows] == [("陈晨", ()), ("何平", ())]
    assert len(people.page()) == len(company)


def test_the_import_adds_all(app: Flask, company: dict[str, int]) -> None:
    client = signed_in(app, "admin")
    dry = client.post("/people/import", data={"file": (io.BytesIO(CSV.encode()), "people.csv")})
    assert "导入 2 人" in dry.text
    client.post("/people/import", data={"text": CSV})
    assert {"chen", "he"} <= {row.login for row in people.page()}


def test_one_wrong_row_adds_nobody(app: Flask, company: dict[str, int]) -> None:
    wrong = CSV + "chen,E102,重复,研发部,\n"
    with pytest.raises(Refused, match="1 rows are wrong"):
        people_import.add_all(wrong.encode(), person("admin"))
    assert len(people.page()) == len(company)


def test_a_file_without_columns_says_which(app: Flask, company: dict[str, int]) -> None:
    with pytest.raises(Refused, match="employee_no"):
        people_import.dry_run(b"login,name\na,b\n")


def test_a_title_is_kept_with_its_former_names(app: Flask, company: dict[str, int]) -> None:
    account = {"bank_account": "示例银行滨江支行 1", "account_name": "示例星河 有限公司"}
    form = titles.TitleForm("示例星河有限公司", "91990000ma0dem0024", former_names="示例旧名\n\n示例更旧名", **account)
    row = titles.get(titles.save(None, form, person("admin")))
    assert (row.tax_id, row.former_names) == ("91990000MA0DEM0024", ["示例旧名", "示例更旧名"])


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (titles.TitleForm("示例星河有限公司", "123"), "no tax id"),
        (titles.TitleForm("示例星河有限公司", "91990000MAODEM0024"), "no tax id"),
        (titles.TitleForm("名" * 201, "91990000MA0DEM0024"), "too long"),
        (titles.TitleForm("示例星河有限公司", "91990000MA0DEM0024", former_names="名" * 301), "too long"),
        (titles.TitleForm(" 示例云帆科技有限公司 ", "91990000ma0dem0011"), "already"),
        (titles.TitleForm("示例星河有限公司", "91990000MA0DEM0024", bank_account="示例银行 1"), "R-04"),
        (titles.TitleForm("示例星河有限公司", "91990000MA0DEM0024", "", "示例银行 1", account_name="星河"), "R-04"),
    ],
)
def test_a_title_that_no_invoice_could_match_is_refused(
    app: Flask, company: dict[str, int], form: titles.TitleForm, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        titles.save(None, form, person("admin"))


def test_a_refused_title_keeps_what_was_typed(app: Flask, company: dict[str, int]) -> None:
    answer = signed_in(app, "admin").post("/titles/new", data={"name": "示例星河有限公司", "tax_id": "123"})
    assert answer.status_code == 422
    assert 'value="示例星河有限公司"' in answer.text


def test_a_doubtful_check_character_is_told_and_kept(app: Flask, company: dict[str, int]) -> None:
    data = {"name": "示例星河有限公司", "tax_id": "91990000MA0DEM0025"}
    answer = signed_in(app, "admin").post("/titles/new", data=data, follow_redirects=True)
    assert "校验位不符" in answer.text
    assert "91990000MA0DEM0025" in answer.text


def test_the_last_administrator_stays_one(app: Flask, company: dict[str, int]) -> None:
    form = PersonForm("admin", "E008", "高原", "研发部")
    with pytest.raises(Refused, match="only administrator"):
        people.change(company["admin"], form, person("admin"))
    people.add(PersonForm("chen", "E100", "陈晨", "研发部", roles=(Role.ADMIN,)), person("admin"))
    people.change(company["admin"], form, person("admin"))
    assert person("admin").roles() == frozenset()


def first_start(client: FlaskClient, **more: str) -> int:
    given = {
        "title_name": "示例云帆科技有限公司",
        "title_tax_id": "91990000MA0DEM0011",
        "address_phone": "",
        "bank_account": "",
        "department": "行政部",
        "cost_center": "CC-1",
        "admin_name": "高原",
        "admin_no": "1",
        "admin_login": "admin",
        "admin_password": "long enough",
        "finance_name": "周静",
        "finance_no": "2",
        "finance_login": "zhou",
        "finance_password": "long enough",
    }
    return client.post("/setup", data=given | more).status_code


def test_the_first_start_makes_the_company(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/sign-in").headers["Location"] == "/setup"
    assert first_start(client) == 302
    assert person("zhou").roles() == {Role.FINANCE_HEAD, Role.FINANCE_REVIEWER}
    assert client.post("/sign-in", data={"login": "admin", "password": "long enough"}).status_code == 302
    assert client.get("/setup").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"admin_password": "short"},
        {"title_name": " "},
        {"finance_login": "admin"},
        {"department": ""},
        {"title_tax_id": "123"},
    ],
)
def test_a_first_start_that_is_wrong_stores_nothing(app: Flask, wrong: dict[str, str]) -> None:
    assert first_start(app.test_client(), **wrong) == 422
    assert setup.is_needed()
    assert db.session.scalar(select(LegalEntityRow.id)) is None


def test_the_first_start_is_closed_to_other_machines(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/setup", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 403
    assert client.get("/setup", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403


def test_people_are_found_by_a_part_of_their_name(app: Flask, company: dict[str, int]) -> None:
    assert [row.login for row in people.page(words="zho")] == ["zhou"]


def test_pages_are_compressed_for_who_asks(app: Flask, company: dict[str, int]) -> None:
    client = app.test_client()
    plain, small = client.get("/sign-in"), client.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert (small.headers["Content-Encoding"], "Accept-Encoding" in small.headers["Vary"]) == ("gzip", True)
    assert "<form" in gzip.decompress(small.data).decode()
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data)


def test_static_files_are_compressed_and_stay_inside(app: Flask, company: dict[str, int]) -> None:
    client = app.test_client()
    css = client.get("/static/app.css", headers={"Accept-Encoding": "gzip"})
    assert css.headers["Content-Encoding"] == "gzip"
    assert client.get("/static/../frame.py", headers={"Accept-Encoding": "gzip"}).status_code == 404


def test_a_person_is_added_from_the_shell(app: Flask, company: dict[str, int]) -> None:
    words = ["add", "chen", "--name", "陈晨", "--number", "E100", "--department", "研发部", "--role", "approver"]
    data = ["--data", str(app.extensions["settings"].data)]
    db.session.rollback()
    added = CliRunner().invoke(user, [*words, *data])
    assert added.exit_code == 0, added.output
    login, password = added.output.split()
    assert app.test_client().post("/sign-in", data={"login": login, "password": password}).status_code == 302
    again = CliRunner().invoke(user, [*words, *data])
    assert (again.exit_code, "taken" in again.output) == (1, True)
