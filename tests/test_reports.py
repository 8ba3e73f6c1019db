"""Reports: sums that follow every move of a claim, charts that add up, and the claims behind each number."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from reimburse.domain.finding import Severity
from reimburse.domain.workflow import Action, ClaimState, Role
from reimburse.services.claims.workflow import advance
from reimburse.services.errors import NotFound
from reimburse.services.reports import report_claims, reports
from reimburse.services.reports.report_entries import figures_of
from reimburse.services.reports.report_scope import Scope, departments_of, scope
from reimburse.services.reports.report_totals import report_claim
from reimburse.store.claims import ClaimRow, ExpenseLineRow
from reimburse.store.db import db, transaction
from reimburse.store.outbox import OutboxRow
from reimburse.store.people import DepartmentRow, PersonRow
from reimburse.store.reports import ReportEntryRow, ReportTotalRow, StaleReportRow
from tests.builders import DAY, SELLER, Spent, a_finding, add_check, an_answer, make_claim
from tests.query_count import count_queries

YEAR = Scope(date(2026, 1, 1), date(2026, 12, 1))
SignIn = Callable[[str], FlaskClient]


def made(company: dict[str, int], *lines: Spent, state: ClaimState = ClaimState.IN_REVIEW, **fields: Any) -> ClaimRow:
    with transaction():
        return make_claim(company["lin"], *lines, state=state, **fields)


def moved(claim: ClaimRow, action: Action, role: Role) -> None:
    with transaction() as session:
        advance(session, session.get_one(ClaimRow, claim.id), action, role, None)


def run_reports() -> None:
    """Run every job that the outbox asks for, as the worker would."""
    waiting = select(OutboxRow).where(OutboxRow.job == "report_claim", OutboxRow.done_at.is_(None))
    jobs = [(row.args, row.id) for row in db.session.scalars(waiting)]
    db.session.rollback()
    for args, outbox_id in jobs:
        report_claim(*args, outbox_id=outbox_id)


def spent(dimension: str, within: Scope = YEAR) -> dict[str, int]:
    return {bar.value: bar.fen for bar in reports.chart(within, dimension).bars if bar.fen}


def test_an_approved_claim_is_counted_by_everything_it_names(company: dict[str, int]) -> None:
    lines = (Spent("100.00", category="taxi"), Spent("20.50", category="meeting"))
    claim = made(company, *lines, project="P-1")
    moved(claim, Action.APPROVE, Role.APPROVER)
    assert spent("category") == {}
    run_reports()
    assert spent("category") == {"taxi": 10_000, "meeting": 2_050}
    assert spent("supplier") == {SELLER.tax_id: 12_050}
    assert spent("project") == {"P-1": 12_050}
    assert spent("cost_center") == {"CC-100": 12_050}
    assert spent("department") == {str(claim.department_id): 12_050}
    assert spent("month") == {DAY.replace(day=1).isoformat(): 12_050}


def test_a_second_run_and_every_later_move_keep_the_sums_right(company: dict[str, int]) -> None:
    claim = made(company, Spent("100.00"))
    moved(claim, Action.APPROVE, Role.APPROVER)
    run_reports()
    report_claim(claim.id)
    moved(claim, Action.COLLECT, Role.FINANCE_REVIEWER)
    moved(claim, Action.EXPORT, Role.FINANCE_REVIEWER)
    run_reports()
    moved(claim, Action.PAY, Role.FINANCE_HEAD)
    run_reports()
    assert spent("category") == {"office_supplies": 10_000}
    assert [bar.value for bar in reports.chart(YEAR, "cycle").bars] == ["prepare", "decide", "book", "pay", "whole"]
    assert reports.chart(YEAR, "pace").number == 1


def test_moves_in_quick_succession_ask_once(company: dict[str, int]) -> None:
    claim = made(company, Spent("100.00"))
    moved(claim, Action.APPROVE, Role.APPROVER)
    moved(claim, Action.COLLECT, Role.FINANCE_REVIEWER)
    moved(claim, Action.EXPORT, Role.FINANCE_REVIEWER)
    rows = db.session.scalars(select(OutboxRow).where(OutboxRow.job == "report_claim")).all()
    assert len(rows) == 1
    assert rows[0].due_at > rows[0].created_at
    run_reports()
    assert db.session.scalars(select(StaleReportRow)).all() == []


def test_totals_are_the_sum_of_the_entries(company: dict[str, int]) -> None:
    claims = [made(company, Spent(f"{amount}.00"), project=f"P{amount % 2}") for amount in range(1, 8)]
    for claim in claims:
        moved(claim, Action.APPROVE, Role.APPROVER)
    run_reports()
    for claim in claims[:3]:
        moved(claim, Action.COLLECT, Role.FINANCE_REVIEWER)
        moved(claim, Action.EXPORT, Role.FINANCE_REVIEWER)
    run_reports()
    sums: dict[tuple[str, str], int] = {}
    for entry in db.session.scalars(select(ReportEntryRow)):
        sums[entry.dimension, entry.value] = sums.get((entry.dimension, entry.value), 0) + entry.fen
    kept = {(row.dimension, row.value): row.fen for row in db.session.scalars(select(ReportTotalRow))}
    assert kept == sums


def test_first_pass_and_the_rules_that_return(company: dict[str, int]) -> None:
    passed, returned = made(company, Spent("10.00")), made(company, Spent("30.00"))
    with transaction():
        findings = (
            a_finding("R-54", Severity.RETURN),
            a_finding("R-54", Severity.RETURN),
            a_finding("X-08", Severity.WARN),
        )
        add_check(returned, an_answer(*findings))
    moved(passed, Action.APPROVE, Role.APPROVER)
    moved(returned, Action.RETURN, Role.APPROVER)
    run_reports()
    assert {bar.value: bar.number for bar in reports.chart(YEAR, "first_pass").bars} == {"first": 1, "again": 1}
    assert {bar.value: bar.number for bar in reports.chart(YEAR, "return_rule").bars} == {"R-54": 1}


def test_a_line_on_two_sellers_is_shared_out_to_the_fen(company: dict[str, int]) -> None:
    claim = made(company, Spent("100.01", invoices=("26990000000000007771", "26990000000000007772")))
    with transaction() as session:
        row = session.get_one(ClaimRow, claim.id)
        row.lines[0].invoices[0].seller_tax_id = "91990000MA0DEM0037"
        row.state = ClaimState.APPROVED.value
        found = figures_of(session, row)
    sellers = {value: amounts.fen for (dimension, value), amounts in found.items() if dimension == "supplier"}
    assert sum(sellers.values()) == 10_001
    assert len(sellers) == 2


def test_a_mirror_takes_off_what_the_reversed_claim_added(company: dict[str, int]) -> None:
    claim = made(company, Spent("100.00", category="taxi"))
    moved(claim, Action.APPROVE, Role.APPROVER)
    moved(claim, Action.COLLECT, Role.FINANCE_REVIEWER)
    moved(claim, Action.EXPORT, Role.FINANCE_REVIEWER)
    moved(claim, Action.REVERSE, Role.FINANCE_REVIEWER)
    with transaction():
        mirror = make_claim(company["lin"], state=ClaimState.DRAFT, reversal_of_id=claim.id)
        mirror.lines.append(ExpenseLineRow(position=1, category="taxi", amount_fen=-10_000))
        mirror.total_fen, mirror.state = -10_000, ClaimState.BATCHED.value
    moved(mirror, Action.EXPORT, Role.FINANCE_REVIEWER)
    run_reports()
    assert (spent("category"), spent("supplier"), spent("month")) == ({}, {}, {})
    assert reports.chart(YEAR, "first_pass").number == 1


def test_what_waits_is_counted_by_age(company: dict[str, int]) -> None:
    fresh, old = made(company, Spent("10.00")), made(company, Spent("20.00"))
    with transaction() as session:
        row = session.get_one(ClaimRow, old.id)
        row.updated_at -= timedelta(days=31)
    assert spent("waiting") == {"in_review:2": 1_000, "in_review:more": 2_000}
    behind = report_claims.claims_behind(YEAR, "waiting", "in_review:more")
    assert [row.claim.id for row in behind.rows] == [old.id]
    assert [row.claim.id for row in report_claims.claims_behind(YEAR, "waiting", "in_review:2").rows] == [fresh.id]


@pytest.mark.parametrize("dimension", ["category", "supplier", "department", "month", "entity", "cost_center"])
def test_each_number_is_the_sum_of_its_claims(company: dict[str, int], dimension: str) -> None:
    for amount in ("10.00", "20.00", "30.00"):
        moved(made(company, Spent(amount), Spent("1.00", category="taxi")), Action.APPROVE, Role.APPROVER)
    run_reports()
    for bar in reports.chart(YEAR, dimension).bars:
        rows = report_claims.claims_behind(YEAR, dimension, bar.value).rows
        assert (len(rows), sum(row.fen for row in rows)) == (bar.number, bar.fen)


def test_heads_see_their_own_department_only(company: dict[str, int]) -> None:
    own = db.session.scalars(select(DepartmentRow)).one()
    with transaction() as session:
        other = DepartmentRow(name="销售部", legal_entity_id=own.legal_entity_id)
        session.add(other)
        session.flush()
        other_id = other.id
    people = {login: db.session.get_one(PersonRow, company[login]) for login in ("qian", "zhou", "lin", "audit")}
    assert departments_of(people["qian"]) == {own.id}
    assert departments_of(people["zhou"]) is None
    assert departments_of(people["audit"]) is None
    with pytest.raises(NotFound):
        departments_of(people["lin"])
    with pytest.raises(NotFound):
        scope(people["qian"], DAY, DAY, other_id)


@pytest.mark.parametrize(("who", "status"), [("zhou", 200), ("sun", 200), ("audit", 200), ("qian", 200), ("lin", 403)])
def test_who_reads_reports(sign_in: SignIn, company: dict[str, int], who: str, status: int) -> None:
    assert sign_in(who).get("/reports").status_code == status


def test_the_page_its_claims_and_its_downloads(sign_in: SignIn, company: dict[str, int]) -> None:
    claim = made(company, Spent("1234.50", category="taxi"), project="=1+1")
    moved(claim, Action.APPROVE, Role.APPROVER)
    run_reports()
    client = sign_in("zhou")
    asked = "since=2026-01&until=2026-12"
    assert "¥1,234.50" in client.get(f"/reports?{asked}").text
    behind = client.get(f"/reports/category/claims?value=taxi&{asked}").text
    assert claim.claim_no in behind
    table = client.get(f"/reports/category.csv?{asked}").data.decode("utf-8-sig")
    assert "taxi,1,1234.50" in table
    assert "'=1+1" in client.get(f"/reports/project.csv?{asked}").data.decode("utf-8-sig")
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/reports/category.xlsx?{asked}").data))
    assert book.get_sheet_by_index(0).to_python()[1][1:4] == ["taxi", 1, 1234.5]


@pytest.mark.parametrize("path", ["/reports/nothing/claims", "/reports/nothing.csv"])
def test_an_unknown_chart_is_not_found(sign_in: SignIn, company: dict[str, int], path: str) -> None:
    assert sign_in("zhou").get(path).status_code == 404


@pytest.mark.parametrize("query", ["since=x&until=y", "since=0001-01", "department=99", "until=9999-12"])
def test_odd_periods_are_borne(sign_in: SignIn, company: dict[str, int], query: str) -> None:
    assert sign_in("zhou").get(f"/reports?{query}").status_code == 200


def test_the_page_asks_the_same_few_questions(sign_in: SignIn, company: dict[str, int]) -> None:
    for amount in range(1, 12):
        moved(made(company, Spent(f"{amount}.00"), project=f"P-{amount}"), Action.APPROVE, Role.APPROVER)
    run_reports()
    client = sign_in("zhou")
    with count_queries() as asked:
        client.get("/reports?since=2026-01&until=2026-12")
    assert len(asked) <= 15
