"""Deciding claims: by whom, whole or line by line, once, and with every sum conserved."""

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from reimburse.domain.finding import Severity, Subject
from reimburse.domain.invoice import InvoiceKey
from reimburse.domain.workflow import Action, ClaimState, IllegalTransition, Role
from reimburse.services.approval import approvals, review
from reimburse.services.approval.review import Decision, Seen, Verb
from reimburse.services.claims import balances, checking
from reimburse.services.claims.follow_ups import follow_ups_of
from reimburse.services.claims.workflow import advance, chain_of
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.settings import Settings
from reimburse.store.approvals import ApprovalStepRow
from reimburse.store.balances import InvoiceBalanceRow
from reimburse.store.claims import AttachmentRow, ClaimRow
from reimburse.store.db import db, now, transaction
from reimburse.store.events import EventRow, event_hash, happened
from reimburse.store.notices import MailRow, NoticeRow
from reimburse.store.people import RoleGrantRow
from tests.builders import (
    Spent,
    a_finding,
    add_check,
    an_answer,
    claim_in_review,
    make_claim,
    make_document,
    plain_policy,
)

APPROVE = Decision(Verb.APPROVE)
RETURN = Decision(Verb.RETURN, "缺少合同")
REJECT = Decision(Verb.REJECT, "私人消费")
ONE, TWO, SHARED = "26990000000000009001", "26990000000000009002", "26990000000000009003"


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def seen(claim: ClaimRow) -> Seen:
    db.session.refresh(claim)
    return Seen(approvals.open_step(db.session, claim).id, claim.version)


def in_review(company: dict[str, int], *lines: Spent, roles: tuple[str, ...] = ("zhao",)) -> ClaimRow:
    """A claim of lin with a step for each of these people, the first one open."""
    claim = claim_in_review(company["lin"], *lines, assignee_id=company[roles[0]])
    held = {"zhao": Role.APPROVER, "qian": Role.DEPARTMENT_DIRECTOR, "zhou": Role.FINANCE_HEAD}
    with transaction() as session:
        for position, login in enumerate(roles[1:], start=2):
            step = ApprovalStepRow(claim_id=claim.id, round=1, position=position, role=held[login], why="R-73")
            step.assignee_id = company[login]
            session.add(step)
    return claim


def reserved(claim: ClaimRow) -> dict[str, int]:
    return {
        key.number: held.reserved_fen for key, held in balances.held_by(db.session, claim.id).items() if held.stands
    }


def actions(claim: ClaimRow) -> list[str]:
    chain = select(EventRow).where(happened(chain_of(claim))).order_by(EventRow.seq)
    return [event.kind for event in db.session.scalars(chain)]


def test_the_last_approval_approves_the_claim(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("10.00"), roles=("zhao", "qian"))
    review.decide_whole(company["zhao"], claim.claim_no, seen(claim), APPROVE)
    assert (claim.state, [step.state for step in approvals.steps_of(db.session, claim)]) == (
        "in_review",
        ["approved", "open"],
    )
    review.decide_whole(company["qian"], claim.claim_no, seen(claim), APPROVE)
    assert claim.state == "approved"
    assert actions(claim) == ["submit", "step_approved", "approve"]


@pytest.mark.parametrize("decision", [RETURN, REJECT])
def test_what_is_not_approved_needs_a_reason(company: dict[str, int], decision: Decision) -> None:
    claim = in_review(company, Spent("10.00"))
    with pytest.raises(Refused, match="reason"):
        review.decide_whole(company["zhao"], claim.claim_no, seen(claim), Decision(decision.verb, "  "))


def test_a_returned_claim_keeps_its_reservation_and_tells_the_claimant_why(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("10.00", (ONE,)), roles=("zhao", "qian"))
    review.decide_whole(company["zhao"], claim.claim_no, seen(claim), RETURN)
    assert (claim.state, reserved(claim)) == ("returned", {ONE: 1000})
    assert [step.state for step in approvals.steps_of(db.session, claim)] == ["returned", "dropped"]
    mail = db.session.scalars(select(MailRow)).one()
    assert (mail.person_id, "缺少合同" in mail.body) == (company["lin"], True)


def test_a_rejected_claim_frees_its_invoices(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("10.00", (ONE,)))
    review.decide_whole(company["zhao"], claim.claim_no, seen(claim), REJECT)
    assert (claim.state, reserved(claim)) == ("rejected", {})
    assert db.session.get(InvoiceBalanceRow, ("", ONE)).reserved_fen == 0


