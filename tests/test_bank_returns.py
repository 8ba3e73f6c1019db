"""Money that the bank gives back days after it was paid: owed again, paid again, never counted twice."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from parsers.sandbox import Sandbox
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.invoices import sandboxed
from reimburse.services.month_end import reversals
from reimburse.services.payouts import payout_files, payout_returns, payout_settling
from reimburse.settings import Settings, load
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today
from reimburse.store.ledger import LedgerEntryRow
from reimburse.store.notices import NoticeRow
from reimburse.store.payouts import PayoutAttemptRow
from tests.batch_stories import approved, batch_at, person
from tests.batch_work import work
from tests.builders import Spent, plain_policy
from tests.money_stories import bank_says, holds, left_out, ordered, payout_of, state_of


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(sandboxed.limits(load(tmp_path_factory.mktemp("reader"), {}))) as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def _one_reader(app: Flask, settings: Settings, reader: Sandbox) -> None:
    plain_policy(settings)
    app.extensions["sandbox"] = reader


@pytest.fixture
def paid(company: dict[str, int]) -> tuple[ClaimRow, str]:
    """A claim of lin's that the bank has paid, and the reference it was paid under."""
    claim = approved(company)
    batch_at(company, "posted", claim)
    reference = ordered(payout_of(claim))
    bank_says(f"{reference},,10.00,成功,,{today()},N77")
    return claim, reference


def test_what_came_back_is_owed_again_and_paid_to_the_corrected_account(paid: tuple[ClaimRow, str]) -> None:
    claim, reference = paid
    assert (state_of(claim), holds("employee"), holds("bank")) == ("paid", 0, -1000)
    result = bank_says(f"{reference},,10.00,已退汇,账号户名不符,{today()},N78")
    payout = payout_of(claim)
    assert (result.returned, result.paid, result.failed, left_out(result)) == (1, 0, 0, [])
    assert (payout.state, payout.failure, payout.returned_on, payout.paid_on) == (
        "failed",
        "账号户名不符",
        today(),
        None,
    )
    assert (state_of(claim), holds("employee"), holds("bank")) == ("exported", -1000, 0)
    again = ordered(payout)
    assert again != reference
    assert bank_says(f"{again},,10.00,成功,,{today()},N79").paid == 1
    assert (state_of(claim), holds("employee"), holds("bank")) == ("paid", 0, -1000)
    states = db.session.scalars(select(PayoutAttemptRow.state).order_by(PayoutAttemptRow.id)).all()
    assert states == ["returned", "paid"]


def test_its_voucher_is_undone_by_a_voucher_that_names_it(paid: tuple[ClaimRow, str]) -> None:
    claim, reference = paid
    bank_says(f"{reference},,10.00,退汇,,,")
    entries = db.session.scalars(select(LedgerEntryRow).order_by(LedgerEntryRow.id)).all()
    booked, payment, undone = entries
    assert (booked.payout_id, payment.payout_id, undone.payout_id) == (None, payout_of(claim).id, payment.payout_id)
    assert (undone.reverses_id, payment.reverses_id) == (payment.id, None)
    assert [entry.voucher_no for entry in entries] == [1, 2, 3]


def test_the_payee_and_finance_are_told(paid: tuple[ClaimRow, str]) -> None:
    claim, reference = paid
    bank_says(f"{reference},,10.00,退汇,户名不符,,")
    told = db.session.scalars(select(NoticeRow).where(NoticeRow.kind == "payment_failed")).all()
    assert {row.person_id for row in told} == {claim.claimant_id, person("sun").id, person("zhou").id}
    assert any("10.00 元被银行退回（户名不符）" in row.zh for row in told)


