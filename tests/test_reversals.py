"""Reversals: asked by one, confirmed by another; mirrored to the cent, linked both ways, invoices free again."""

import pytest
from sqlalchemy import func, select

from reimburse.domain.invoice import InvoiceKey
from reimburse.services.claims.follow_ups import follow_ups_of
from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.missing.prepayments import outstanding
from reimburse.services.month_end import batch_pages, batches, reversals
from reimburse.services.month_end.batch_claims import explained
from reimburse.services.month_end.batch_jobs import work_on_batch
from reimburse.services.payouts import payout_files, payout_settling
from reimburse.services.returns.offsets import open_for
from reimburse.settings import Settings
from reimburse.store.balances import InvoiceBalanceRow
from reimburse.store.batches import BatchRow, ReversalRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, today, transaction
from reimburse.store.events import EventRow
from reimburse.store.ledger import LedgerEntryRow, LedgerPostingRow
from reimburse.store.notices import NoticeRow
from reimburse.store.offsets import OffsetRow
from reimburse.store.payouts import PayoutRow
from tests.batch_stories import approved, batch_at, person
from tests.batch_work import work
from tests.builders import Spent, plain_policy

ONE = "26990000000000009301"
CARD = {"paid_by": "company_card"}


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def reversed_(company: dict[str, int], batch: BatchRow, claim: ClaimRow | None = None) -> BatchRow:
    """The mirror batch of this batch, or of one claim of it."""
    reversal_id = reversals.ask(company["sun"], batch.batch_no, "开错抬头", claim.claim_no if claim else None)
    reversals.confirm(company["zhou"], reversal_id)
    work()
    db.session.expire_all()
    return db.session.get_one(BatchRow, db.session.get_one(ReversalRow, reversal_id).mirror_batch_id)


def mirror_of(claim: ClaimRow) -> ClaimRow:
    return db.session.scalars(select(ClaimRow).where(ClaimRow.reversal_of_id == claim.id)).one()


def accounts() -> dict[tuple[str, str], int]:
    """What every account holds after all, by account and person; debits less credits."""
    rows = db.session.execute(
        select(
            LedgerPostingRow.account,
            LedgerPostingRow.person_no,
            func.sum(LedgerPostingRow.amount_fen).filter(LedgerPostingRow.side == "debit"),
            func.sum(LedgerPostingRow.amount_fen).filter(LedgerPostingRow.side == "credit"),
        ).group_by(LedgerPostingRow.account, LedgerPostingRow.person_no)
    )
    return {(account, who): (debit or 0) - (credit or 0) for account, who, debit, credit in rows}


def test_a_reversed_batch_leaves_every_account_where_it_was(company: dict[str, int]) -> None:
    claims = [approved(company, Spent("10.00", (ONE,)), Spent("5.50", fields=CARD)), approved(company, claimant="wu")]
    batch = batch_at(company, "posted", *claims)
    assert any(accounts().values())
    mirror = reversed_(company, batch)
    assert (batch.state, mirror.state, mirror.reversal_of_id) == ("reversed", "posted", batch.id)
    assert (mirror.made_by_id, mirror.frozen_by_id) == (company["sun"], company["zhou"])
    assert set(accounts().values()) == {0}
    assert mirror.control["total_fen"] == -batch.control["total_fen"]
    pairs = select(LedgerEntryRow.id, LedgerEntryRow.reverses_id).where(LedgerEntryRow.batch_id == mirror.id)
    undone = {row[1] for row in db.session.execute(pairs)}
    assert undone == set(db.session.scalars(select(LedgerEntryRow.id).where(LedgerEntryRow.batch_id == batch.id)))


