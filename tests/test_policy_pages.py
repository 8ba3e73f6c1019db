"""The pages of the policy: who sees what, every form of the editor, errors beside their fields, publication."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from msgspec.structs import replace
from sqlalchemy import select
from werkzeug.test import TestResponse

from reimburse.domain.finding import Severity
from reimburse.services.policy import policies, policy_versions, simulations
from reimburse.store.claims import CheckRow
from reimburse.store.db import db, today, transaction
from reimburse.store.notices import NoticeRow
from reimburse.store.policies import PolicySimulationRow
from rules.policy import Override
from tests.claim_stories import claim_on, good_invoice, submit
from tests.policy_stories import change, parameters, policy_of, post, proposed, published, row_of
from tests.query_count import count_queries

SignIn = Callable[[str], FlaskClient]
SECTIONS = (
    "",
    "/parameters",
    "/severities",
    "/exceptions",
    "/categories",
    "/categories/gift",
    "/items",
    "/caps",
    "/files/caps.toml",
)


@pytest.fixture
def draft_id(company: dict[str, int]) -> int:
    return policy_versions.start(company["zhou"])


@pytest.mark.parametrize("path", ["/policy", "/policy/categories", "/policy/rules"])
@pytest.mark.parametrize(
    ("who", "status"), [("zhou", 200), ("sun", 200), ("audit", 200), ("lin", 403), ("zhao", 403), ("admin", 403)]
)
def test_finance_and_auditors_read_the_policy(sign_in: SignIn, path: str, who: str, status: int) -> None:
    client = sign_in(who)
    with count_queries() as asked:
        assert client.get(path).status_code == status
    assert len(asked) <= 15


@pytest.mark.parametrize("path", SECTIONS)
@pytest.mark.parametrize(("who", "status"), [("zhou", 200), ("sun", 200), ("audit", 200), ("lin", 403)])
def test_every_part_of_a_draft_is_shown(sign_in: SignIn, draft_id: int, path: str, who: str, status: int) -> None:
    client = sign_in(who)
    with count_queries() as asked:
        page = client.get(f"/policy/drafts/{draft_id}{path}")
    assert page.status_code == status
    assert len(asked) <= 15
    saves = status == 200 and ('<button class="btn btn-primary">' in page.text or "提交第二人批准" in page.text)
    assert saves == (who == "zhou" and path != "/categories")


@pytest.mark.parametrize("path", [*SECTIONS[1:4], "/items", "/caps", "/discard", "/propose"])
@pytest.mark.parametrize("who", ["sun", "audit", "lin"])
def test_only_the_finance_head_writes(sign_in: SignIn, draft_id: int, path: str, who: str) -> None:
    assert post(sign_in(who), draft_id, path).status_code == 403


@pytest.mark.parametrize("path", ["/policy/drafts/99", "/policy/drafts/99/caps", "/policy/versions/none"])
def test_what_is_not_there_is_not_found(sign_in: SignIn, path: str) -> None:
    assert sign_in("zhou").get(path).status_code == 404


@pytest.mark.parametrize("path", ["/categories/none", "/files/none.toml"])
def test_a_part_that_is_not_there_is_not_found(sign_in: SignIn, draft_id: int, path: str) -> None:
    client = sign_in("zhou")
    assert client.get(f"/policy/drafts/{draft_id}{path}").status_code == 404
    assert post(client, draft_id, path).status_code == 404


def test_a_draft_starts_from_any_version(sign_in: SignIn, company: dict[str, int]) -> None:
    published(company, parameters(claim_within_months=2))
    client = sign_in("zhou")
    for based_on, months in (("", 2), ("2024.1", 3)):
        address = client.post("/policy/drafts", data={"based_on": based_on}).location
        assert policy_of(int(address.rpartition("/")[2])).parameters.claim_within_months == months


def test_two_people_publish_in_the_browser(sign_in: SignIn, company: dict[str, int], draft_id: int) -> None:
    change(company, draft_id, parameters(claim_within_months=2))
    head, second = sign_in("zhou"), sign_in("sun")
    form = {"version": "2027 春#1?", "effective_from": today().isoformat(), "reason": "收紧时限"}
    assert "等待第二人批准" in follow(head, post(head, draft_id, "/propose", **form))
    own = head.get(f"/policy/drafts/{draft_id}").text
    assert ("批准并发布" in own, "撤回修改" in own) == (False, True)
    assert "批准并发布" in second.get(f"/policy/drafts/{draft_id}").text
    assert "已批准发布" in follow(second, post(second, draft_id, "/approve"))
    assert policies.in_force().version == "2027 春#1?"
    notice = db.session.scalars(select(NoticeRow).where(NoticeRow.person_id == company["lin"])).one()
    page = sign_in("lin").get(notice.link)
    assert page.status_code == 200
    for words in ("收紧时限", "报销时限", "Zhou", "Sun"):
        assert words in page.text


def follow(client: FlaskClient, answer: TestResponse) -> str:
    """The page that an answer leads to, and the one that leads on from there."""
    page = client.get(answer.location)
    return (client.get(page.location) if page.status_code == 302 else page).text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"reason": ""}, "请写明修改原因"),
        ({"effective_from": ""}, "请填写生效日期"),
        ({"effective_from": "x"}, "日期无法识别"),
        ({"effective_from": "2020-01-01"}, "已过"),
        ({"version": "2024.1"}, "已被使用"),
    ],
)
def test_a_refusal_is_told_on_the_draft(sign_in: SignIn, draft_id: int, form: dict[str, str], says: str) -> None:
    client = sign_in("zhou")
    whole = {"version": "n", "effective_from": today().isoformat(), "reason": "x", **form}
    refused = post(client, draft_id, "/propose", **whole)
    assert (refused.status_code, says in refused.text) == (422, True)
    assert row_of(draft_id).state == "draft"


def test_a_second_person_sends_it_back(sign_in: SignIn, company: dict[str, int]) -> None:
    draft_id = proposed(company, parameters(claim_within_months=2))
    second = sign_in("sun")
    assert "请写明退回原因" in post(second, draft_id, "/send-back").text
    post(second, draft_id, "/send-back", why="太短")
    assert "太短" in sign_in("zhou").get(f"/policy/drafts/{draft_id}").text


def test_a_draft_is_discarded(sign_in: SignIn, draft_id: int) -> None:
    client = sign_in("zhou")
    assert post(client, draft_id, "/discard").location == "/policy"
    assert client.get(f"/policy/drafts/{draft_id}").status_code == 404


def test_a_simulation_is_shown_while_it_runs_and_when_it_is_done(
    sign_in: SignIn, company: dict[str, int], draft_id: int
) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    mild = (Override(rule="R-93", severity=Severity.WARN),)
    change(company, draft_id, lambda policy: replace(policy, override=mild))
    client = sign_in("zhou")
    post(client, draft_id, "/simulate", since=today().isoformat())
    address = f"/policy/drafts/{draft_id}/simulation"
    running = client.get(address).text
    assert ("every 1s" in running, "0 / 1" in running) == (True, True)
    row = db.session.scalars(select(PolicySimulationRow)).one()
    simulation_id = row.id
    db.session.rollback()
    simulations.simulate_policy(simulation_id, 0)
    with count_queries() as asked:
        done = client.get(address).text
    assert len(asked) <= 15
    for words in ("将不再退回", claim.claim_no, "¥100.00", "研发部", "R-93"):
        assert words in done
    assert "every 1s" not in done
    change(company, draft_id, parameters(claim_within_months=2))
    assert "请重新模拟" in client.get(address).text


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("q=R-72", "R-72", "R-71<"),
        ("q=claim_within_months", "R-72", "R-71<"),
        ("q=报销时限", "R-72", "R-71<"),
        ("severity=block", 'href="/help/rules/R-', 'href="/help/rules/R-72"'),
        ("q=zzzz", "没有符合的规则", "R-72"),
    ],
)
def test_the_rule_table_is_searched(sign_in: SignIn, query: str, shown: str, hidden: str) -> None:
    page = sign_in("sun").get(f"/policy/rules?{query}").text
    assert shown in page
    assert hidden not in page


def test_the_rule_table_shows_exceptions(sign_in: SignIn, company: dict[str, int]) -> None:
    exception = (Override(rule="R-72", severity=Severity.WARN, grade="P9"),)
    published(company, lambda policy: replace(policy, override=exception))
    assert "职级 P9：R-72 → 提示" in sign_in("audit").get("/policy/rules?q=R-72").text


@pytest.mark.parametrize(
    ("words", "shown", "hidden"),
    [("6602.06", "training", "taxi"), ("网约车", "taxi", "training"), ("zz", "没有符合的类别", "taxi")],
)
def test_the_category_table_is_searched(sign_in: SignIn, words: str, shown: str, hidden: str) -> None:
    page = sign_in("sun").get("/policy/categories", query_string={"q": words}).text
    assert shown in page
    assert hidden not in page


@pytest.mark.parametrize(
    ("who", "there"), [("zhou", True), ("sun", True), ("audit", True), ("lin", False), ("admin", False)]
)
def test_the_navigation_leads_there(app: Flask, sign_in: SignIn, who: str, there: bool) -> None:
    assert ('href="/policy"' in sign_in(who).get("/").text) is there


@pytest.mark.parametrize(
    ("who", "status"), [("sun", 200), ("zhou", 200), ("audit", 200), ("lin", 403), ("zhao", 403), ("admin", 403)]
)
def test_finance_and_auditors_replay_a_claim(sign_in: SignIn, company: dict[str, int], who: str, status: int) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    published(company, parameters(claim_within_months=2))
    client = sign_in(who)
    page = client.get(f"/claims/{claim.claim_no}/replay")
    assert page.status_code == status
    assert ("完全一致" in page.text, "不一致" in page.text) == (status == 200, False)
    there = client.get(f"/claims/{claim.claim_no}").text
    assert ("/replay" in there) is (status == 200)


def test_a_replay_that_differs_is_told(sign_in: SignIn, company: dict[str, int]) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    row = claim.checks[0]
    with transaction() as session:
        other = {"answer": row.answer.replace('"R-93"', '"R-72"'), "facts": row.facts, "verdict": "return"}
        of = {"claim_id": row.claim_id, "round": 2, "policy_version": row.policy_version, "checked_at": row.checked_at}
        session.add(CheckRow(**of, **other))
    page = sign_in("audit").get(f"/claims/{claim.claim_no}/replay").text
    for words in ("完全一致", "不一致", "R-72 return", "R-93 return", "当时未留存全文"):
        assert words in page
