"""Each role, in each language, walks every page that links lead to from home: none is dead, raw, mute or slow."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from reimburse.app import create_app
from reimburse.demo import seed
from reimburse.demo.company import PASSWORD
from reimburse.services.policy import policy_versions
from reimburse.settings import load
from reimburse.store.db import db
from reimburse.store.people import PersonRow
from tests.conftest import PASSWORD as COMPANY_PASSWORD
from tests.conftest import FreshClient, make_company
from tests.page_rules import Page, complaints
from tests.query_count import count_queries

ROLES = ("lin", "zhao", "qian", "sun", "zhou", "audit", "admin")
"""Employee, approver, director, finance reviewer, finance head, auditor, administrator."""
OF_A_SHAPE = 2
"""How many pages of one address and one set of parameters are opened by one person."""
MOST_QUERIES = 15
LEAST = 50
"""A walk that opens fewer pages and files than that met nothing."""
BOTH_LANGUAGES = ("_zh", "_en")
"""Columns that hold a message in one language: no data in the other."""
POLICY = Path(__file__).parent.parent / "config" / "policy"
LINKS = "//a/@href|//img/@src|//link/@href|//script/@src|//iframe/@src|//object/@data|//*/@hx-get"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo company, where every kind of page has something to show."""
    settings = load(tmp_path_factory.mktemp("crawl"), {})
    app = create_app(replace(settings, secret_key="a key for tests only, thirty-two characters"))
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = FreshClient
    with app.app_context():
        db.create_all()
        seed.seed()
        policy_versions.start(db.session.scalars(select(PersonRow.id).where(PersonRow.login == "zhou")).one())
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def data(demo: Flask) -> str:
    """What people and documents wrote, and the policy's own words: shown as they stand in either language."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(POLICY.rglob("*.toml"))]
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.columns if not column.name.endswith(BOTH_LANGUAGES)]
        texts.extend(_written(value) for row in db.session.execute(select(*columns)) for value in row)
    db.session.rollback()
    return "\n".join(texts)


def _written(value: object) -> str:
    if isinstance(value, dict):
        return "\n".join(_written(item) for key, item in value.items() if key not in ("zh", "en"))
    if isinstance(value, list | tuple):
        return "\n".join(map(_written, value))
    return value if isinstance(value, str) else ""


@dataclass(slots=True)
class Walk:
    """One person on their way through the pages: what is still to open, and what was found wrong."""

    client: FlaskClient
    language: Literal["zh", "en"]
    data: str
    waiting: deque[tuple[str, str]] = field(default_factory=lambda: deque([("/", "the start")]))
    shapes: Counter[tuple[str, ...]] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def go(self) -> None:
        """Open page after page until no new one is left."""
        while self.waiting:
            address, origin = self.waiting.popleft()
            if address not in self.seen and self._is_worth_it(address, origin):
                self.seen.add(address)
                self._open(address, origin)

    def _is_worth_it(self, address: str, origin: str) -> bool:
        """Whether few enough of its shape were opened. A link that no view answers is dead."""
        parts = urlsplit(address)
        try:
            endpoint, values = self.client.application.url_map.bind("localhost").match(parts.path, "GET")
        except HTTPException as error:
            self.wrong.append(f"{address} (from {origin}): {error}")
            return False
        shape = (endpoint, values["filename"] if endpoint == "static" else "", *sorted(parse_qs(parts.query)))
        self.shapes[shape] += 1
        return self.shapes[shape] <= OF_A_SHAPE

    def _open(self, address: str, origin: str) -> None:
        with count_queries() as asked:
            answer = self.client.get(address)
        if answer.status_code >= 400:
            self.wrong.append(f"{address} (from {origin}): {answer.status}")
        elif answer.location:
            self._follow(address, answer.location)
        elif answer.mimetype == "text/html":
            if len(asked) > MOST_QUERIES:
                self.wrong.append(f"{address}: {len(asked)} queries")
            self._read(address, _tree(answer))
        answer.close()

    def _read(self, address: str, page: Page) -> None:
        self.wrong.extend(f"{address}: {words}" for words in complaints(page, self.language, self.data))
        links = page.xpath(LINKS)
        for link in links if self.language == "zh" else reversed(links):  # Two walks see more than one.
            self._follow(address, link)

    def _follow(self, address: str, link: str) -> None:
        target = urlsplit(urljoin(f"http://localhost{address}", link))
        if target.netloc == "localhost" and target.scheme == "http":
            self.waiting.append((target._replace(scheme="", netloc="", fragment="").geturl() or "/", address))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("login", ROLES)
def test_every_page_that_a_person_reaches_is_right(
    demo: Flask, data: str, login: str, language: Literal["zh", "en"]
) -> None:
    client = demo.test_client()
    client.post("/sign-in", data={"login": login, "password": PASSWORD})
    client.post(f"/language/{language}")
    walk = Walk(client, language, data)
    walk.go()
    assert not walk.wrong, "\n".join(walk.wrong)
    assert len(walk.seen) > LEAST, sorted(walk.seen)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_before_anyone_signs_in_and_of_errors_are_right(app: Flask, language: Literal["zh", "en"]) -> None:
    client = app.test_client()
    client.post(f"/language/{language}")
    pages = {"/setup": client.get("/setup")}
    make_company()
    pages |= {path: client.get(path) for path in ("/sign-in", "/no-such-page")}
    client.post("/sign-in", data={"login": "lin", "password": COMPANY_PASSWORD})
    pages |= {path: client.get(path) for path in ("/", "/invoices/999", "/people")}
    assert {path: page.status_code for path, page in pages.items()} == {
        "/setup": 200,
        "/sign-in": 200,
        "/no-such-page": 404,
        "/": 200,
        "/invoices/999": 404,
        "/people": 403,
    }
    names = "研发部"
    wrong = [words for page in pages.values() for words in complaints(_tree(page), language, names)]
    assert not wrong, "\n".join(wrong)


def _tree(page: TestResponse) -> Page:
    return html.document_fromstring(page.get_data(as_text=True))