@pytest.mark.parametrize(
    ("login", "error"),
    [
        ("lin", Refused),
        ("wu", NotFound),
        ("qian", NotFound),
        ("sun", NotFound),
        ("audit", NotFound),
        ("admin", NotFound),
    ],
)
def test_only_the_holder_of_the_open_step_decides(company: dict[str, int], login: str, error: type[Refused]) -> None:
    claim = in_review(company, Spent("10.00"))
    with pytest.raises(error):
        review.decide_whole(company[login], claim.claim_no, seen(claim), APPROVE)


def test_nobody_approves_their_own_even_as_assignee(company: dict[str, int]) -> None:
    claim = claim_in_review(company["zhao"], Spent("10.00"), assignee_id=company["zhao"])
    with pytest.raises(Refused, match="own claim"):
        review.decide_whole(company["zhao"], claim.claim_no, seen(claim), APPROVE)


def test_who_lost_the_role_decides_nothing_and_the_place_is_vacant(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("10.00"))
    with transaction() as session:
        session.query(RoleGrantRow).filter_by(person_id=company["zhao"]).delete()
        session.add(RoleGrantRow(person_id=company["wu"], role=Role.APPROVER, department_id=1))
    db.session.expire_all()
    with pytest.raises(NotFound):
        review.decide_whole(company["zhao"], claim.claim_no, seen(claim), APPROVE)
    review.decide_whole(company["wu"], claim.claim_no, seen(claim), APPROVE)
    assert claim.state == "approved"


def test_one_rule_asks_for_two_people(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("10.00"), roles=("zhao", "qian", "zhou"))
    with transaction() as session:
        session.add(RoleGrantRow(person_id=company["qian"], role=Role.FINANCE_HEAD))
        approvals.steps_of(session, claim)[2].assignee_id = company["qian"]
    db.session.expire_all()
    for login in ("zhao", "qian"):
        review.decide_whole(company[login], claim.claim_no, seen(claim), APPROVE)
    with pytest.raises(Refused, match="two different people"):
        review.decide_whole(company["qian"], claim.claim_no, seen(claim), APPROVE)


def test_the_same_decision_twice_is_once(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("10.00"), Spent("20.00"))
    shown, lines = seen(claim), [line.id for line in claim.lines]
    decisions = {lines[0]: APPROVE, lines[1]: RETURN}
    for _ in range(2):
        review.decide(company["zhao"], claim.claim_no, shown, decisions)
    assert len(follow_ups_of(db.session, claim)) == 1
    assert actions(claim) == ["submit", "split", "approve"]


def test_another_decision_on_a_decided_step_is_stale(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("10.00"))
    shown = seen(claim)
    review.decide_whole(company["zhao"], claim.claim_no, shown, APPROVE)
    with pytest.raises(Stale):
        review.decide_whole(company["zhao"], claim.claim_no, shown, REJECT)


def test_of_two_holders_of_a_vacant_step_the_second_is_told(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("10.00"), roles=("zhao", "qian"))
    with transaction() as session:
        session.add(RoleGrantRow(person_id=company["wu"], role=Role.APPROVER, department_id=1))
        approvals.open_step(session, claim).assignee_id = None
    db.session.expire_all()
    shown = seen(claim)
    review.decide_whole(company["wu"], claim.claim_no, shown, APPROVE)
    with pytest.raises(Stale):
        review.decide_whole(company["zhao"], claim.claim_no, shown, APPROVE)


def test_a_claim_that_changed_meanwhile_is_stale(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("10.00"))
    shown = seen(claim)
    with transaction():
        claim.purpose = "改了"
    with pytest.raises(Stale):
        review.decide_whole(company["zhao"], claim.claim_no, shown, APPROVE)


def test_a_recalled_claim_is_decided_no_more(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("10.00"))
    shown = seen(claim)
    with transaction() as session:
        advance(session, claim, Action.RECALL, Role.CLAIMANT, company["lin"])
        approvals.drop_steps(session, claim)
    with pytest.raises((Stale, IllegalTransition)):
        review.decide_whole(company["zhao"], claim.claim_no, shown, APPROVE)