def test_the_claims_are_linked_both_ways_with_who_and_why(company: dict[str, int]) -> None:
    claim = approved(company)
    batch = batch_at(company, "posted", claim)
    reversed_(company, batch)
    mirror = mirror_of(claim)
    assert (claim.state, mirror.claim_no, mirror.total_fen) == ("reversed", f"{claim.claim_no}-R", -1000)
    event = db.session.scalars(
        select(EventRow).where(EventRow.kind == "reverse", EventRow.chain == f"claim:{claim.id}")
    ).one()
    assert event.actor_id == company["zhou"]
    assert f'"mirror":"{mirror.claim_no}"' in event.payload
    assert '"reason":"开错抬头"' in event.payload
    assert f'"asked_by":{company["sun"]}' in event.payload
    assert claim.claim_no in mirror.purpose
    assert follow_ups_of(db.session, claim) == []


def test_the_invoice_can_be_claimed_again(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00", (ONE,)))
    reversed_(company, batch_at(company, "posted", claim))
    row = db.session.get_one(InvoiceBalanceRow, ("", ONE))
    assert (row.reserved_fen, row.booked_fen) == (0, 0)
    again = approved(company, Spent("10.00", (ONE,)), claimant="wu")
    assert batch_at(company, "exported", again).state == "exported"


def test_one_claim_of_a_batch(company: dict[str, int]) -> None:
    wrong, right = approved(company, Spent("10.00")), approved(company, Spent("7.00"))
    batch = batch_at(company, "posted", wrong, right)
    reversed_(company, batch, wrong)
    assert (batch.state, wrong.state, right.state) == ("posted", "reversed", "exported")
    assert [words.zh for words, _ in explained(wrong, wrong.total_fen)] == ["已冲销，发票已释放"]
    payout = db.session.scalars(select(PayoutRow)).one()
    assert (payout.amount_fen, payout.state) == (700, "due")
    mirror = reversed_(company, batch)
    assert (batch.state, right.state, mirror.control["claims_count"]) == ("reversed", "reversed", 1)
    assert set(accounts().values()) == {0}


def test_claims_reversed_one_by_one_leave_a_reversed_batch(company: dict[str, int]) -> None:
    first, second = approved(company, Spent("10.00")), approved(company, Spent("7.00"))
    batch = batch_at(company, "posted", first, second)
    reversed_(company, batch, first)
    assert batch.state == "posted"
    reversed_(company, batch, second)
    assert (batch.state, set(accounts().values())) == ("reversed", {0})


def test_what_was_exported_only_is_posted_before_its_mirror(company: dict[str, int]) -> None:
    batch = batch_at(company, "exported")
    reversed_(company, batch)
    assert (batch.state, batch.posted_on) == ("reversed", today())
    assert len(db.session.scalars(select(LedgerEntryRow)).all()) == 2


@pytest.mark.parametrize(("login", "error"), [("sun", Refused), ("lin", NotFound), ("audit", NotFound)])
def test_whoever_asked_does_not_confirm(company: dict[str, int], login: str, error: type[Refused]) -> None:
    batch = batch_at(company, "posted")
    reversal_id = reversals.ask(company["sun"], batch.batch_no, "开错抬头")
    with pytest.raises(error):
        reversals.confirm(company[login], reversal_id)
    assert batch.state == "posted"


def test_asked_twice_is_refused_confirmed_twice_is_done_once(company: dict[str, int]) -> None:
    claim = approved(company)
    batch = batch_at(company, "posted", claim)
    reversal_id = reversals.ask(company["sun"], batch.batch_no, "开错抬头")
    with pytest.raises(Refused, match="waits to be confirmed"):
        reversals.ask(company["zhou"], batch.batch_no, "再来", claim.claim_no)
    for _ in range(2):
        reversals.confirm(company["zhou"], reversal_id)
    work()
    reversals.confirm(company["zhou"], reversal_id)
    work_on_batch(batch.id)
    assert len(db.session.scalars(select(ClaimRow)).all()) == 2
    with pytest.raises(Stale):
        reversals.withdraw(company["sun"], reversal_id)


def test_taken_back_it_can_be_asked_for_again(company: dict[str, int]) -> None:
    batch = batch_at(company, "posted")
    reversals.withdraw(company["sun"], reversals.ask(company["sun"], batch.batch_no, "看错了"))
    assert reversed_(company, batch).state == "posted"


@pytest.mark.parametrize("state", ["open", "frozen"])
def test_what_is_not_exported_is_not_reversed(company: dict[str, int], state: str) -> None:
    batch = batch_at(company, state)
    with pytest.raises(Refused, match="Only what was exported"):
        reversals.ask(company["sun"], batch.batch_no, "开错抬头")


def test_a_reversal_needs_a_reason_and_is_not_reversed_itself(company: dict[str, int]) -> None:
    batch = batch_at(company, "posted")
    with pytest.raises(Refused, match="Say why"):
        reversals.ask(company["sun"], batch.batch_no, " ")
    mirror = reversed_(company, batch)
    with pytest.raises(Refused):
        reversals.ask(company["sun"], mirror.batch_no, "再冲")


def test_while_the_bank_has_the_payment_nothing_is_reversed(company: dict[str, int]) -> None:
    batch = batch_at(company, "posted")
    payout = db.session.scalars(select(PayoutRow)).one()
    payout_files.make_file(person("sun"), [payout.id], "generic")
    with pytest.raises(Refused, match="with the bank"):
        reversals.ask(company["sun"], batch.batch_no, "开错抬头")


def test_paid_money_is_owed_back_until_it_came(company: dict[str, int]) -> None:
    claim = approved(company)
    batch = batch_at(company, "posted", claim)
    payout = db.session.scalars(select(PayoutRow)).one()
    payout_settling.mark_paid(person("sun"), [payout.id], today(), "N1")
    reversed_(company, batch)
    mirror = mirror_of(claim)
    assert (claim.state, mirror.state) == ("reversed", "exported")
    told = db.session.scalars(
        select(NoticeRow.en).where(NoticeRow.person_id == company["lin"], NoticeRow.kind == "reversal")
    )
    assert "pay back 10.00 yuan" in told.one()
    payout_settling.record_return(person("sun"), mirror.claim_no, "N2", today())
    db.session.expire_all()
    assert mirror.state == "paid"


def test_unpaid_money_is_not_paid_any_more(company: dict[str, int]) -> None:
    claim = approved(company)
    reversed_(company, batch_at(company, "posted", claim))
    assert db.session.scalars(select(PayoutRow.state)).all() == ["cancelled"]
    assert mirror_of(claim).state == "paid"


def test_its_offset_task_is_closed_by_it(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00", (ONE,)))
    batch = batch_at(company, "posted", claim)
    with transaction() as session:
        open_for(session, InvoiceKey("", ONE), "red_lettered", today())
    reversed_(company, batch)
    task = db.session.scalars(select(OffsetRow)).one()
    assert (task.state, task.offset_claim_no) == ("closed", f"{claim.claim_no}-R")


def test_a_mirror_is_no_prepayment(company: dict[str, int]) -> None:
    claim = approved(company, Spent("10.00", (), "prepayment"))
    reversed_(company, batch_at(company, "posted", claim))
    assert db.session.scalars(outstanding()).all() == []


def test_the_mirror_of_a_reversal_is_made_by_the_system_alone(company: dict[str, int]) -> None:
    batch = batch_at(company, "posted")
    reversal_id = reversals.ask(company["sun"], batch.batch_no, "开错抬头")
    reversals.confirm(company["zhou"], reversal_id)
    with transaction() as session:
        mirror = batches.opened(session, batch.legal_entity_id, company["sun"], batch.id)
        mirror_no = mirror.batch_no
    with pytest.raises(Stale, match="made by the system"):
        batches.add(company["sun"], mirror_no, [approved(company).claim_no])
    assert batch_pages.batch_of(mirror_no).state == "open"
