"""The correction loop: submitted, judged by a job, returned with the fix or passed on; every round stays."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from reimburse.domain.finding import Verdict
from reimburse.services.claims import balances, checking, claim_lines, claims
from reimburse.services.claims.facts import canonical, facts_of
from reimburse.services.errors import Refused
from reimburse.settings import Settings, data_folder
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.balances import InvoiceBalanceRow
from reimburse.store.claims import CheckRow
from reimburse.store.db import db, today, transaction
from reimburse.store.events import EventRow
from reimburse.store.invoices import InvoiceRow
from reimburse.store.notices import MailRow, NoticeRow
from reimburse.store.outbox import OutboxRow
from reimburse.store.people import PersonRow
from rules import claim_json
from tests.claim_stories import attach, claim_on, found, good_invoice, run_checks, submit


def reserved() -> int:
    return db.session.scalar(select(func.coalesce(func.sum(InvoiceBalanceRow.reserved_fen), 0))) or 0


def events() -> list[str]:
    of_claims = EventRow.chain.startswith("claim:")
    return list(db.session.scalars(select(EventRow.kind).where(of_claims).order_by(EventRow.id)))


def test_a_claim_with_a_gap_comes_back_with_the_fix(company: dict[str, int]) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    assert (claim.state, claim.verdict, claim.open_findings, claim.round) == ("returned", "return", 1, 1)
    assert reserved() == 10000
    [notice] = db.session.scalars(select(NoticeRow))
    assert notice.zh == f"请修改报销单 {claim.claim_no} 的 1 处问题后重新提交"
    assert notice.link == f"/claims/{claim.claim_no}/edit#attachments-line-{claim.lines[0].id}"
    [mail] = db.session.scalars(select(MailRow))
    assert mail.body.startswith("请修改报销单")
    for part in (
        "R-93",
        "条款 B-9.4",
        "现为：无\n",
        "应为：发票查验截图\n",
        "怎么改：附上发票查验截图",
        "{public_url}/claims/",
    ):
        assert part in mail.body


def test_a_mail_is_in_the_readers_language(company: dict[str, int]) -> None:
    with transaction() as session:
        session.get_one(PersonRow, company["lin"]).language = "en"
    claim = submit(claim_on(good_invoice(company["lin"])))
    [mail] = db.session.scalars(select(MailRow))
    assert mail.subject == f"Correct 1 point of claim {claim.claim_no}, then submit it again"
    assert "Attach the verification screenshot" in mail.body


def test_a_corrected_claim_goes_on_and_both_rounds_stay(company: dict[str, int]) -> None:
    claim = submit(claim_on(good_invoice(company["lin"], "600.00")))
    attach(claim)
    claim = submit(claim)
    assert (claim.state, claim.round, claim.verdict) == ("in_review", 2, "pass")
    assert [(row.round, row.verdict) for row in claim.checks] == [(1, "return"), (2, "pass")]
    assert events() == ["submit", "return", "submit", "pass_check"]
    [step] = db.session.scalars(select(ApprovalStepRow))
    assert (step.assignee_id, step.state, step.round) == (company["zhao"], "open", 2)
    assert reserved() == 60000


@pytest.mark.parametrize(("limit", "state"), [("100.00", "approved"), ("99.99", "in_review")])
def test_a_small_claim_without_any_finding_is_approved_by_itself(
    company: dict[str, int], settings: Settings, limit: str, state: str
) -> None:
    amend_policy(settings, auto_approve_up_to=limit)
    claim = claim_on(good_invoice(company["lin"]))
    attach(claim)
    assert submit(claim).state == state


def test_a_warning_is_enough_to_be_reviewed(company: dict[str, int]) -> None:
    day = today().replace(day=1) - timedelta(days=1)
    invoice = good_invoice(company["lin"], issue_date=day.isoformat())
    claim = claim_on(invoice)
    attach(claim)
    claim = submit(claim)
    assert (claim.verdict, claim.flagged, claim.state) == ("warn", True, "in_review")


def test_a_job_run_twice_equals_once(company: dict[str, int]) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    outbox_id = db.session.scalars(select(OutboxRow.id).where(OutboxRow.job == "check_claim")).one()
    db.session.rollback()
    for _ in range(2):
        checking.check_claim(claim.id, 1, outbox_id=outbox_id)
    assert db.session.scalar(select(func.count()).select_from(CheckRow)) == 1
    assert db.session.scalar(select(func.count()).select_from(MailRow)) == 1
    assert events() == ["submit", "return"]
    assert db.session.get_one(OutboxRow, outbox_id).done_at is not None


def test_a_late_job_of_an_earlier_round_does_nothing(company: dict[str, int]) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    checking.submit(claim.claim_no, company["lin"], pledge=True)
    checking.check_claim(claim.id, 1)
    assert found(claim.claim_no).state == "checking"


def test_facts_and_answer_are_kept_to_the_byte(company: dict[str, int]) -> None:
    claim = submit(claim_on(good_invoice(company["lin"])))
    [check] = claim.checks
    again = checking.judge(json.loads(check.facts), claim.submitted_on)
    assert check.answer == canonical(checking.answer_to_json(again.answer))
    assert canonical(json.loads(check.facts)) == check.facts
    assert claim_json.decode(check.facts.encode()).claim.claim_no == claim.claim_no


def test_the_facts_follow_the_contract(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    attach(claim, line_id=claim.lines[0].id)
    facts = facts_of(db.session(), found(claim.claim_no), date(2026, 11, 23), 1)
    [line], [invoice] = facts["lines"], facts["invoices"]
    assert facts["claim"]["employee"] == {"id": "E001", "name": "Lin", "department": "研发部", "grade": None}
    assert (line["amount"], line["quantity"], line["invoice_ids"]) == ("100.00", "1", [invoice["id"]])
    assert (invoice["format"], invoice["verification"], invoice["total_incl_tax"]) == ("pdf", None, "100.00")
    assert facts["attachments"][0]["line_id"] == line["id"]
    assert facts["registry"] == []
    assert facts["titles"][0]["tax_id"] == "91990000MA0DEM0011"
    assert (facts["suppliers"], facts["refunds"]) == ([], [])
    assert not {"payments", "orders", "trips"} & facts.keys()


def test_the_registry_shows_what_others_hold_and_never_ones_own(company: dict[str, int]) -> None:
    number = "26990000000000000009"
    mine = claim_on(good_invoice(company["lin"], number=number))
    theirs = claim_on(good_invoice(company["wu"], number=number))
    with transaction() as session:
        balances.reserve(session, found(theirs.claim_no))
    [entry] = facts_of(db.session(), found(mine.claim_no), today(), 1)["registry"]
    assert entry["claim_no"] == theirs.claim_no
    assert (entry["employee_id"], entry["claimed_amount"], entry["number"]) == ("E002", "100.00", number)
    assert facts_of(db.session(), found(theirs.claim_no), today(), 1)["registry"] == []
    finding = checking.preview(found(mine.claim_no)).findings[0]
    assert (finding.rule, finding.severity) == ("X-03", "block")
    assert theirs.claim_no not in finding.message.zh + finding.found


def test_only_a_claim_that_came_back_is_a_resubmission(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    assert not facts_of(db.session(), found(claim.claim_no), today(), 1)["claim"]["resubmission"]
    claim = submit(claim)
    assert facts_of(db.session(), claim, today(), 2)["claim"]["resubmission"]


def test_the_fixes_left_are_counted_down(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    claim_lines.edit_line(company["lin"], claim.claim_no, claim.lines[0].id, {"category": "taxi"})
    claim = submit(found(claim.claim_no))
    assert claim.open_findings == 2
    attach(claim)
    assert found(claim.claim_no).open_findings == 1


def test_without_the_pledge_nothing_is_submitted(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    with pytest.raises(Refused, match="pledge"):
        checking.submit(claim.claim_no, company["lin"], pledge=False)
    assert (found(claim.claim_no).state, reserved()) == ("draft", 0)


@pytest.mark.parametrize("purpose", ["", "  "])
def test_a_claim_without_a_purpose_is_not_submitted(company: dict[str, int], purpose: str) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    claims.edit_head(company["lin"], claim.claim_no, {"purpose": purpose})
    with pytest.raises(Refused, match="purpose"):
        checking.submit(claim.claim_no, company["lin"], pledge=True)
    assert (found(claim.claim_no).state, reserved()) == ("draft", 0)
    claims.edit_head(company["lin"], claim.claim_no, {"purpose": "客户拜访"})
    assert submit(found(claim.claim_no)).round == 1


@pytest.mark.parametrize("invoiced", [True, False])
def test_a_line_of_nothing_is_not_submitted(company: dict[str, int], invoiced: bool) -> None:
    claim_no = (
        claim_on(good_invoice(company["lin"])).claim_no if invoiced else claims.new_from_invoices(company["lin"], [])
    )
    claims.edit_head(company["lin"], claim_no, {"purpose": "客户拜访"})
    claim_lines.add_line(company["lin"], claim_no)
    with pytest.raises(Refused, match="no amount"):
        checking.submit(claim_no, company["lin"], pledge=True)
    assert (found(claim_no).state, reserved()) == ("draft", 0)


def test_what_blocks_cannot_be_submitted_and_reserves_nothing(company: dict[str, int]) -> None:
    red = {"red_letter": True, "red_letter_of": {"code": None, "number": "26990000000000000404"}}
    claim = claim_on(good_invoice(company["lin"], **red))
    verdict = checking.preview(claim).verdict
    assert verdict is Verdict.BLOCK
    with pytest.raises(Refused, match="cannot be submitted"):
        checking.submit(claim.claim_no, company["lin"], pledge=True)
    assert (found(claim.claim_no).state, reserved()) == ("draft", 0)


def test_the_same_key_submits_once(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    for _ in range(2):
        checking.submit(claim.claim_no, company["lin"], pledge=True, key="once")
    assert events() == ["submit"]


@pytest.mark.parametrize("state", ["returned", "in_review"])
def test_recall_frees_the_invoices_and_drops_the_steps(company: dict[str, int], state: str) -> None:
    claim = claim_on(good_invoice(company["lin"], "600.00"))
    if state == "in_review":
        attach(claim)
    claim = submit(claim)
    assert claim.state == state
    claims.recall(company["lin"], claim.claim_no)
    claim = found(claim.claim_no)
    assert (claim.state, reserved(), claim.no_duplicate_pledge) == ("draft", 0, False)
    assert {step.state for step in db.session.scalars(select(ApprovalStepRow))} <= {"dropped"}
    assert claim.expires_on is not None


MATERIAL = [({"amount_fen": 5000}, "dropped"), ({"category": "other"}, "dropped"), ({"description": "x"}, "approved")]


@pytest.mark.parametrize(("change", "state"), MATERIAL)
def test_a_material_edit_drops_the_approvals_that_covered_it(
    company: dict[str, int], change: dict[str, Any], state: str
) -> None:
    claim = submit(claim_on(good_invoice(company["lin"], "600.00")))
    with transaction() as session:
        session.add(ApprovalStepRow(claim_id=claim.id, round=1, position=1, role="approver", state="approved"))
    claim_lines.edit_line(company["lin"], claim.claim_no, claim.lines[0].id, change)
    assert db.session.scalars(select(ApprovalStepRow.state)).all() == [state]


def test_the_policy_in_force_at_submission_judges(company: dict[str, int], settings: Settings) -> None:
    amend_policy(settings)
    claim = claim_on(good_invoice(company["lin"]))
    checking.submit(claim.claim_no, company["lin"], pledge=True)
    with (settings.data / "policy" / "policy.toml").open("a", encoding="utf-8") as policy:
        policy.write(f'\n[[version]]\nversion = "next"\neffective_from = {today()}\n')
        policy.write(f'\n[[version]]\nversion = "later"\neffective_from = {today() + timedelta(days=1)}\n')
    run_checks()
    submit(claim)
    assert [row.policy_version for row in found(claim.claim_no).checks] == ["2024.1", "next"]


def test_a_crash_leaves_the_claim_where_it_was(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"]))
    checking.submit(claim.claim_no, company["lin"], pledge=True)
    with transaction() as session:
        row = session.get_one(InvoiceRow, claim.invoices[0].id)
        row.data = {**row.data, "kind": "no such kind"}
    with pytest.raises(claim_json.BadClaim):
        checking.check_claim(claim.id, 1)
    assert found(claim.claim_no).state == "checking"
    assert db.session.scalar(select(func.count()).select_from(CheckRow)) == 0


def amend_policy(settings: Settings, **parameters: str) -> None:
    """The shipped policy in the data folder, with some parameters changed."""
    folder = settings.data / "policy"
    folder.mkdir()
    for path in (data_folder("config") / "policy").glob("*.toml"):
        lines = path.read_text("utf-8").splitlines()
        for name, value in parameters.items():
            lines = [f'{name} = "{value}"' if line.startswith(f"{name} =") else line for line in lines]
        (folder / path.name).write_text("\n".join(lines) + "\n", "utf-8")