@pytest.mark.parametrize(
    ("verbs", "states", "totals"),
    [
        ("aar", ["approved", "returned"], ["3.00", "4.00"]),
        ("rra", ["approved", "returned"], ["4.00", "3.00"]),
        ("axa", ["approved", "rejected"], ["5.00", "2.00"]),
        ("arx", ["approved", "returned", "rejected"], ["1.00", "2.00", "4.00"]),
        ("rxx", ["returned", "rejected"], ["1.00", "6.00"]),
        ("rrr", ["returned"], ["7.00"]),
    ],
)
def test_lines_go_their_ways_and_the_total_stays(
    company: dict[str, int], verbs: str, states: list[str], totals: list[str]
) -> None:
    claim = in_review(company, Spent("1.00"), Spent("2.00"), Spent("4.00"))
    meant = {"a": APPROVE, "r": RETURN, "x": REJECT}
    decisions = {line.id: meant[verb] for line, verb in zip(claim.lines, verbs, strict=True)}
    review.decide(company["zhao"], claim.claim_no, seen(claim), decisions)
    family = [claim, *follow_ups_of(db.session, claim)]
    assert [part.state for part in family] == states
    assert [Decimal(part.total_fen) / 100 for part in family] == [Decimal(total) for total in totals]
    suffixes = ["", "-2", "-3"][: len(family)]
    assert [part.claim_no for part in family] == [claim.claim_no + suffix for suffix in suffixes]


def test_a_follow_up_takes_invoices_attachments_and_reservations(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("10.00", (ONE,)), Spent("20.00", (TWO,)))
    first, second = claim.lines
    with transaction() as session:
        papers = {
            name: make_document(company["lin"], name.encode(), name).id for name in ("first", "second", "both", "two")
        }
        for line_id, invoice_id, name in (
            (first.id, None, "first"),
            (second.id, None, "second"),
            (None, None, "both"),
            (None, claim.invoices[1].id, "two"),
        ):
            session.add(
                AttachmentRow(
                    claim_id=claim.id,
                    line_id=line_id,
                    invoice_id=invoice_id,
                    kind="contract",
                    document_id=papers[name],
                    created_at=now(),
                )
            )
    review.decide(company["zhao"], claim.claim_no, seen(claim), {first.id: APPROVE, second.id: RETURN})
    (follow_up,) = follow_ups_of(db.session, claim)
    assert [invoice.number for invoice in claim.invoices] == [ONE]
    assert [invoice.number for invoice in follow_up.invoices] == [TWO]
    assert {row.document.name for row in claim.attachments} == {"first", "both"}
    assert {row.document.name for row in follow_up.attachments} == {"second", "both", "two"}
    assert (reserved(claim), reserved(follow_up)) == ({ONE: 1000}, {TWO: 2000})
    assert follow_up.follow_up_of_id == claim.id


def test_an_invoice_shared_by_both_sides_is_reserved_once(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("100.00", (SHARED,)), Spent("60.00", (SHARED,)))
    first, second = claim.lines
    review.decide(company["zhao"], claim.claim_no, seen(claim), {first.id: APPROVE, second.id: RETURN})
    (follow_up,) = follow_ups_of(db.session, claim)
    assert (reserved(claim), reserved(follow_up)) == ({SHARED: 10000}, {SHARED: 6000})
    row = db.session.get(InvoiceBalanceRow, ("", SHARED))
    assert (row.face_fen, row.reserved_fen) == (16000, 16000)
    with transaction() as session:
        balances.reserve(session, follow_up)
        balances.book(session, claim)
    assert (row.reserved_fen, row.booked_fen) == (6000, 10000)
    holders = balances.holders_of(db.session, InvoiceKey("", SHARED))
    assert {claim_id: held.booked_fen for claim_id, held in holders.items()} == {claim.id: 10000, follow_up.id: 0}


def test_a_rejected_share_is_free_again_and_the_rest_stands(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("100.00", (SHARED,)), Spent("60.00", (SHARED,)))
    first, second = claim.lines
    review.decide(company["zhao"], claim.claim_no, seen(claim), {first.id: APPROVE, second.id: REJECT})
    assert reserved(claim) == {SHARED: 10000}
    assert db.session.get(InvoiceBalanceRow, ("", SHARED)).reserved_fen == 10000


def test_a_follow_up_of_a_follow_up_counts_on_and_links_to_the_first(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("1.00"), Spent("2.00"), Spent("4.00"))
    one, two, three = claim.lines
    review.decide(company["zhao"], claim.claim_no, seen(claim), {one.id: APPROVE, two.id: RETURN, three.id: RETURN})
    (second,) = follow_ups_of(db.session, claim)
    with transaction() as session:
        second.state, second.round = "in_review", 2
        step = ApprovalStepRow(claim_id=second.id, round=2, position=1, role="approver", assignee_id=company["zhao"])
        step.state = "open"
        session.add(step)
    review.decide(company["zhao"], second.claim_no, seen(second), {two.id: APPROVE, three.id: RETURN})
    family = follow_ups_of(db.session, second)
    assert [part.claim_no for part in family] == [claim.claim_no, f"{claim.claim_no}-3"]
    assert {part.follow_up_of_id for part in (second, family[1])} == {claim.id}


