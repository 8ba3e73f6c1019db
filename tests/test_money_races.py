"""Two hands on the same money at the same moment, on both databases: one wins, the other is told, the books add up."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from reimburse.domain.workflow import Role
from reimburse.services.errors import Refused
from reimburse.services.idempotency import DoneBefore
from reimburse.services.month_end import batch_jobs, batch_pages, batches, reversals
from reimburse.services.payouts import payout_files, payout_returns, payout_settling
from reimburse.store.batches import BatchRow
from reimburse.store.db import db, today, transaction
from reimburse.store.ledger import LedgerEntryRow
from reimburse.store.payouts import PayoutAttemptRow, PayoutRow
from reimburse.store.people import RoleGrantRow
from tests.at_once import at_once
from tests.batch_stories import approved, batch_at, person
from tests.batch_work import work
from tests.databases import server, settings
from tests.money_stories import holds, payout_of

__all__ = ["server", "settings"]
Company = dict[str, int]
Acts = tuple[Callable[[], object], ...]
THREE = ("sun", "zhou", "qian")


@pytest.fixture(autouse=True)
def _third(company: Company) -> None:
    """A third person in finance, so that two can race for what a first one made."""
    with transaction() as session:
        session.add(RoleGrantRow(person_id=company["qian"], role=Role.FINANCE_HEAD))


def told(raised: list[BaseException | None]) -> list[bool]:
    """Of those who lost, whether each was told in words."""
    return [isinstance(error, Refused) for error in raised if error is not None]


def first(answer: DoneBefore | None) -> None:
    """Whoever is told that somebody else did it has lost."""
    if answer is not None:
        raise Refused(answer.what.zh, f"{answer.what.en} by {answer.by}")


def vouchers() -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(LedgerEntryRow)) or 0


def freezing(company: Company) -> Acts:
    batch_no = batch_at(company, "open").batch_no
    version = batch_pages.batch_of(batch_no).version
    return tuple(lambda by=company[one]: first(batches.freeze(by, batch_no, version)) for one in ("zhou", "qian"))


def freezing_what_another_adds_to(company: Company) -> Acts:
    batch_no, more = batch_at(company, "open").batch_no, approved(company).claim_no
    version = batch_pages.batch_of(batch_no).version
    return (
        lambda: batches.freeze(company["zhou"], batch_no, version),
        lambda: batches.add(company["sun"], batch_no, [more]),
    )


def collecting(company: Company) -> Acts:
    claim_no = approved(company).claim_no
    return tuple(lambda by=company[one]: batches.collect(by, [claim_no]) for one in ("sun", "zhou"))


def a_payout(company: Company, state: str = "due") -> int:
    claim = approved(company)
    batch_at(company, "posted", claim)
    payout_id = payout_of(claim).id
    if state == "paid":
        payout_settling.mark_paid(person("sun"), [payout_id], today(), "N1")
    return payout_id


def two_files(company: Company) -> Acts:
    payout_id = a_payout(company)
    return tuple(lambda one=one: payout_files.make_file(person(one), [payout_id], "generic") for one in ("sun", "zhou"))


def paying(company: Company) -> Acts:
    payout_id = a_payout(company)
    return tuple(
        lambda one=one: payout_settling.mark_paid(person(one), [payout_id], today(), "N1") for one in ("sun", "zhou")
    )


def paying_and_putting_into_a_file(company: Company) -> Acts:
    payout_id = a_payout(company)
    return (
        lambda: payout_files.make_file(person("sun"), [payout_id], "generic"),
        lambda: payout_settling.mark_paid(person("zhou"), [payout_id], today(), "N1"),
    )


def coming_back(company: Company) -> Acts:
    payout_id = a_payout(company, "paid")
    return tuple(
        lambda one=one: payout_returns.record_bank_return(person(one), payout_id, "户名不符", today())
        for one in ("sun", "zhou")
    )


def reversing_and_putting_into_a_file(company: Company) -> Acts:
    payout_id = a_payout(company)
    batch = db.session.scalars(select(BatchRow)).one()
    reversal_id = reversals.ask(company["sun"], batch.batch_no, "开错抬头")
    return (
        lambda: reversals.confirm(company["zhou"], reversal_id),
        lambda: payout_files.make_file(person("sun"), [payout_id], "generic"),
    )


def posting_and_reversing(company: Company) -> Acts:
    batch_no = batch_at(company, "exported").batch_no
    reversal_id = reversals.ask(company["sun"], batch_no, "开错抬头")
    return (
        lambda: reversals.confirm(company["zhou"], reversal_id),
        lambda: batches.post(company["sun"], batch_no),
    )


ONE_WINS = (
    freezing,
    freezing_what_another_adds_to,
    collecting,
    two_files,
    coming_back,
    reversing_and_putting_into_a_file,
    posting_and_reversing,
)


@pytest.mark.parametrize("made", ONE_WINS)
def test_one_wins_and_the_other_is_told(app: Flask, company: Company, made: Callable[[Company], Acts]) -> None:
    assert told(at_once(app, *made(company))) == [True]
    work()
    assert abs(holds("employee")) == sum(
        db.session.scalars(
            select(PayoutRow.amount_fen)
            .join(BatchRow, BatchRow.id == PayoutRow.batch_id)
            .where(PayoutRow.state.not_in(["paid", "cancelled"]), BatchRow.posted_on.is_not(None))
        )
    )


@pytest.mark.parametrize("made", [paying, paying_and_putting_into_a_file])
def test_what_is_paid_is_paid_once(app: Flask, company: Company, made: Callable[[Company], Acts]) -> None:
    raised = at_once(app, *made(company))
    assert all(told(raised))
    db.session.expire_all()
    assert db.session.scalars(select(PayoutRow.state)).one() in ("paid", "ordered")
    assert holds("bank") in (0, -1000)
    assert vouchers() == 1 + (holds("bank") == -1000)
    assert len(db.session.scalars(select(PayoutAttemptRow).where(PayoutAttemptRow.state == "ordered")).all()) <= 1


def test_a_repeated_click_posts_once(app: Flask, company: Company) -> None:
    batch = batch_at(company, "exported")
    assert at_once(app, *[lambda: batches.post(company["sun"], batch.batch_no)] * 2) == [None, None]
    work()
    assert (vouchers(), batch_pages.batch_of(batch.batch_no).state) == (1, "posted")


def test_a_job_that_runs_twice_posts_once(app: Flask, company: Company) -> None:
    batch_no = batch_at(company, "exported").batch_no
    batches.post(company["sun"], batch_no)
    batch_id = batch_pages.batch_of(batch_no).id
    raised = at_once(app, *[lambda: batch_jobs.work_on_batch(batch_id)] * 2)
    assert not [error for error in raised if error is not None]
    assert vouchers() == 1


def test_a_reversal_confirmed_twice_at_once_is_done_once(app: Flask, company: Company) -> None:
    batch = batch_at(company, "posted")
    reversal_id = reversals.ask(company["sun"], batch.batch_no, "开错抬头")
    raised = at_once(app, *(lambda by=company[one]: reversals.confirm(by, reversal_id) for one in ("zhou", "qian")))
    assert all(told(raised))
    work()
    assert (vouchers(), holds("employee")) == (2, 0)
