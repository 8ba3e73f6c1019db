"""What the archive says of money: payments, bank returns and their vouchers verify, older rows keep their digests."""

import json

import pytest
from sqlalchemy import select

from reimburse.services.archive import archive_verify
from reimburse.services.payouts import payout_returns, payout_settling
from reimburse.services.payouts.payouts import chain_of
from reimburse.settings import Settings
from reimburse.store.db import db, reading, today
from reimburse.store.events import EventRow
from reimburse.store.kept_digests import texts_of
from reimburse.store.kept_tables import GROUPS
from tests.batch_stories import approved, batch_at, person
from tests.builders import plain_policy
from tests.money_stories import ordered, payout_of


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def stated(payout_id: int) -> dict[str, dict[str, str]]:
    """What each kept row of a payout says of nobody, by table."""
    (group,) = (group for group in GROUPS if group.family == "payout")
    with reading() as session:
        found = list(texts_of(session, group, [payout_id], "sha256"))
    return {table: json.loads(text)["public"] for _, table, _, text in found}


def test_the_archive_finds_nothing_wrong_with_money_that_came_and_went(company: dict[str, int]) -> None:
    claim = approved(company)
    batch_at(company, "posted", claim)
    payout_id = payout_of(claim).id
    for reference in ("N1", "N2"):
        ordered(payout_of(claim))
        payout_settling.mark_paid(person("sun"), [payout_id], today(), reference)
        payout_returns.record_bank_return(person("zhou"), payout_id, "户名不符", today())
    assert [problem.text.en for problem in archive_verify.problems(lambda _: None)] == []
    kinds = db.session.scalars(select(EventRow.kind).where(EventRow.chain == chain_of(payout_id))).all()
    assert kinds.count("payout_returned") == 2


def test_columns_of_a_later_release_change_no_older_digest(company: dict[str, int]) -> None:
    claim = approved(company)
    batch_at(company, "posted", claim)
    payout_id = payout_of(claim).id
    ordered(payout_of(claim))
    payout_settling.mark_paid(person("sun"), [payout_id], today(), "N1")
    before = stated(payout_id)
    assert not {"returned_on", "return_id"} & (before["payouts"].keys() | before["payout_attempts"].keys())
    payout_returns.record_bank_return(person("zhou"), payout_id, "户名不符", today())
    after = stated(payout_id)
    assert after["payouts"]["returned_on"] == after["payout_attempts"]["returned_on"] == today().isoformat()
