"""The books of money: after payment nobody is owed, advances stand as their ledger says, older payments are taken in."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from reimburse.services.errors import Refused
from reimburse.services.month_end import batches, periods, reversals
from reimburse.services.payouts import advances, ledger_proofs, money_backfill, payout_returns, payout_settling
from reimburse.services.payouts.ledger_proofs import Proof
from reimburse.settings import Settings
from reimburse.store import guards
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today
from reimburse.store.ledger import LedgerEntryRow
from reimburse.store.payouts import PayoutRow
from tests.batch_stories import approved, batch_at, person
from tests.batch_work import work
from tests.builders import Spent, plain_policy
from tests.money_stories import holds, payout_of
from tests.test_advances import paid as advance_paid
from tests.test_advances import row as advance_of
from tests.test_advances import taking


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def pay(claim: ClaimRow) -> None:
    payout_settling.mark_paid(person("sun"), [payout_of(claim).id], today(), "N1")


def proof_of(batch: BatchRow) -> Proof:
    db.session.expire_all()
    return ledger_proofs.of_batch(db.session(), batch)


def advances_of(login: str) -> Proof:
    db.session.expire_all()
    whose = person(login)
    return ledger_proofs.of_advances(db.session(), whose, whose.department.legal_entity_id)


def test_once_everybody_is_paid_the_payable_is_zero(company: dict[str, int]) -> None:
    claims = [approved(company, Spent("10.00"), Spent("5.50")), approved(company, Spent("7.00"), claimant="wu")]
    batch = batch_at(company, "posted", *claims)
    assert proof_of(batch) == Proof(2250, 0, 2250)
    pay(claims[0])
    assert proof_of(batch) == Proof(2250, 1550, 700)
    pay(claims[1])
    assert (proof_of(batch), holds("employee"), holds("bank")) == (Proof(2250, 2250, 0), 0, -2250)


def test_a_payment_says_who_what_for_and_stands_on_its_day(company: dict[str, int]) -> None:
    claim = approved(company)
    batch = batch_at(company, "posted", claim)
    pay(claim)
    entry = db.session.scalars(select(LedgerEntryRow).where(LedgerEntryRow.payout_id.is_not(None))).one()
    assert (entry.source, entry.posted_on, entry.voucher_no, entry.state) == (batch.batch_no, today(), 2, "posted")
    assert [(one.side, one.account, one.person_no, one.amount_fen, one.digest) for one in entry.postings] == [
        ("debit", "2241.01", "E001", 1000, f"支付报销款 Lin {batch.batch_no}"),
        ("credit", "1002", "", 1000, f"支付报销款 Lin {batch.batch_no}"),
    ]


def test_paid_before_the_batch_is_posted_it_meets_its_credit_later(company: dict[str, int]) -> None:
    claim = approved(company)
    batch = batch_at(company, "exported", claim)
    pay(claim)
    assert holds("employee") == 1000
    batches.post(company["sun"], batch.batch_no)
    work()
    assert (holds("employee"), proof_of(batch).agrees) == (0, True)


def test_in_a_closed_month_it_goes_into_the_next(company: dict[str, int]) -> None:
    claim = approved(company)
    batch = batch_at(company, "posted", claim)
    month = periods.month_of(today())
    periods.close(person("zhou"), batch.legal_entity_id, month, "月结")
    pay(claim)
    entry = db.session.scalars(select(LedgerEntryRow).where(LedgerEntryRow.payout_id.is_not(None))).one()
    assert (entry.month, entry.voucher_no, payout_of(claim).paid_on) == (periods.following(month), 1, today())


def test_what_is_given_back_for_a_reversed_claim_settles_it(company: dict[str, int]) -> None:
    claim = approved(company)
    batch = batch_at(company, "posted", claim)
    pay(claim)
    reversals.confirm(company["zhou"], reversals.ask(company["sun"], batch.batch_no, "开错抬头"))
    work()
    assert (holds("employee"), proof_of(batch)) == (1000, Proof(0, 1000, -1000))
    payout_settling.record_return(person("sun"), f"{claim.claim_no}-R", "N2", today())
    assert (holds("employee"), holds("bank"), proof_of(batch)) == (0, 0, Proof(0, 0, 0))


def test_the_ledger_proves_what_somebody_holds_of_advances(company: dict[str, int]) -> None:
    advance_no = advance_paid()
    assert (advances_of("lin"), holds("advance")) == (Proof(100000, 0, 100000), 100000)
    batch = batch_at(company, "exported", taking(company, "600.00", "100.00"))
    assert advances_of("lin") == Proof(100000, 0, 100000)
    batches.post(company["sun"], batch.batch_no)
    work()
    assert advances_of("lin") == Proof(100000, 70000, 30000)
    advances.record_return(person("sun"), advance_no, 30000, "N2", today())
    assert (advances_of("lin"), holds("advance"), advance_of(advance_no).state) == (
        Proof(70000, 70000, 0),
        0,
        "settled",
    )


def test_an_advance_that_the_bank_gives_back_is_paid_out_anew(company: dict[str, int]) -> None:
    advance_no = advance_paid()
    payout = db.session.scalars(select(PayoutRow)).one()
    payout_returns.record_bank_return(person("sun"), payout.id, "户名不符", today())
    assert (advance_of(advance_no).state, holds("advance"), holds("bank")) == ("approved", 0, 0)
    assert advances_of("lin").agrees
    payout_settling.mark_paid(person("sun"), [payout.id], today(), "N3")
    assert (advance_of(advance_no).state, holds("advance"), advances_of("lin").agrees) == ("paid", 100000, True)


def test_an_advance_in_use_cannot_come_back_from_the_bank(company: dict[str, int]) -> None:
    advance_paid()
    taking(company, "600.00")
    payout = db.session.scalars(select(PayoutRow)).one()
    with pytest.raises(Refused, match=r"600\.00 yuan of advance"):
        payout_returns.record_bank_return(person("sun"), payout.id, "户名不符", today())
    db.session.expire_all()
    assert (payout.state, holds("advance")) == ("paid", 100000)


def test_payments_from_before_the_books_are_taken_in_once(company: dict[str, int]) -> None:
    advance_no, claim = advance_paid(), approved(company, claimant="wu")
    advances.record_return(person("sun"), advance_no, 10000, "N2", today())
    batch_at(company, "posted", claim)
    pay(claim)
    with db.engine.begin() as connection:
        guards.drop(connection)
        for table, key in (("ledger_postings", "entry_id"), ("ledger_entries", "id")):
            moved = "SELECT id FROM ledger_entries WHERE batch_id IS NULL"
            connection.execute(text(f"DELETE FROM {table} WHERE {key} IN ({moved})"))
        guards.create(connection)
    assert holds("bank") == 0
    assert [money_backfill.post_earlier_payments() for _ in range(2)] == [3, 0]
    assert (holds("employee"), holds("advance"), holds("bank")) == (0, 90000, -91000)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE ledger_entries SET payout_id = NULL WHERE payout_id IS NOT NULL", "books take only"),
        ("DELETE FROM ledger_postings", "posted"),
    ],
)
def test_a_voucher_of_money_stays_as_it_is(company: dict[str, int], statement: str, message: str) -> None:
    claim = approved(company)
    batch_at(company, "posted", claim)
    pay(claim)
    with pytest.raises(DatabaseError, match=message):
        db.session.execute(text(statement))
    db.session.rollback()
