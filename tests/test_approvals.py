"""Who has to approve what: thresholds in pairs, the claimant skipped, rules that ask for two people, vacancies."""

import pytest
from flask import Flask
from sqlalchemy import delete, select

from reimburse.domain.finding import CheckAnswer, Severity
from reimburse.domain.workflow import ClaimState, Role
from reimburse.services.approval import approvals
from reimburse.settings import Settings
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, transaction
from reimburse.store.notices import MailRow, NoticeRow
from reimburse.store.people import DepartmentRow, PersonRow, RoleGrantRow
from tests.builders import Spent, a_finding, an_answer, make_claim, plain_policy

DIRECTOR, HEAD, REVIEWER = "department_director", "finance_head", "finance_reviewer"
R73 = a_finding("R-73", Severity.APPROVAL, None, DIRECTOR, HEAD)
R66 = a_finding("R-66", Severity.APPROVAL, None, REVIEWER)
R29 = a_finding("R-29", Severity.APPROVAL)
WARNS = a_finding("R-42", Severity.WARN, None, HEAD)


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def plan(claim: ClaimRow, answer: CheckAnswer | None = None) -> list[tuple[str, str | None]]:
    steps = approvals.planned_steps(claim, answer or an_answer())
    return [(step.role.value, step.person.login if step.person else None) for step in steps]


APPROVER = ("approver", "zhao")


@pytest.mark.parametrize(
    ("claimant", "amount", "findings", "expected"),
    [
        ("lin", "5000.00", (), [APPROVER]),
        ("lin", "5000.01", (), [APPROVER, (DIRECTOR, "qian")]),
        ("lin", "50000.00", (), [APPROVER, (DIRECTOR, "qian")]),
        ("lin", "50000.01", (), [APPROVER, (DIRECTOR, "qian"), (HEAD, "zhou")]),
        ("lin", "10.00", (R73,), [APPROVER, (DIRECTOR, "qian"), (HEAD, "zhou")]),
        ("lin", "10.00", (R66,), [APPROVER, (REVIEWER, "sun")]),
        ("lin", "10.00", (R29,), [APPROVER]),
        ("lin", "10.00", (WARNS,), [APPROVER]),
        ("lin", "60000.00", (R73, R66), [APPROVER, (DIRECTOR, "qian"), (REVIEWER, "sun"), (HEAD, "zhou")]),
        ("zhao", "10.00", (), [(DIRECTOR, "qian")]),
        ("zhao", "6000.00", (), [(DIRECTOR, "qian")]),
        ("qian", "6000.00", (), [APPROVER, (HEAD, "zhou")]),
        ("qian", "60000.00", (), [APPROVER, (HEAD, "zhou")]),
        ("qian", "10.00", (R73,), [APPROVER, (HEAD, "zhou"), (HEAD, None)]),
        ("sun", "10.00", (R66,), [APPROVER, (HEAD, "zhou")]),
        ("zhou", "60000.00", (), [APPROVER, (DIRECTOR, "qian"), (HEAD, None)]),
    ],
)
def test_steps_follow_from_policy_findings_and_claimant(
    company: dict[str, int], claimant: str, amount: str, findings: tuple, expected: list
) -> None:
    assert plan(make_claim(company[claimant], Spent(amount)), an_answer(*findings)) == expected


def test_reasons_are_kept_and_said_in_words(company: dict[str, int]) -> None:
    steps = approvals.planned_steps(make_claim(company["qian"], Spent("6000.00")), an_answer(R73))
    assert [step.why for step in steps] == [
        ("department",),
        ("over:5000.00", "R-73", "up:department_director"),
        ("R-73",),
    ]
    assert approvals.reason_text("R-73").zh == "规则 R-73 要求"


def test_another_department_lends_no_approver(company: dict[str, int]) -> None:
    db.session.execute(delete(RoleGrantRow).where(RoleGrantRow.role == Role.APPROVER))
    other = DepartmentRow(name="市场部", legal_entity_id=1)
    db.session.add(other)
    db.session.flush()
    db.session.add(RoleGrantRow(person_id=company["wu"], role=Role.APPROVER, department_id=other.id))
    assert plan(make_claim(company["lin"], Spent("10.00"))) == [(DIRECTOR, "qian")]


def test_who_has_fewest_open_steps_is_asked(company: dict[str, int]) -> None:
    db.session.add(RoleGrantRow(person_id=company["wu"], role=Role.APPROVER, department_id=1))
    first, second = (make_claim(company["lin"], Spent("10.00")) for _ in range(2))
    approvals.open_steps(db.session, first, an_answer())
    approvals.open_steps(db.session, second, an_answer())
    asked = [approvals.open_step(db.session, claim).assignee.login for claim in (first, second)]
    assert asked == ["wu", "zhao"]


def test_people_who_left_are_not_asked(company: dict[str, int]) -> None:
    db.session.get(PersonRow, company["zhao"]).active = False
    assert plan(make_claim(company["lin"], Spent("10.00"))) == [(DIRECTOR, "qian")]


def test_one_step_is_open_at_a_time_and_its_holder_is_told(company: dict[str, int]) -> None:
    with transaction() as session:
        claim = make_claim(company["lin"], Spent("6000.00"))
        approvals.open_steps(session, claim, an_answer())
        approvals.open_steps(session, claim, an_answer())
    steps = approvals.steps_of(db.session, claim)
    assert [(step.position, step.state) for step in steps] == [(1, "open"), (2, "waiting")]
    notices = db.session.scalars(select(NoticeRow)).all()
    assert [(notice.person_id, notice.link) for notice in notices] == [(company["zhao"], f"/review/{claim.claim_no}")]
    assert "6,000.00" in db.session.scalars(select(MailRow)).one().body


def test_admins_are_told_where_nobody_may_decide(company: dict[str, int]) -> None:
    db.session.execute(delete(RoleGrantRow).where(RoleGrantRow.role.in_((Role.APPROVER, DIRECTOR))))
    db.session.expire_all()
    claim = make_claim(company["zhou"], Spent("10.00"))
    approvals.open_steps(db.session, claim, an_answer())
    assert [(step.role, step.assignee_id) for step in approvals.steps_of(db.session, claim)] == [(HEAD, None)]
    assert [notice.person_id for notice in db.session.scalars(select(NoticeRow))] == [company["admin"]]


def test_dropped_steps_stay_on_record(company: dict[str, int]) -> None:
    claim = make_claim(company["lin"], Spent("6000.00"))
    approvals.open_steps(db.session, claim, an_answer())
    approvals.drop_steps(db.session, claim)
    assert [step.state for step in db.session.scalars(select(ApprovalStepRow))] == ["dropped", "dropped"]


def test_a_new_round_has_steps_of_its_own(company: dict[str, int]) -> None:
    claim = make_claim(company["lin"], Spent("10.00"))
    approvals.open_steps(db.session, claim, an_answer())
    claim.round = 2
    assert approvals.steps_of(db.session, claim) == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [(ClaimState.RETURNED, [APPROVER, (DIRECTOR, "qian")]), (ClaimState.REJECTED, [APPROVER])],
)
def test_taking_a_claim_apart_avoids_no_threshold(
    company: dict[str, int], state: ClaimState, expected: list, app: Flask
) -> None:
    claim = make_claim(company["lin"], Spent("3000.00"))
    make_claim(company["lin"], Spent("3000.00"), state=state, follow_up_of_id=claim.id)
    assert plan(claim) == expected
