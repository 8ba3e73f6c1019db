"""Two pairs of eyes on money: nobody checks what they made, nor deals with a payment to themselves."""

from collections.abc import Callable

import pytest

from reimburse.domain.workflow import Role
from reimburse.services.errors import Refused
from reimburse.services.month_end import batch_pages, batches, reversals
from reimburse.services.payouts import advances, payout_accounts, payout_files, payout_returns, payout_settling
from reimburse.services.payouts.payout_accounts import Account
from reimburse.settings import Settings
from reimburse.store.db import db, today, transaction
from reimburse.store.people import RoleGrantRow
from tests.batch_stories import approved, batch_at, person
from tests.batch_work import work
from tests.builders import plain_policy
from tests.money_stories import ordered, payout_of
from tests.test_advances import paid as advance_paid

Company = dict[str, int]
Act = Callable[[str], object]
ACCOUNT = Account("6222 9999 0000 0001", "示例银行", "滨江支行", "")


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def freezing(company: Company) -> Act:
    batch = batch_at(company, "open")
    return lambda login: batches.freeze(company[login], batch.batch_no, batch_pages.batch_of(batch.batch_no).version)


def freezing_what_one_added_to(company: Company) -> Act:
    batch_no = batches.collect(company["zhou"], [approved(company).claim_no])
    batches.add(company["sun"], batch_no, [approved(company).claim_no])
    with transaction() as session:
        session.add(RoleGrantRow(person_id=company["qian"], role=Role.FINANCE_REVIEWER))
    return lambda login: batches.freeze(company[login], batch_no, batch_pages.batch_of(batch_no).version)


def confirming_a_reversal(company: Company) -> Act:
    batch = batch_at(company, "posted")
    reversal_id = reversals.ask(company["sun"], batch.batch_no, "开错抬头")
    return lambda login: reversals.confirm(company[login], reversal_id)


def confirming_an_account(company: Company) -> Act:
    payout_accounts.propose(person("sun"), company["sun"], ACCOUNT)
    row = payout_accounts.waiting()[0]
    return lambda login: payout_accounts.decide(person(login), row.id, confirm=True)


def own_payout(company: Company, *, with_bank: bool = False, paid: bool = False) -> int:
    claim = approved(company, claimant="sun")
    batch_at(company, "posted", claim)
    payout = payout_of(claim)
    if with_bank:
        ordered(payout, by="zhou")
    if paid:
        payout_settling.mark_paid(person("zhou"), [payout.id], today(), "N1")
    return payout.id


def a_file_with_ones_own(company: Company) -> Act:
    payout_id = own_payout(company)
    return lambda login: payout_files.make_file(person(login), [payout_id], "generic")


def marking_paid(company: Company) -> Act:
    payout_id = own_payout(company)
    return lambda login: payout_settling.mark_paid(person(login), [payout_id], today(), "N1")


def marking_failed(company: Company) -> Act:
    payout_id = own_payout(company, with_bank=True)
    return lambda login: payout_settling.mark_failed(person(login), payout_id, "户名不符")


def looking_into_it(company: Company) -> Act:
    payout_id = own_payout(company, with_bank=True)
    payout_settling.mark_failed(person("zhou"), payout_id, "户名不符")
    return lambda login: payout_settling.look(person(login), payout_id, "已核对")


def a_bank_return(company: Company) -> Act:
    payout_id = own_payout(company, paid=True)
    return lambda login: payout_returns.record_bank_return(person(login), payout_id, "户名不符", today())


def a_return_of_a_reversed_claim(company: Company) -> Act:
    claim = approved(company, claimant="sun")
    batch = batch_at(company, "posted", claim)
    payout_settling.mark_paid(person("zhou"), [payout_of(claim).id], today(), "N1")
    reversals.confirm(company["zhou"], reversals.ask(company["sun"], batch.batch_no, "开错抬头"))
    work()
    return lambda login: payout_settling.record_return(person(login), f"{claim.claim_no}-R", "N2", today())


def a_returned_advance(company: Company) -> Act:
    advance_no = advance_paid("sun", by="zhou")
    return lambda login: advances.record_return(person(login), advance_no, 100, "N2", today())


@pytest.mark.parametrize(
    "made",
    [
        freezing,
        freezing_what_one_added_to,
        confirming_a_reversal,
        confirming_an_account,
        a_file_with_ones_own,
        marking_paid,
        marking_failed,
        looking_into_it,
        a_bank_return,
        a_return_of_a_reversed_claim,
        a_returned_advance,
    ],
)
def test_whoever_made_it_is_told_and_a_colleague_may(company: Company, made: Callable[[Company], Act]) -> None:
    act = made(company)
    with pytest.raises(Refused):
        act("sun")
    db.session.rollback()
    act("qian" if made is freezing_what_one_added_to else "zhou")
