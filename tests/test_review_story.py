"""From submission to export under the shipped policy, with one line sent back and corrected on the way."""

import pytest
from sqlalchemy import func, select

from reimburse.services.approval import approvals, review
from reimburse.services.approval.review import Decision, Seen, Verb
from reimburse.services.claims import claim_lines, claims
from reimburse.services.claims.follow_ups import follow_ups_of
from reimburse.services.month_end import batch_pages, batches
from reimburse.store.balances import InvoiceBalanceRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db
from reimburse.store.events import EventRow, event_hash
from tests.batch_work import work
from tests.claim_stories import attach, claim_on, good_invoice, submit

APPROVE, RETURN = Decision(Verb.APPROVE), Decision(Verb.RETURN, "请补充事由")


def seen(claim: ClaimRow) -> Seen:
    db.session.refresh(claim)
    return Seen(approvals.open_step(db.session, claim).id, claim.version)


def sums() -> tuple[int, int]:
    reserved, booked = func.sum(InvoiceBalanceRow.reserved_fen), func.sum(InvoiceBalanceRow.booked_fen)
    return tuple(db.session.execute(select(reserved, booked)).one())


@pytest.fixture
def split(company: dict[str, int]) -> tuple[ClaimRow, ClaimRow]:
    """A claim of 700.00 whose line of 600.00 was approved, and the follow-up with the line of 100.00."""
    claim = claim_on(good_invoice(company["lin"], "600.00"), good_invoice(company["lin"], "100.00"))
    attach(claim)
    claim = submit(claim)
    decisions = {line.id: RETURN if line.amount_fen == 10000 else APPROVE for line in claim.lines}
    review.decide(company["zhao"], claim.claim_no, seen(claim), decisions)
    return claim, follow_ups_of(db.session, claim)[0]


def test_a_returned_line_is_corrected_reviewed_again_and_exported_with_the_rest(
    company: dict[str, int], split: tuple[ClaimRow, ClaimRow]
) -> None:
    claim, follow_up = split
    assert (claim.state, claim.total_fen, follow_up.state, follow_up.total_fen) == (
        "approved",
        60000,
        "returned",
        10000,
    )
    assert sums() == (70000, 0)
    follow_up = submit(follow_up)
    assert (follow_up.state, follow_up.verdict, follow_up.round) == ("in_review", "pass", 2)
    review.decide_whole(company["zhao"], follow_up.claim_no, seen(follow_up), APPROVE)
    batch_no = batches.collect(company["sun"], [claim.claim_no, follow_up.claim_no])
    batches.freeze(company["zhou"], batch_no, batch_pages.batch_of(batch_no).version)
    work()
    batches.export(company["sun"], batch_no)
    work()
    assert (claim.state, follow_up.state, sums()) == ("exported", "exported", (0, 70000))
    assert all(event.hash == event_hash(event) for event in db.session.scalars(select(EventRow)))


def test_a_small_claim_that_a_reviewer_returned_is_not_approved_by_itself(company: dict[str, int]) -> None:
    claim = claim_on(good_invoice(company["lin"], "600.00"), good_invoice(company["lin"], "100.00"))
    attach(claim)
    claim = submit(claim)
    review.decide_whole(company["zhao"], claim.claim_no, seen(claim), RETURN)
    claim_lines.remove_invoice(company["lin"], claim.claim_no, claim.invoices[0].id)
    claim = submit(claim)
    assert (claim.total_fen, claim.verdict, claim.state) == (10000, "pass", "in_review")


def test_a_dropped_follow_up_frees_its_share_only(company: dict[str, int], split: tuple[ClaimRow, ClaimRow]) -> None:
    _, follow_up = split
    claims.recall(company["lin"], follow_up.claim_no)
    claims.delete(company["lin"], follow_up.claim_no)
    assert (follow_up.state, sums()) == ("deleted", (60000, 0))
