"""Requests made beforehand: decided by the engine of claims, tied to lines by number, judged by R-88."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from reimburse.domain.workflow import ClaimState
from reimburse.services.approval import delegations, reminders, request_pages, requests
from reimburse.services.approval.delegations import Wanted
from reimburse.services.approval.requests import Asked
from reimburse.services.claims.checking import assess
from reimburse.services.claims.facts import facts_of
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.settings import Settings
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today, transaction
from reimburse.store.events import EventRow, happened
from reimburse.store.notices import NoticeRow
from reimburse.store.people import PersonRow
from reimburse.store.requests import RequestRow
from tests.builders import Spent, make_claim, plain_policy
from tests.query_count import count_queries

TOMORROW = timedelta(days=1)


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def person(login: str) -> PersonRow:
    return db.session.scalars(select(PersonRow).where(PersonRow.login == login)).one()


def asked(fen: int = 300000, **stated: Any) -> Asked:
    given = {"planned_on": today() + TOMORROW, "reason": "项目洽谈", "people": "示例客户三人", **stated}
    return Asked(fen, **given)


def row(request_no: str) -> RequestRow:
    db.session.expire_all()
    return db.session.scalars(select(RequestRow).where(RequestRow.request_no == request_no)).one()


def open_step(request_no: str) -> tuple[int, str]:
    step = next(step for step in row(request_no).steps if step.state == "open")
    return step.id, step.assignee.login


def decide(request_no: str, login: str, *, approve: bool = True, reason: str = "") -> None:
    requests.decide(person(login), request_no, open_step(request_no)[0], approve=approve, reason=reason)


def approved(login: str = "lin", fen: int = 300000) -> str:
    request_no = requests.create(person(login), asked(fen), submit=True)
    while row(request_no).state == "in_review":
        decide(request_no, open_step(request_no)[1])
    return request_no


def entertained(amount: str, request_no: str | None, claimant: str = "lin", **fields: Any) -> ClaimRow:
    details = {"guests": "示例客户", "guest_count": 3, "reason": "项目洽谈", "attendees": "甲、乙"}
    spent = Spent(amount, None, "entertainment", {"request_no": request_no, "details": details})
    with transaction():
        claim = make_claim(person(claimant).id, spent, state=fields.pop("state", ClaimState.DRAFT))
        claim.lines[0].occurred_on = today()
    return claim


@pytest.mark.parametrize(
    ("fen", "expected"),
    [
        (500000, ["zhao"]),
        (500001, ["zhao", "qian"]),
        (5000000, ["zhao", "qian"]),
        (5000001, ["zhao", "qian", "zhou"]),
    ],
)
def test_who_decides_follows_from_the_sum(company: dict[str, int], fen: int, expected: list[str]) -> None:
    request_no = requests.create(person("lin"), asked(fen), submit=True)
    assert [step.assignee.login for step in row(request_no).steps] == expected


def test_it_is_approved_once_every_step_is(company: dict[str, int]) -> None:
    request_no = requests.create(person("lin"), asked(600000), submit=True)
    decide(request_no, "zhao")
    assert (row(request_no).state, open_step(request_no)[1]) == ("in_review", "qian")
    decide(request_no, "qian")
    assert row(request_no).state == "approved"
    kinds = select(EventRow.kind).where(happened(f"request:{row(request_no).id}")).order_by(EventRow.seq)
    assert db.session.scalars(kinds).all() == ["create", "submit", "step_approved", "step_approved"]


def test_rejecting_needs_a_reason_and_ends_it(company: dict[str, int]) -> None:
    request_no = requests.create(person("lin"), asked(600000), submit=True)
    with pytest.raises(Refused, match="reason"):
        decide(request_no, "zhao", approve=False)
    decide(request_no, "zhao", approve=False, reason="预算不足")
    assert [step.state for step in row(request_no).steps] == ["rejected", "dropped"]
    told = select(NoticeRow.zh).where(NoticeRow.person_id == company["lin"])
    assert "预算不足" in db.session.scalars(told).one()


@pytest.mark.parametrize("login", ["lin", "wu", "qian", "sun"])
def test_only_who_holds_the_step_decides(company: dict[str, int], login: str) -> None:
    request_no = requests.create(person("lin"), asked(), submit=True)
    with pytest.raises(NotFound):
        decide(request_no, login)


def test_an_approvers_own_request_goes_up(company: dict[str, int]) -> None:
    assert open_step(requests.create(person("zhao"), asked(), submit=True))[1] == "qian"


def test_a_delegate_decides_on_behalf(company: dict[str, int]) -> None:
    request_no = requests.create(person("lin"), asked(), submit=True)
    delegations.create(person("zhao"), Wanted(company["zhao"], company["wu"], today(), today()))
    assert [one.request_no for one in request_pages.waiting(person("wu"))] == [request_no]
    decide(request_no, "wu")
    assert row(request_no).steps[0].on_behalf_of_id == company["zhao"]


def test_a_step_left_too_long_goes_up(company: dict[str, int]) -> None:
    request_no = requests.create(person("lin"), asked(), submit=True)
    with transaction() as session:
        row(request_no).steps[0].opened_at = datetime(2026, 11, 23, 8, tzinfo=UTC)
        reminders.look_after_steps(session, datetime(2026, 11, 30, 1, tzinfo=UTC))
    assert open_step(request_no)[1] == "qian"


@pytest.mark.parametrize(
    "stated", [{"fen": 0}, {"fen": -1}, {"reason": " "}, {"people": ""}, {"kind": "gift"}, {"planned_on": -TOMORROW}]
)
def test_what_cannot_be_asked(company: dict[str, int], stated: dict[str, Any]) -> None:
    if "planned_on" in stated:
        stated = {"planned_on": today() + stated["planned_on"]}
    with pytest.raises(Refused):
        requests.create(person("lin"), asked(**stated), submit=True)
    assert db.session.scalars(select(RequestRow)).all() == []


def test_today_is_still_beforehand(company: dict[str, int]) -> None:
    assert row(requests.create(person("lin"), asked(planned_on=today()), submit=True)).state == "in_review"


def test_a_draft_is_changed_submitted_and_withdrawn_by_its_owner(company: dict[str, int]) -> None:
    request_no = requests.create(person("lin"), asked())
    with pytest.raises(NotFound):
        requests.change(person("wu"), request_no, asked(), row(request_no).version)
    requests.change(person("lin"), request_no, asked(400000), row(request_no).version, submit=True)
    with pytest.raises(Stale):
        requests.change(person("lin"), request_no, asked(), row(request_no).version)
    requests.withdraw(person("lin"), request_no, row(request_no).version)
    assert (row(request_no).state, row(request_no).steps[0].state) == ("withdrawn", "dropped")


@pytest.mark.parametrize(("amount", "finds"), [("2000.00", False), ("2000.01", True)])
def test_above_the_limit_a_claim_needs_a_request(company: dict[str, int], amount: str, finds: bool) -> None:
    claim = entertained(amount, None)
    assert ("R-88" in {finding.rule for finding in assess(claim).answer.findings}) is finds


@pytest.mark.parametrize(("fen", "finds"), [(200001, False), (200000, True)])
def test_an_approved_request_settles_it_up_to_its_amount(company: dict[str, int], fen: int, finds: bool) -> None:
    claim = entertained("2000.01", approved(fen=fen))
    assert ("R-88" in {finding.rule for finding in assess(claim).answer.findings}) is finds


def test_somebody_elses_request_does_not(company: dict[str, int]) -> None:
    claim = entertained("2000.01", approved("wu"))
    assert facts_of(db.session, claim, today(), 1)["requests"] == []


@pytest.mark.parametrize(
    ("state", "taken"),
    [(ClaimState.IN_REVIEW, "1000.00"), (ClaimState.DRAFT, "1000.00"), (ClaimState.REJECTED, "0.00")],
)
def test_what_other_claims_take_is_counted(company: dict[str, int], state: ClaimState, taken: str) -> None:
    request_no = approved()
    entertained("1000.00", request_no, state=state)
    claim = entertained("2000.01", request_no)
    assert [one["taken_elsewhere"] for one in facts_of(db.session, claim, today(), 1)["requests"]] == [taken]


def test_a_claim_that_names_no_request_asks_nothing_more(company: dict[str, int]) -> None:
    claim = entertained("2000.01", None)
    with count_queries() as queries:
        assert requests.facts_for(db.session, claim) == []
    assert not any("requests" in query for query in queries)


def test_the_editor_offers_approved_ones_with_what_is_left(
    company: dict[str, int], sign_in: Callable[[str], FlaskClient]
) -> None:
    request_no, other = approved(), requests.create(person("lin"), asked(), submit=True)
    claim_no = entertained("1000.00", request_no).claim_no
    page = sign_in("lin").get(f"/claims/{claim_no}/edit").text
    assert f'value="{request_no}" selected' in page
    assert "剩 ¥2,000.00" in page
    assert other not in page


def test_the_pages_write_submit_decide(company: dict[str, int], sign_in: Callable[[str], FlaskClient]) -> None:
    form = {
        "kind": "entertainment",
        "amount": "3,000",
        "planned_on": today().isoformat(),
        "people": "示例客户",
        "reason": "洽谈",
        "submit": "1",
    }
    client = sign_in("lin")
    assert client.post("/requests/new", data={**form, "amount": "x"}).status_code == 422
    address = client.post("/requests/new", data=form).headers["Location"]
    request_no = address.rsplit("/", 1)[-1]
    assert sign_in("wu").get(address).status_code == 404
    approver = sign_in("zhao")
    assert "等您审批的事前申请" in approver.get("/").text
    assert request_no in approver.get("/requests?to=me").text
    decision = {"step": open_step(request_no)[0], "decision": "approved"}
    assert approver.post(f"{address}/decide", data=decision).status_code == 302
    assert approver.post(f"{address}/decide", data=decision).status_code == 409
    assert "已通过" in client.get("/requests").text


@pytest.mark.parametrize(
    ("noun", "day", "wrong"),
    [("requests", "planned_on", {"planned_on": ""}), ("advances", "needed_on", {"amount": "twelve"})],
)
def test_a_draft_that_is_refused_keeps_what_was_typed(
    company: dict[str, int], sign_in: Callable[[str], FlaskClient], noun: str, day: str, wrong: dict[str, str]
) -> None:
    client = sign_in("lin")
    form = {"amount": "30.00", day: today().isoformat(), "people": "示例客户", "reason": "洽谈", "version": "1"}
    draft = client.post(f"/{noun}/new", data=form).headers["Location"]
    answer = client.post(draft, data={**form, "reason": "改过的事由", **wrong})
    assert (answer.status_code, "改过的事由" in answer.text) == (422, True)
    assert "改过的事由" not in client.get(draft).text


@pytest.mark.parametrize("path", ["", "?to=me", "/{no}"])
def test_pages_ask_few_queries(company: dict[str, int], sign_in: Callable[[str], FlaskClient], path: str) -> None:
    numbers = [requests.create(person("lin"), asked(600000), submit=True) for _ in range(6)]
    client = sign_in("zhao")
    with count_queries() as queries:
        assert client.get("/requests" + path.format(no=numbers[0])).status_code == 200
    assert len(queries) <= 15