def test_findings_go_with_their_lines_and_the_flag_with_them(company: dict[str, int]) -> None:
    with transaction():
        claim = make_claim(company["lin"], Spent("1.00"), Spent("2.00"))
        bad = Subject("line", str(claim.lines[1].id))
        add_check(claim, an_answer(a_finding("R-42", Severity.WARN, bad)))
        db.session.add(
            ApprovalStepRow(
                claim_id=claim.id, round=1, position=1, role="approver", assignee_id=company["zhao"], state="open"
            )
        )
    first, second = claim.lines
    review.decide(company["zhao"], claim.claim_no, seen(claim), {first.id: APPROVE, second.id: RETURN})
    (follow_up,) = follow_ups_of(db.session, claim)
    assert (claim.flagged, claim.verdict, follow_up.flagged, follow_up.verdict) == (False, "pass", True, "warn")
    assert '"R-42"' in follow_up.checks[0].answer


def test_both_chains_name_each_other_and_hold(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("1.00"), Spent("2.00"))
    first, second = claim.lines
    review.decide(company["zhao"], claim.claim_no, seen(claim), {first.id: APPROVE, second.id: RETURN})
    (follow_up,) = follow_ups_of(db.session, claim)
    assert (actions(claim), actions(follow_up)) == (["submit", "split", "approve"], ["follow_up", "return"])
    events = db.session.scalars(select(EventRow)).all()
    split = next(event for event in events if event.kind == "split")
    begun = next(event for event in events if event.kind == "follow_up")
    assert follow_up.claim_no in split.payload
    assert split.hash in begun.payload
    assert all(event.hash == event_hash(event) for event in events)
    assert not any("缺少合同" in event.payload for event in events)


def test_every_line_has_to_be_decided(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("1.00"), Spent("2.00"))
    with pytest.raises(Stale):
        review.decide(company["zhao"], claim.claim_no, seen(claim), {claim.lines[0].id: APPROVE})


def test_bulk_approval_leaves_out_the_flagged_and_says_so(company: dict[str, int]) -> None:
    clean, flagged = (in_review(company, Spent("1.00")) for _ in range(2))
    with transaction():
        flagged.flagged = True
    chosen = {claim.claim_no: seen(claim) for claim in (clean, flagged)}
    refusals = review.approve_unflagged(company["zhao"], chosen)
    assert [refusal.claim_no for refusal in refusals] == [flagged.claim_no]
    assert (clean.state, flagged.state) == ("approved", "in_review")


def test_an_error_in_the_middle_leaves_nothing_half_done(company: dict[str, int], app: Flask) -> None:
    claim = in_review(company, Spent("1.00"), Spent("2.00"))
    first, second = claim.lines
    with transaction():
        make_claim(company["wu"], Spent("1.00"), claim_no=f"{claim.claim_no}-2")
    with pytest.raises(Exception, match="UNIQUE"):
        review.decide(company["zhao"], claim.claim_no, seen(claim), {first.id: APPROVE, second.id: RETURN})
    db.session.expire_all()
    assert (claim.state, len(claim.lines), claim.total_fen) == (ClaimState.IN_REVIEW, 2, 300)
    assert approvals.open_step(db.session, claim) is not None
    assert db.session.scalars(select(NoticeRow)).all() == []


def test_a_share_of_an_invoice_is_submitted_again_and_passes(company: dict[str, int]) -> None:
    claim = in_review(company, Spent("100.00", (SHARED,)), Spent("60.00", (SHARED,)))
    first, second = claim.lines
    review.decide(company["zhao"], claim.claim_no, seen(claim), {first.id: APPROVE, second.id: RETURN})
    (follow_up,) = follow_ups_of(db.session, claim)
    rules = {finding.rule for finding in checking.preview(follow_up).findings}
    assert not rules & {"R-54", "R-60", "R-61", "R-95", "X-03", "X-05"}
    with transaction() as session:
        second.amount_fen += 1000
        session.flush()
    assert "X-05" in {finding.rule for finding in checking.preview(follow_up).findings}
