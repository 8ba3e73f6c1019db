"""What an address asks for and cannot be read is named on the page; the rest of it holds."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reimburse.settings import Settings
from tests.batch_stories import approved
from tests.builders import plain_policy

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/reports?since=soon&until=2026-11", ["起始时间 “soon”"]),
        ("/reports?since=2026-13&department=all", ["起始时间 “2026-13”", "部门 “all”"]),
        ("/batches?until=31.11.2026&entity=1", ["截止时间 “31.11.2026”"]),
        ("/matching?month=1126", ["月份 “1126”"]),
        ("/invoices?since=2026-02-30", ["起始时间 “2026-02-30”"]),
        ("/claims?before=x", ["翻页位置 “x”"]),
        ("/reports?since=2026-01&until=2026-11", []),
        ("/batches?until=&entity=1", []),
    ],
)
def test_what_is_not_understood_is_named(company: dict[str, int], sign_in: SignIn, path: str, named: list[str]) -> None:
    answer = sign_in("sun").get(path)
    assert answer.status_code == 200
    assert [text in answer.text for text in named] == [True] * len(named)
    assert ("有条件没有看懂" in answer.text) == bool(named)


def test_the_rest_of_the_address_holds(company: dict[str, int], sign_in: SignIn) -> None:
    approved(company)
    page = sign_in("sun").get("/batches?until=soon&cost_center=CC-100").text
    assert ("selected>CC-100" in page, "截止时间 “soon”" in page) == (True, True)


def test_a_form_with_an_unreadable_day_collects_nothing(company: dict[str, int], sign_in: SignIn) -> None:
    claim = approved(company)
    answer = sign_in("sun").post("/batches/all", data={"entity": "1", "until": "soon", "key": "k"})
    assert (answer.status_code, "请填写日期" in answer.text, claim.state) == (422, True, "approved")
