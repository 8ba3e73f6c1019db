"""Advances: decided by the engine of claims, paid out, offset by claims, returned; on both databases, raced."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from reimburse.domain.workflow import ClaimState
from reimburse.services.claims.checking import assess
from reimburse.services.claims.follow_ups import move_lines
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.payouts import advance_ledger, advances, money_reminders, payout_settling
from reimburse.services.payouts.advances import Asked
from reimburse.store.advances import AdvanceBalanceRow, AdvanceEntryRow, AdvanceRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today, transaction
from reimburse.store.notices import NoticeRow
from reimburse.store.payouts import PayoutRow
from tests.at_once import at_once
from tests.batch_stories import batch_at, person
from tests.builders import Spent, make_claim
from tests.databases import server, settings

__all__ = ["server", "settings"]
BY_ADVANCE = {"paid_by": "advance"}
SUMS = ("paid", "reserved", "offset", "returned")


def asked(fen: int = 100000, **stated: Any) -> Asked:
    return Asked(fen, **{"needed_on": today() + timedelta(days=1), "reason": "样城出差", **stated})


def row(advance_no: str) -> AdvanceRow:
    db.session.expire_all()
    return db.session.scalars(select(AdvanceRow).where(AdvanceRow.advance_no == advance_no)).one()


def decide(advance_no: str, login: str, **how: Any) -> None:
    step = next(step for step in row(advance_no).steps if step.state == "open")
    advances.decide(person(login), advance_no, step.id, **{"approve": True, **how})


def paid(login: str = "lin", fen: int = 100000, by: str = "sun") -> str:
    """An advance that went out."""
    advance_no = advances.create(person(login), asked(fen), submit=True)
    while row(advance_no).state == "in_review":
        decide(advance_no, next(step for step in row(advance_no).steps if step.state == "open").assignee.login)
    payout = db.session.scalars(select(PayoutRow).where(PayoutRow.advance_id == row(advance_no).id)).one()
    payout_settling.mark_paid(person(by), [payout.id], today(), "N1")
    return advance_no


def sums(advance_no: str) -> tuple[int, ...]:
    """What the balance says, having proved it by the entries."""
    db.session.expire_all()
    advance_id = row(advance_no).id
    balance = db.session.get_one(AdvanceBalanceRow, advance_id)
    said = tuple(getattr(balance, f"{name}_fen") for name in SUMS)
    entry = AdvanceEntryRow
    columns = [func.coalesce(func.sum(getattr(entry, f"{name}_delta_fen")), 0) for name in SUMS]
    assert tuple(map(int, db.session.execute(select(*columns).where(entry.advance_id == advance_id)).one())) == said
    return said


def taking(
    company: dict[str, int], *amounts: str, login: str = "lin", state: ClaimState = ClaimState.APPROVED
) -> ClaimRow:
    """A claim whose lines were paid by advance, holding what it takes."""
    with transaction() as session:
        claim = make_claim(company[login], *(Spent(amount, fields=BY_ADVANCE) for amount in amounts), state=state)
        advance_ledger.reserve(session, claim)
    return claim


def test_who_decides_follows_from_the_sum_and_the_payout_opens_with_the_last_approval(company: dict[str, int]) -> None:
    advance_no = advances.create(person("lin"), asked(500001), submit=True)
    assert [step.assignee.login for step in row(advance_no).steps] == ["zhao", "qian"]
    decide(advance_no, "zhao")
    assert db.session.scalars(select(PayoutRow)).all() == []
    decide(advance_no, "qian")
    assert row(advance_no).state == "approved"
    assert db.session.scalars(select(PayoutRow.amount_fen)).all() == [500001]


def test_from_paid_out_to_settled(company: dict[str, int]) -> None:
    advance_no = paid()
    assert (row(advance_no).state, row(advance_no).due_on) == ("paid", today() + timedelta(days=30))
    claim = taking(company, "600.00", "100.00")
    assert sums(advance_no) == (100000, 70000, 0, 0)
    batch_at(company, "exported", claim)
    assert sums(advance_no) == (100000, 0, 70000, 0)
    assert db.session.get_one(ClaimRow, claim.id).state == "paid"
    advances.record_return(person("sun"), advance_no, 30000, "N2", today())
    assert (sums(advance_no), row(advance_no).state) == ((100000, 0, 70000, 30000), "settled")


def test_the_oldest_advance_is_taken_first(company: dict[str, int]) -> None:
    first, second = paid(fen=10000), paid(fen=50000)
    taking(company, "150.00")
    assert (sums(first)[1], sums(second)[1]) == (10000, 5000)


@pytest.mark.parametrize("login", ["lin", "wu"])
def test_nobody_takes_more_than_is_left(company: dict[str, int], login: str) -> None:
    advance_no = paid(fen=10000)
    taking(company, "60.00")
    with pytest.raises(Refused, match=r"cover"):
        taking(company, "40.01", login=login)
    assert sums(advance_no) == (10000, 6000, 0, 0)


def test_resubmitted_with_less_it_gives_back_and_recalled_all(company: dict[str, int]) -> None:
    advance_no = paid(fen=10000)
    claim = taking(company, "60.00")
    with transaction() as session:
        claim.lines[0].amount_fen = 2500
        advance_ledger.reserve(session, claim)
    assert sums(advance_no)[1] == 2500
    with transaction() as session:
        advance_ledger.release(session, claim)
    assert sums(advance_no)[1] == 0


def test_a_follow_up_takes_its_share_along(company: dict[str, int]) -> None:
    advance_no = paid(fen=10000)
    claim = taking(company, "60.00", "30.00", state=ClaimState.IN_REVIEW)
    with transaction() as session:
        follow_up = move_lines(session, claim, [claim.lines[1].id], company["zhao"])
    held = [
        sum(one.reserved_fen for one in advance_ledger.held_by(db.session, each.id).values())
        for each in (claim, follow_up)
    ]
    assert (held, sums(advance_no)[1]) == ([6000, 3000], 9000)


def test_a_reversed_claim_owes_the_advance_again(company: dict[str, int]) -> None:
    advance_no = paid(fen=10000)
    claim = taking(company, "100.00")
    batch_at(company, "exported", claim)
    assert row(advance_no).state == "settled"
    with transaction() as session:
        advance_ledger.undo_offset(session, db.session.get_one(ClaimRow, claim.id), company["sun"])
    assert (sums(advance_no), row(advance_no).state) == ((10000, 0, 0, 0), "paid")


@pytest.mark.parametrize(
    ("fen", "login", "why"), [(0, "sun", "at most"), (10001, "sun", "at most"), (100, "lin", "Not found")]
)
def test_what_cannot_come_back(company: dict[str, int], fen: int, login: str, why: str) -> None:
    advance_no = paid(fen=10000)
    with pytest.raises(Refused, match=why):
        advances.record_return(person(login), advance_no, fen, "N2", today())
    assert sums(advance_no) == (10000, 0, 0, 0)


def test_finance_does_not_record_its_own_return(company: dict[str, int]) -> None:
    advance_no = paid("zhou", fen=10000)
    with pytest.raises(Refused, match="colleague"):
        advances.record_return(person("zhou"), advance_no, 100, "N2", today())


def test_taken_back_before_it_is_paid_but_not_after(company: dict[str, int]) -> None:
    advance_no = advances.create(person("lin"), asked(), submit=True)
    decide(advance_no, "zhao")
    advances.withdraw(person("lin"), advance_no, row(advance_no).version)
    assert (row(advance_no).state, db.session.scalars(select(PayoutRow.state)).all()) == ("withdrawn", ["cancelled"])
    other = paid()
    with pytest.raises(Stale):
        advances.withdraw(person("lin"), other, row(other).version)
    with pytest.raises(NotFound):
        advances.withdraw(person("wu"), other, row(other).version)


def test_whoever_holds_one_near_its_limit_is_reminded_once_a_week(company: dict[str, int]) -> None:
    near, far = paid(fen=10000), paid("wu", fen=20000)
    with transaction():
        row(near).due_on = today() - timedelta(days=1)
    for _ in range(2):
        with transaction() as session:
            money_reminders.remind_of_advances(session)
    said = select(NoticeRow.en).where(NoticeRow.kind == "advance", NoticeRow.en.like("Settle%"))
    told = db.session.scalars(said).all()
    assert told == [f"Settle the overdue advance {near}: it was due on {row(near).due_on}, 100.00 yuan are still out"]
    assert row(far).reminded_on is None


def test_an_overdue_advance_is_a_finding_on_the_next_claim(company: dict[str, int]) -> None:
    advance_no = paid(fen=10000)
    with transaction():
        row(advance_no).due_on = today() - timedelta(days=1)
        claim = make_claim(company["lin"], Spent("20.00"), state=ClaimState.DRAFT)
    found = {finding.rule: finding for finding in assess(claim).answer.findings}
    assert (found["R-75"].severity.value, found["R-75"].found) == ("warn", "100.00")


REFUSED = {
    "an entry changed": "UPDATE advance_entries SET paid_delta_fen = 1",
    "an entry gone": "DELETE FROM advance_entries",
    "a sum that no entry explains": "UPDATE advance_balances SET returned_fen = 1",
    "a sum smaller than its entries": "UPDATE advance_balances SET paid_fen = 0",
    "the balance gone": "DELETE FROM advance_balances",
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_refuses(company: dict[str, int], name: str) -> None:
    paid()
    with pytest.raises(DatabaseError, match=r"append-only|add up to"):
        db.session.execute(text(REFUSED[name]))
    db.session.rollback()


def test_of_claims_that_take_the_same_rest_at_once_one_gets_it(app: Flask, company: dict[str, int]) -> None:
    advance_no = paid(fen=10000)
    with transaction():
        ids = [make_claim(company["lin"], Spent("60.00", fields=BY_ADVANCE)).id for _ in range(4)]

    def take(claim_id: int) -> None:
        with transaction() as session:
            advance_ledger.reserve(session, session.get_one(ClaimRow, claim_id))

    def give_back() -> None:
        advances.record_return(person("sun"), advance_no, 3000, "N2", today())

    raised = at_once(app, *(lambda claim_id=claim_id: take(claim_id) for claim_id in ids), give_back)
    assert sum(isinstance(error, Refused) for error in raised) >= 3, raised
    assert all(error is None or isinstance(error, Refused) for error in raised), raised
    assert sums(advance_no)[:2] == (10000, 6000)
