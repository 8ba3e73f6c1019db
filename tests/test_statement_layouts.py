"""Layouts of our own can be renamed and their columns changed; what is incomplete is refused, what is kept is read."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from parsers.statements import read_statement
from reimburse.services.errors import NotFound
from reimburse.services.statements import statement_layouts, statement_profiles, statement_reading
from reimburse.services.statements.statement_profiles import ByHand
from reimburse.store.db import transaction
from tests.statement_files import person

People = dict[str, int]
SignIn = Callable[[str], FlaskClient]
SAID = ByHand("某某行", ("过账日", "发生额", "往来单位", "说明"), ("day", "amount", "payee", ""), plus="out")
FILE = "过账日,发生额,商户,说明\n2026-11-03,36.00,样城书店,图书\n".encode()


@pytest.fixture
def layout(app: Flask, company: People) -> int:
    with transaction() as session:
        statement_profiles.keep(session, person(company["sun"]), statement_profiles.profile_by_hand(SAID))
    return statement_profiles.own()[0].id


def test_what_was_said_is_what_is_shown(layout: int) -> None:
    said = statement_layouts.layout_of(layout).said
    assert (said.title, tuple(said.header), tuple(said.fields), said.plus) == (
        "某某行",
        SAID.header,
        SAID.fields,
        "out",
    )


def test_a_changed_layout_reads_otherwise(company: People, layout: int) -> None:
    header = ("过账日", "发生额", "商户", "说明")
    changed = replace(SAID, title="某某行（新版）", header=header, fields=("day", "amount", "payee", "memo"))
    statement_layouts.change(person(company["sun"]), layout, changed)
    [statement] = read_statement("a.csv", FILE, statement_reading.profiles())
    assert [(row.payee, row.memo) for row in statement.rows] == [("样城书店", "图书")]
    assert [(row.id, row.title) for row in statement_profiles.own()] == [(layout, "某某行（新版）")]


def test_the_page_tells_what_is_missing(company: People, layout: int, sign_in: SignIn) -> None:
    client, path = sign_in("sun"), f"/statements/layouts/{layout}"
    assert "往来单位" in client.get(path).text
    form = {"title": "某某行", "plus": "out", "header": list(SAID.header)}
    refused = client.post(path, data={**form, "field": ["", "amount", "payee", ""]})
    assert (refused.status_code, "哪一列是日期" in refused.text) == (422, True)
    assert client.post(path, data={**form, "field": ["day", "amount", "payee", "memo"]}).status_code == 302
    assert list(statement_layouts.layout_of(layout).said.fields) == ["day", "amount", "payee", "memo"]
    assert sign_in("lin").get(path).status_code in {403, 404}
    statement_profiles.retire(person(company["sun"]), layout)
    with pytest.raises(NotFound):
        statement_layouts.layout_of(layout)
