"""A refused form comes back on its page with the reason and what was typed; what was done before is told, not done."""

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from reimburse.services.month_end import batch_pages, reversals
from reimburse.settings import Settings
from reimburse.web.typed_again import filled
from tests.batch_stories import batch_at
from tests.batch_work import work
from tests.builders import plain_policy

SignIn = Callable[[str], FlaskClient]
HOST = "http://localhost"
FOLD = '<details><form action="/a" id="f"><p></p>{}</form></details>'


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


@pytest.mark.parametrize(
    ("control", "filled_in"),
    [
        ('<input name="x" value="1">', '<input name="x" value="&lt;a&gt;">'),
        ('<input type="date" name="x" required>', '<input type="date" name="x" required value="&lt;a&gt;">'),
        ('<textarea name="x">old</textarea>', '<textarea name="x">\n&lt;a&gt;</textarea>'),
        (
            '<select name="x"><option value="&lt;a&gt;">1</option><option selected>2</option></select>',
            '<select name="x"><option value="&lt;a&gt;" selected>1</option><option value="2">2</option></select>',
        ),
        ('<input type="radio" name="x" value="&lt;a&gt;">', '<input type="radio" name="x" value="&lt;a&gt;" checked>'),
        ('<input type="checkbox" name="y" checked>', '<input type="checkbox" name="y">'),
        ('<input type="hidden" name="x" value="1">', '<input type="hidden" name="x" value="1">'),
        ('<input type="password" name="x">', '<input type="password" name="x">'),
        ('<svg viewBox="0 0 1 1"><path d="M0"/></svg>', '<svg viewBox="0 0 1 1"><path d="M0"/></svg>'),
    ],
)
def test_a_control_holds_what_was_typed(control: str, filled_in: str) -> None:
    page = filled(FOLD.format(control), "/", "/a", MultiDict({"x": "<a>"}))
    assert page == FOLD.format(filled_in).replace("<details>", "<details open>")


def test_of_several_forms_the_one_that_was_sent_is_filled() -> None:
    row = '<form action="/a"><input type="hidden" name="row" value="{0}"><input name="x"></form>'
    page = filled(row.format(1) + row.format(2), "/", "/a", MultiDict({"row": "2", "x": "why"}))
    assert page == row.format(1) + row.format(2).replace('name="x"', 'name="x" value="why"')


@pytest.mark.parametrize(
    ("form", "goes"),
    [
        ("<form>{}</form>", True),
        ('<form action="/a?x=1">{}</form>', True),
        ('<form action="/b">{}<button formaction="/a"></button></form>', True),
        ('<form action="/b">{}</form>', False),
    ],
)
def test_the_form_is_known_by_where_it_goes(form: str, goes: bool) -> None:
    page = filled(form.format('<input name="x">'), "/a", "/a", MultiDict({"x": "1"}))
    assert ('value="1"' in page) == goes


def test_a_control_beside_its_form_is_filled() -> None:
    page = '<form id="f" action="/a"></form><input form="f" name="x"><input form="g" name="x">'
    assert filled(page, "/", "/a", MultiDict({"x": "1"})) == page.replace('="f" name="x"', '="f" name="x" value="1"')


@pytest.mark.parametrize("referer", [True, False])
@pytest.mark.parametrize(
    ("station", "deed", "typed", "status", "why"),
    [
        ("posted", "reverse", {"claim": "BX-NONE", "reason": "开错抬头"}, 404, "批次里没有报销单 BX-NONE"),
        ("posted", "reverse", {"claim": "", "reason": " "}, 422, "请写明冲销原因"),
        ("open", "freeze", {"version": "99"}, 409, "内容已被更改"),
        ("open", "export", {}, 422, "请先冻结批次"),
        ("exported", "post", {"on": "2099-01-01"}, 422, "过账日期"),
        ("exported", "post", {"on": "soon"}, 422, "请填写日期"),
    ],
)
def test_a_refusal_is_told_on_the_page_of_the_form(
    company: dict[str, int],
    sign_in: SignIn,
    station: str,
    deed: str,
    typed: dict[str, str],
    status: int,
    why: str,
    referer: bool,
) -> None:
    where = f"/batches/{batch_at(company, station).batch_no}"
    headers = {"Referer": HOST + where} if referer else {}
    answer = sign_in("zhou").post(f"{where}/{deed}", data=typed, headers=headers)
    assert answer.status_code == status
    page = unescape(answer.text)
    assert (f'<meta name="page" content="{where}">' in page, why in page) == (True, True)
    assert all(f'value="{value}"' in page for name, value in typed.items() if value.strip() and name != "version")


def test_the_filter_of_the_page_stays(company: dict[str, int], sign_in: SignIn) -> None:
    answer = sign_in("zhou").post("/batches", data={}, headers={"Referer": f"{HOST}/batches?state=open"})
    assert (answer.status_code, '<meta name="page" content="/batches?state=open">' in answer.text) == (422, True)


def test_a_page_that_is_gone_or_of_another_host_is_not_shown(company: dict[str, int], sign_in: SignIn) -> None:
    for page in ("http://evil.example/batches", f"{HOST}/batches/PC-NONE"):
        answer = sign_in("zhou").post("/batches/PC-NONE/discard", headers={"Referer": page})
        assert (answer.status_code, "回到首页" in answer.text) == (404, True)


def test_a_fetched_piece_gets_no_page(company: dict[str, int], sign_in: SignIn) -> None:
    headers = {"Referer": f"{HOST}/batches", "X-Requested-With": "XMLHttpRequest"}
    assert "回到首页" in sign_in("zhou").post("/batches", data={}, headers=headers).text


@pytest.mark.parametrize(
    ("station", "deed", "while_it_goes_on", "after"),
    [
        ("open", "freeze", "提交冻结（正在处理）", "Zhou 已于"),
        ("frozen", "export", "提交导出（正在处理）", "导出，没有再做一次"),
        ("exported", "post", "提交过账（正在处理）", "过账，没有再做一次"),
    ],
)
def test_a_step_asked_for_again_is_told_by_whom_and_when(
    company: dict[str, int], sign_in: SignIn, station: str, deed: str, while_it_goes_on: str, after: str
) -> None:
    batch_no = batch_at(company, station).batch_no
    data = {"version": str(batch_pages.batch_of(batch_no).version)}
    client, where = sign_in("zhou"), f"/batches/{batch_no}/{deed}"
    told = [client.post(where, data=data, follow_redirects=True).text for _ in range(2)]
    assert (while_it_goes_on in told[0], while_it_goes_on in told[1]) == (False, True)
    work()
    later = sign_in("sun").post(where, data=data, follow_redirects=True).text
    assert (after in later, "Zhou 已于" in later) == (True, True)


def test_a_reversal_confirmed_again_names_who_did(company: dict[str, int], sign_in: SignIn) -> None:
    batch = batch_at(company, "posted")
    asked = reversals.ask(company["sun"], batch.batch_no, "开错抬头")
    where = f"/batches/{batch.batch_no}/reversals/{asked}/confirm"
    told = [sign_in("zhou").post(where, follow_redirects=True).text for _ in range(2)]
    assert ["确认冲销，没有再做一次" in text for text in told] == [False, True]
