"""Standing in for an approver: within the dates and the scope, on record, and never for one's own or the principal's."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from reimburse.services.approval import approvals, delegations, handing_over, review, review_pages
from reimburse.services.approval.delegations import Wanted
from reimburse.services.approval.review import Decision, Seen, Verb
from reimburse.services.claims.claim_access import may_see
from reimburse.services.claims.facts import facts_of
from reimburse.services.errors import NotFound, Refused
from reimburse.services.home.waiting import waiting_for
from reimburse.settings import Settings
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today, transaction
from reimburse.store.delegations import DelegationRow
from reimburse.store.notices import NoticeRow
from reimburse.store.people import DepartmentRow, PersonRow, RoleGrantRow
from tests.builders import Spent, an_answer, claim_in_review, make_claim, plain_policy
from tests.query_count import count_queries

APPROVE = Decision(Verb.APPROVE)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def person(login: str) -> PersonRow:
    return db.session.scalars(select(PersonRow).where(PersonRow.login == login)).one()


def delegate(
    principal: str, stand_in: str, first: date | None = None, last: date | None = None, department_id: int | None = None
) -> int:
    """Who decides for whom, today only where no days are named, arranged by the principal."""
    days = first or today(), last or first or today()
    ids = person(principal).id, person(stand_in).id
    return delegations.create(person(principal), Wanted(*ids, *days, department_id))


def seen(claim: ClaimRow) -> Seen:
    db.session.refresh(claim)
    return Seen(approvals.open_step(db.session, claim).id, claim.version)


def queue_of(login: str) -> list[str]:
    return [entry.claim.claim_no for entry in review_pages.queue(person(login)).entries]


@pytest.fixture
def claim(company: dict[str, int]) -> ClaimRow:
    return claim_in_review(company["lin"], Spent("10.00"), assignee_id=company["zhao"])


@pytest.mark.parametrize(
    ("first", "last", "held"),
    [
        (today(), today(), True),
        (today() - DAY, today(), True),
        (today(), today() + DAY, True),
        (today() + DAY, today() + DAY, False),
    ],
)
def test_a_step_waits_for_the_delegate_within_the_dates(claim: ClaimRow, first: date, last: date, held: bool) -> None:
    delegate("zhao", "wu", first, last)
    assert queue_of("wu") == ([claim.claim_no] if held else [])
    assert queue_of("zhao") == [claim.claim_no]


def test_a_delegation_is_over_the_day_after_its_last(claim: ClaimRow, company: dict[str, int]) -> None:
    row = db.session.get(DelegationRow, delegate("zhao", "wu"))
    with transaction():
        row.first_day = row.last_day = today() - DAY
    assert queue_of("wu") == []
    assert delegations.state_of(row, today()) == "over"


@pytest.mark.parametrize(("other", "held"), [(False, True), (True, False)])
def test_a_delegation_may_be_for_one_department(claim: ClaimRow, other: bool, held: bool) -> None:
    with transaction() as session:
        market = DepartmentRow(name="市场部", legal_entity_id=claim.legal_entity_id)
        session.add(market)
    delegate("zhao", "wu", department_id=market.id if other else claim.department_id)
    assert queue_of("wu") == ([claim.claim_no] if held else [])


def test_the_act_is_recorded_on_behalf_of_the_principal(claim: ClaimRow, company: dict[str, int]) -> None:
    delegate("zhao", "wu")
    review.decide_whole(company["wu"], claim.claim_no, seen(claim), APPROVE)
    step = approvals.steps_of(db.session, claim)[0]
    assert (claim.state, step.decided_by_id, step.on_behalf_of_id) == ("approved", company["wu"], company["zhao"])
    given = facts_of(db.session, claim, today(), 1)["approvals"]
    assert [(item["by"], item["on_behalf_of"]) for item in given] == [("E002", "E003")]


def test_the_principal_still_decides_in_person(claim: ClaimRow, company: dict[str, int]) -> None:
    delegate("zhao", "wu")
    review.decide_whole(company["zhao"], claim.claim_no, seen(claim), APPROVE)
    assert approvals.steps_of(db.session, claim)[0].on_behalf_of_id is None


def test_nobody_decides_their_own_claim_as_a_delegate(claim: ClaimRow, company: dict[str, int]) -> None:
    delegate("zhao", "lin")
    assert queue_of("lin") == []
    with pytest.raises(Refused, match="own claim"):
        review.decide_whole(company["lin"], claim.claim_no, seen(claim), APPROVE)


def test_nobody_decides_the_claim_of_whom_they_stand_in_for(company: dict[str, int]) -> None:
    delegate("zhao", "qian")
    claim = claim_in_review(company["zhao"], Spent("10.00"), assignee_id=company["qian"])
    with transaction() as session:
        approvals.open_step(session, claim).role = "department_director"
    assert queue_of("qian") == []
    with pytest.raises(NotFound):
        review.decide_whole(company["qian"], claim.claim_no, seen(claim), APPROVE)


def test_who_stands_in_for_the_claimant_is_not_asked(company: dict[str, int]) -> None:
    delegate("zhao", "qian")
    steps = approvals.planned_steps(make_claim(company["zhao"], Spent("10.00")), an_answer())
    assert [step.person.login for step in steps] == ["zhou"]


def test_open_steps_leave_whoever_becomes_the_claimants_delegate(company: dict[str, int]) -> None:
    claim = claim_in_review(company["zhao"], Spent("10.00"), assignee_id=company["qian"])
    with transaction() as session:
        approvals.open_step(session, claim).role = "department_director"
    delegate("zhao", "qian")
    step = approvals.open_step(db.session, claim)
    assert (step.assignee.login, step.role, step.why) == ("zhou", "finance_head", "department, acting:")
    with transaction() as session:
        handing_over.take_from_barred(session)
    assert approvals.open_step(db.session, claim).why == "department, acting:"


def test_two_people_are_two_people_through_delegation_too(company: dict[str, int]) -> None:
    claim = claim_in_review(company["lin"], Spent("10.00"), assignee_id=company["qian"])
    with transaction() as session:
        step = approvals.open_step(session, claim)
        step.role, step.why = "department_director", "R-73"
        other = ApprovalStepRow(claim_id=claim.id, round=1, position=2, role="finance_head", why="R-73")
        other.assignee_id = company["zhou"]
        session.add(other)
    delegate("qian", "wu")
    delegate("zhou", "wu")
    review.decide_whole(company["wu"], claim.claim_no, seen(claim), APPROVE)
    with pytest.raises(Refused, match="two different people"):
        review.decide_whole(company["wu"], claim.claim_no, seen(claim), APPROVE)


@pytest.mark.parametrize(
    ("principal", "stand_in", "message"),
    [
        ("zhao", "zhao", "themselves"),
        ("lin", "wu", "no approval role"),
        ("zhao", "audit", "Auditors"),
        ("zhao", "admin", "Auditors"),
        ("zhao", "wu", "already"),
        ("qian", "zhao", "has delegated"),
        ("wu", "lin", "stands in for somebody"),
    ],
)
def test_what_cannot_be_delegated(company: dict[str, int], principal: str, stand_in: str, message: str) -> None:
    with transaction() as session:
        session.add(RoleGrantRow(person_id=company["wu"], role="approver", department_id=1))
    delegate("zhao", "wu")
    with pytest.raises(Refused, match=message):
        delegate(principal, stand_in)


def test_chains_are_fine_where_the_days_do_not_meet(company: dict[str, int]) -> None:
    delegate("zhao", "qian", today(), today() + DAY)
    assert delegate("qian", "zhou", today() + 2 * DAY, today() + 3 * DAY)


@pytest.mark.parametrize(("first", "last"), [(DAY, -DAY), (-2 * DAY, -DAY)])
def test_days_are_in_order_and_not_past(company: dict[str, int], first: timedelta, last: timedelta) -> None:
    with pytest.raises(Refused, match="last day"):
        delegate("zhao", "wu", today() + first, today() + last)


def test_only_the_principal_and_admins_delegate(company: dict[str, int]) -> None:
    wanted = Wanted(company["zhao"], company["wu"], today(), today())
    with pytest.raises(NotFound):
        delegations.create(person("qian"), wanted)
    delegations.create(person("admin"), wanted)
    told = db.session.scalars(select(NoticeRow.person_id).order_by(NoticeRow.id)).all()
    assert told == [company["wu"], company["zhao"]]


def test_revoking_ends_it_at_once(claim: ClaimRow, company: dict[str, int]) -> None:
    delegation_id = delegate("zhao", "wu")
    with pytest.raises(NotFound):
        delegations.revoke(person("wu"), delegation_id)
    delegations.revoke(person("zhao"), delegation_id)
    assert queue_of("wu") == []
    assert may_see(db.session, person("wu"), claim) is False


def test_new_steps_are_told_to_both(company: dict[str, int]) -> None:
    delegate("zhao", "wu")
    with transaction() as session:
        approvals.open_steps(session, make_claim(company["lin"], Spent("10.00")), an_answer())
    told = select(NoticeRow.person_id).where(NoticeRow.kind == "review").order_by(NoticeRow.id)
    assert db.session.scalars(told).all() == [company["zhao"], company["wu"]]


def test_a_delegate_without_a_role_reaches_queue_home_and_evidence(
    claim: ClaimRow, company: dict[str, int], sign_in: Callable[[str], FlaskClient]
) -> None:
    client = sign_in("wu")
    assert client.get("/review").status_code == 403
    delegate("zhao", "wu")
    number = claim.claim_no
    assert number in client.get("/review").text
    assert client.get(f"/review/{number}").status_code == 200
    assert waiting_for(company["wu"]).to_review_count == 1
    assert may_see(db.session, person("wu"), claim)


def test_the_page_delegates_and_revokes(company: dict[str, int], sign_in: Callable[[str], FlaskClient]) -> None:
    client, day = sign_in("zhao"), today().isoformat()
    form = {"delegate_id": company["wu"], "first_day": day, "last_day": day, "department_id": ""}
    assert client.post("/delegations", data=form).status_code == 302
    assert client.post("/delegations", data=form).status_code == 422
    row = db.session.scalars(select(DelegationRow)).one()
    assert "Zhao" in sign_in("wu").get("/delegations").text
    assert "生效中" not in sign_in("qian").get("/delegations").text
    assert client.post(f"/delegations/{row.id}/revoke").status_code == 302
    assert "已结束" in sign_in("admin").get("/delegations").text


def test_the_page_asks_few_queries(company: dict[str, int], sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("admin")
    for number in range(8):
        delegate("zhao", "wu", today() + number * DAY)
    with count_queries() as asked:
        client.get("/delegations")
    assert len(asked) <= 15