LEFT_OUT = {
    "a part of the sum": ("{ref},,4.00,已退汇,,,", "another amount: 4.00"),
    "another account": ("{ref},6222999999999999,10.00,已退汇,,,", "ask the bank who got the money"),
    "before it was paid": ("{ref},,10.00,已退汇,,{yesterday},", "ask the bank"),
    "tomorrow": ("{ref},,10.00,已退汇,,{tomorrow},", "lies in the future"),
    "failed, though it was paid": ("{ref},,10.00,失败,账号错误,,", "record that on the payment's page"),
    "a status nobody knows": ("{ref},,10.00,退汇处理中,,,", "once the bank is done"),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_line_that_is_not_clear_is_left_out_with_what_to_do(paid: tuple[ClaimRow, str], name: str) -> None:
    claim, reference = paid
    line, why = LEFT_OUT[name]
    days = {"yesterday": today() - timedelta(days=1), "tomorrow": today() + timedelta(days=1)}
    result = bank_says(line.format(ref=reference, **days))
    assert [why in said for said in left_out(result)] == [True]
    assert (result.returned, payout_of(claim).state, state_of(claim), holds("employee")) == (0, "paid", "paid", 0)


def test_a_return_counts_once_however_often_it_is_told(paid: tuple[ClaimRow, str]) -> None:
    claim, reference = paid
    line = f"{reference},,10.00,已退汇,,,"
    first = bank_says(line, line)
    assert (first.returned, ["nothing to do" in said for said in left_out(first)]) == (1, [True])
    assert left_out(bank_says(line)) == ["this payment is settled already: came back from the bank"]
    assert (payout_of(claim).state, holds("employee")) == ("failed", -1000)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_paid_and_given_back_in_one_file_is_owed(company: dict[str, int], order: tuple[int, int]) -> None:
    claim = approved(company)
    batch_at(company, "posted", claim)
    reference = ordered(payout_of(claim))
    lines = (f"{reference},,10.00,成功,,,", f"{reference},,10.00,已退汇,,,")
    bank_says(*(lines[place] for place in order))
    assert (payout_of(claim).state, state_of(claim), holds("employee")) == ("failed", "exported", -1000)


def test_by_hand_with_a_reason_a_day_and_never_ones_own(company: dict[str, int], paid: tuple[ClaimRow, str]) -> None:
    payout, sun = payout_of(paid[0]), person("sun")
    record = payout_returns.record_bank_return
    for why, on in ((" ", today()), ("退汇", today() + timedelta(days=1)), ("退汇", today() - timedelta(days=1))):
        with pytest.raises(Refused):
            record(sun, payout.id, why, on)
    with pytest.raises(NotFound):
        record(person("lin"), payout.id, "退汇", today())
    record(sun, payout.id, "收款行拒收", today())
    with pytest.raises(Stale):
        record(person("zhou"), payout.id, "收款行拒收", today())
    mine = approved(company, claimant="sun")
    batch_at(company, "posted", mine)
    payout_settling.mark_paid(person("zhou"), [payout_of(mine).id], today(), "N9")
    with pytest.raises(Refused, match="colleague"):
        record(sun, payout_of(mine).id, "退汇", today())


def test_of_a_claim_that_is_reversed_meanwhile_nothing_is_owed_back(company: dict[str, int]) -> None:
    wrong, right = approved(company, Spent("10.00")), approved(company, Spent("7.00"))
    batch = batch_at(company, "posted", wrong, right)
    payout_settling.mark_paid(person("sun"), [payout_of(right).id], today(), "N1")
    reversals.confirm(company["zhou"], reversals.ask(company["sun"], batch.batch_no, "开错抬头", wrong.claim_no))
    work()
    assert holds("employee") == 1000
    payout_returns.record_bank_return(person("sun"), payout_of(right).id, "户名不符", today())
    payout = payout_of(right)
    mirror = db.session.scalars(select(ClaimRow).where(ClaimRow.reversal_of_id == wrong.id)).one()
    assert (payout.state, payout.amount_fen, mirror.state) == ("failed", 700, "paid")
    assert (state_of(wrong), state_of(right), holds("employee")) == ("reversed", "exported", -700)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payouts SET state = 'due'",
        "UPDATE payouts SET state = 'failed', amount_fen = 2000",
        "UPDATE payouts SET amount_fen = 2000",
        "UPDATE payout_attempts SET state = 'ordered'",
        "UPDATE payout_attempts SET state = 'returned', amount_fen = 1",
    ],
)
def test_the_database_lets_a_payment_come_back_and_nothing_else(paid: tuple[ClaimRow, str], statement: str) -> None:
    with pytest.raises(DatabaseError):
        db.session.execute(text(statement))
    db.session.rollback()
    assert payout_of(paid[0]).state == "paid"


def test_nobody_puts_their_own_money_into_a_file(company: dict[str, int]) -> None:
    claim = approved(company, claimant="sun")
    batch_at(company, "exported", claim)
    with pytest.raises(Refused, match="colleague"):
        payout_files.make_file(person("sun"), [payout_of(claim).id], "generic")
    assert ordered(payout_of(claim), by="zhou")
