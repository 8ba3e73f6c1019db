"""What holds on either database: a frozen batch refuses every change, and of two people at once one is told."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.orm.exc import StaleDataError

from reimburse.domain.workflow import ClaimState, Role
from reimburse.services.approval import approvals, review, review_pages
from reimburse.services.approval.review import Decision, Seen, Verb
from reimburse.services.errors import Stale
from reimburse.services.month_end import batch_lists, batch_pages, batches
from reimburse.services.month_end.batch_filling import Sieve
from reimburse.services.month_end.batch_jobs import work_on_batch
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.batches import BatchClaimRow, BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, transaction
from reimburse.store.notices import NoticeRow
from reimburse.store.people import PersonRow, RoleGrantRow
from tests.at_once import at_once
from tests.batch_work import work
from tests.builders import Spent, a_finding, add_check, an_answer, claim_in_review, make_claim
from tests.databases import server, settings
from tests.refusals import refusal

__all__ = ["server", "settings"]


def approved(company: dict[str, int]) -> ClaimRow:
    with transaction():
        return make_claim(company["lin"], Spent("10.00"), state=ClaimState.APPROVED)


@pytest.fixture
def batch(company: dict[str, int]) -> BatchRow:
    """A frozen batch of claim 1; claim 2 is approved and outside, its line has no invoice of claim 1."""
    claim, _ = approved(company), approved(company)
    batch = batch_pages.batch_of(batches.collect(company["sun"], [claim.claim_no]))
    batches.freeze(company["zhou"], batch.batch_no, batch.version)
    work()
    return batch


CHANGES = {
    "its state back to open": "UPDATE batches SET state = 'open'",
    "its control totals": "UPDATE batches SET control = '{}'",
    "its control totals while exporting": "UPDATE batches SET state = 'exported', control = '{}'",
    "who froze it": "UPDATE batches SET frozen_by_id = NULL",
    "deleting it": "DELETE FROM batches",
    "taking a claim out": "DELETE FROM batch_claims",
    "putting a claim in": "INSERT INTO batch_claims (claim_id, batch_id, total_fen) VALUES (2, 1, 1000)",
    "another total": "UPDATE batch_claims SET total_fen = 1",
    "a line's amount": "UPDATE expense_lines SET amount_fen = 1 WHERE claim_id = 1",
    "moving a line out": "UPDATE expense_lines SET claim_id = 2 WHERE claim_id = 1",
    "moving a line in": "UPDATE expense_lines SET claim_id = 1 WHERE claim_id = 2",
    "deleting a line": "DELETE FROM expense_lines WHERE claim_id = 1",
    "untying an invoice": "DELETE FROM line_invoices WHERE line_id = 1",
    "tying another invoice": "INSERT INTO line_invoices (line_id, invoice_id) VALUES (1, 2)",
    "taking an invoice off the claim": "DELETE FROM claim_invoices WHERE claim_id = 1",
    "the claim's total": "UPDATE claims SET total_fen = 1 WHERE id = 1",
    "the claim's cost centre": "UPDATE claims SET cost_center = 'CC-9' WHERE id = 1",
    "the claim's owner": "UPDATE claims SET claimant_id = 2 WHERE id = 1",
    "an attachment": "INSERT INTO attachments (claim_id, kind, document_id, created_at) "
    "VALUES (1, 'other', 1, '2026-11-23 00:00:00')",
}


def test_a_frozen_batch_refuses_every_change(batch: BatchRow) -> None:
    said = {name: refusal(statement) for name, statement in CHANGES.items()}
    assert [name for name, words in said.items() if "the batch is frozen" not in words] == []


def test_what_is_outside_a_frozen_batch_stays_free(batch: BatchRow) -> None:
    for statement in (
        "UPDATE expense_lines SET amount_fen = 1 WHERE claim_id = 2",
        "UPDATE claims SET total_fen = 1 WHERE id = 2",
        "UPDATE claims SET state = 'exported' WHERE id = 1",
        "DELETE FROM line_invoices WHERE line_id = 2",
    ):
        assert db.session.execute(text(statement)).rowcount == 1
    db.session.rollback()


def test_an_exported_batch_is_not_even_exported_again(company: dict[str, int], batch: BatchRow) -> None:
    batches.export(company["sun"], batch.batch_no)
    work()
    assert "the batch is frozen" in refusal("UPDATE batches SET exported_by_id = NULL")
    assert "append-only" in refusal("UPDATE events SET kind = 'x'")
    assert "append-only" in refusal("DELETE FROM balance_entries")


def test_two_who_collect_one_claim_make_one_batch(app: Flask, company: dict[str, int]) -> None:
    claim_no = approved(company).claim_no
    raised = at_once(
        app, *(lambda who=who: batches.collect(company[who], [claim_no]) for who in ("sun", "zhou", "sun", "zhou"))
    )
    assert sum(error is None for error in raised) == 1
    assert all(isinstance(error, Stale | StaleDataError) for error in raised if error), raised
    assert len(db.session.scalars(select(BatchClaimRow)).all()) == 1


def test_one_click_sent_four_times_makes_one_batch(app: Flask, company: dict[str, int]) -> None:
    claim_no = approved(company).claim_no
    raised = at_once(app, *[lambda: batches.collect(company["sun"], [claim_no], "click")] * 4)
    assert raised == [None] * 4
    assert len(db.session.scalars(select(BatchRow)).all()) == 1


def test_of_two_who_decide_at_once_one_is_told(app: Flask, company: dict[str, int]) -> None:
    claim = claim_in_review(company["lin"], Spent("10.00"), Spent("20.00"), assignee_id=company["zhao"])
    with transaction() as session:
        session.add(RoleGrantRow(person_id=company["wu"], role=Role.APPROVER, department_id=1))
        approvals.open_step(session, claim).assignee_id = None
    step = db.session.scalars(select(ApprovalStepRow)).one()
    seen, claim_no, lines = Seen(step.id, claim.version), claim.claim_no, [line.id for line in claim.lines]
    decisions = {lines[0]: Decision(Verb.APPROVE), lines[1]: Decision(Verb.RETURN, "缺合同")}
    raised = at_once(
        app,
        lambda: review.decide(company["zhao"], claim_no, seen, decisions),
        lambda: review.decide(company["wu"], claim_no, seen, decisions),
    )
    assert sorted(type(error).__name__ for error in raised) in (["NoneType", "Stale"], ["NoneType", "StaleDataError"])
    assert sum(row.total_fen for row in db.session.scalars(select(ClaimRow))) == 3000
    assert len(db.session.scalars(select(ClaimRow)).all()) == 2


def test_a_batch_exported_twice_at_once_books_once(app: Flask, company: dict[str, int], batch: BatchRow) -> None:
    batch_no, claim_id = batch.batch_no, 1
    raised = at_once(app, *[lambda: batches.export(company["sun"], batch_no)] * 2)
    raised += at_once(app, *[lambda: work_on_batch(1)] * 3)
    assert raised == [None] * 5
    row = db.session.execute(text("SELECT reserved_fen, booked_fen FROM invoice_balances ORDER BY number")).first()
    assert tuple(row) == (0, 1000)
    assert db.session.get(ClaimRow, claim_id).state == "exported"


def test_queue_review_and_batch_pages_read_on_either_database(company: dict[str, int], batch: BatchRow) -> None:
    with transaction() as session:
        claim = make_claim(company["zhou"], Spent("60000.00"))
        add_check(claim, an_answer(a_finding()))
        approvals.open_steps(session, claim, an_answer(a_finding()))
        lone = make_claim(company["lin"], Spent("10.00"))
        session.execute(delete(RoleGrantRow).where(RoleGrantRow.role != Role.ADMIN))
        approvals.open_steps(session, lone, an_answer())
    assert [notice.person_id for notice in db.session.scalars(select(NoticeRow)) if notice.kind == "no_approver"] == [
        company["admin"]
    ]
    with transaction() as session:
        session.add(RoleGrantRow(person_id=company["sun"], role=Role.FINANCE_HEAD))
    numbers, batch_no = [claim.claim_no, lone.claim_no], batch.batch_no
    db.session.remove()
    sun = db.session.get_one(PersonRow, company["sun"])
    page = review_pages.queue(sun, everyone=True)
    assert [entry.claim.claim_no for entry in page.entries] == numbers
    assert (
        review_pages.queue(sun, everyone=True, after=review_pages._key(page.entries[0].claim)).entries
        == page.entries[1:]
    )
    assert review_pages.for_reviewer(sun, numbers[0]).findings
    assert batch_lists.waiting(Sieve(0)).claims[0].ready
    assert [row.claims for row in batch_lists.listed()[0]] == [1]
    assert batch_pages.shown(batch_no).count == 1
