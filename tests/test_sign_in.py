"""Signing in: the right password, wrong ones, the lock, demo accounts."""

from datetime import timedelta

import pytest
from flask import Flask

from reimburse.services.company import accounts
from reimburse.services.errors import Refused
from reimburse.store.db import db, now
from reimburse.store.people import PersonRow
from tests.conftest import PASSWORD


def test_the_right_password_signs_in(app: Flask, company: dict[str, int]) -> None:
    client = app.test_client()
    answer = client.post("/sign-in", data={"login": "Lin", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200


def test_pages_ask_for_a_sign_in(app: Flask) -> None:
    assert app.test_client().get("/").headers["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_sign_in_leads_nowhere_outside(app: Flask, company: dict[str, int], target: str) -> None:
    answer = app.test_client().post(f"/sign-in?next={target}", data={"login": "lin", "password": PASSWORD})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_the_language_switch_leads_nowhere_outside(app: Flask, back: str) -> None:
    answer = app.test_client().post("/language/en", data={"back": back})
    assert answer.headers["Location"] == "/"


def test_the_sign_in_page_speaks_one_language(app: Flask, company: dict[str, int]) -> None:
    page = app.test_client().get("/", follow_redirects=True, headers={"Accept-Language": "zh"}).text
    assert "Please log in" not in page


@pytest.mark.parametrize("path", ["/invoices/{}", "/documents/{}/original", "/claims?before={}", "/notices?before={}"])
def test_an_id_beyond_all_numbers_is_not_found(app: Flask, company: dict[str, int], path: str) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"login": "lin", "password": PASSWORD})
    assert client.get(path.format("9" * 25)).status_code == 404


def test_five_wrong_passwords_lock_for_thirty_minutes(app: Flask, company: dict[str, int]) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            accounts.sign_in("lin", "wrong", "127.0.0.1")
    with pytest.raises(Refused, match="locked"):
        accounts.sign_in("lin", PASSWORD, "127.0.0.1")
    person = db.session.get(PersonRow, company["lin"])
    person.locked_until = now() - timedelta(seconds=1)
    db.session.commit()
    assert accounts.sign_in("lin", PASSWORD, "127.0.0.1").login == "lin"


def test_four_wrong_passwords_do_not_lock(app: Flask, company: dict[str, int]) -> None:
    for _ in range(4):
        with pytest.raises(Refused):
            accounts.sign_in("lin", "wrong", "127.0.0.1")
    assert accounts.sign_in("lin", PASSWORD, "127.0.0.1").failed_sign_ins == 0


def test_demo_accounts_sign_in_from_loopback_only(app: Flask, company: dict[str, int]) -> None:
    db.session.get(PersonRow, company["lin"]).demo = True
    db.session.commit()
    assert accounts.sign_in("lin", PASSWORD, "127.0.0.1").demo
    with pytest.raises(Refused, match="this machine"):
        accounts.sign_in("lin", PASSWORD, "203.0.113.9")
