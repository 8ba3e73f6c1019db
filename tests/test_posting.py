"""Posting and periods: balanced entries or none, once; a closed month sends them to the next open one."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from reimburse.services.errors import NotFound, Refused, Stale
from reimburse.services.month_end import batches, periods
from reimburse.services.month_end.batch_jobs import work_on_batch
from reimburse.store.batches import BatchRow
from reimburse.store.db import db, now, today, transaction
from reimburse.store.ledger import AccountingPeriodRow, LedgerEntryRow, LedgerPostingRow
from tests.batch_stories import approved, batch_at, person
from tests.batch_work import work
from tests.builders import Spent
from tests.databases import server, settings

__all__ = ["server", "settings"]
THIS, NEXT = periods.month_of(today()), periods.following(periods.month_of(today()))
CARD = {"paid_by": "company_card"}


def entries() -> list[LedgerEntryRow]:
    db.session.expire_all()
    return list(db.session.scalars(select(LedgerEntryRow).order_by(LedgerEntryRow.id)))


def sums(side: str) -> int:
    return db.session.scalar(select(func.sum(LedgerPostingRow.amount_fen)).where(LedgerPostingRow.side == side))


def test_a_batch_is_posted_claim_by_claim_balanced_and_numbered(company: dict[str, int]) -> None:
    batch = batch_at(company, "posted", approved(company), approved(company, Spent("7.00", fields=CARD)))
    assert (batch.state, batch.posted_on, batch.posted_by_id) == ("posted", today(), company["sun"])
    assert [(row.voucher_no, row.month, row.state) for row in entries()] == [(1, THIS, "posted"), (2, THIS, "posted")]
    assert sums("debit") == sums("credit") == 1700
    assert db.session.get_one(AccountingPeriodRow, (batch.legal_entity_id, THIS)).last_voucher_no == 2


def test_posted_twice_is_posted_once(company: dict[str, int]) -> None:
    batch = batch_at(company, "exported")
    for _ in range(2):
        batches.post(company["sun"], batch.batch_no)
    work()
    batches.post(company["zhou"], batch.batch_no)
    work_on_batch(batch.id)
    assert len(entries()) == 1


def test_only_an_exported_batch_is_posted_and_never_in_the_future(company: dict[str, int]) -> None:
    batch = batch_at(company, "frozen")
    with pytest.raises(Refused, match="Export the batch first"):
        batches.post(company["sun"], batch.batch_no)
    batches.export(company["sun"], batch.batch_no)
    work()
    with pytest.raises(Refused, match="future"):
        batches.post(company["sun"], batch.batch_no, today() + timedelta(days=1))
    with pytest.raises(NotFound):
        batches.post(company["lin"], batch.batch_no)


def test_what_comes_after_a_month_is_closed_goes_into_the_next_open_one(company: dict[str, int]) -> None:
    first = batch_at(company, "posted")
    periods.close(person("zhou"), first.legal_entity_id, THIS, "月结")
    second = batch_at(company, "posted")
    assert second.posted_on == date.fromisoformat(f"{NEXT}-01")
    assert [(row.month, row.voucher_no) for row in entries()] == [(THIS, 1), (NEXT, 1)]
    assert periods.would_post_on(first.legal_entity_id, today()) == second.posted_on


def test_a_reopened_month_takes_entries_again(company: dict[str, int]) -> None:
    entity_id = batch_at(company, "posted").legal_entity_id
    periods.close(person("zhou"), entity_id, THIS, "月结")
    periods.reopen(person("zhou"), entity_id, THIS, "补一张发票")
    assert batch_at(company, "posted").posted_on == today()
    assert [row.voucher_no for row in entries()] == [1, 2]


@pytest.mark.parametrize(
    ("login", "month", "reason", "error"),
    [
        ("sun", THIS, "月结", NotFound),
        ("audit", THIS, "月结", NotFound),
        ("zhou", THIS, " ", Refused),
        ("zhou", NEXT, "月结", Refused),
        ("zhou", "2026-13", "月结", NotFound),
    ],
)
def test_who_closes_what(company: dict[str, int], login: str, month: str, reason: str, error: type[Refused]) -> None:
    entity_id = person("lin").department.legal_entity_id
    with pytest.raises(error):
        periods.close(person(login), entity_id, month, reason)
    with transaction() as session:
        assert session.get(AccountingPeriodRow, (entity_id, month)) is None


def test_closed_twice_is_told_and_reopening_goes_backwards(company: dict[str, int]) -> None:
    entity_id, zhou = person("lin").department.legal_entity_id, person("zhou")
    earlier = periods.month_of(today().replace(day=1) - timedelta(days=1))
    for month in (earlier, THIS):
        periods.close(zhou, entity_id, month, "月结")
    with pytest.raises(Stale):
        periods.close(zhou, entity_id, THIS, "月结")
    with pytest.raises(Refused, match="later month"):
        periods.reopen(zhou, entity_id, earlier, "改")
    periods.reopen(zhou, entity_id, THIS, "改")
    periods.reopen(zhou, entity_id, earlier, "改")
    with pytest.raises(Refused, match="earlier month"):
        periods.close(zhou, entity_id, THIS, "月结")


REFUSED = {
    "an entry's month": "UPDATE ledger_entries SET month = '2020-01'",
    "an entry back to a draft": "UPDATE ledger_entries SET state = 'draft'",
    "an entry gone": "DELETE FROM ledger_entries",
    "a posting's amount": "UPDATE ledger_postings SET amount_fen = amount_fen + 1",
    "a posting gone": "DELETE FROM ledger_postings",
    "a posting more": "INSERT INTO ledger_postings (entry_id, position, side, account, account_name, amount_fen, digest,"
    " purpose, line, invoice, claim_no, department, cost_center, project, person_no, person, supplier_tax_id, supplier)"
    " VALUES (1, 99, 'debit', '1', '', 1, '', '', 0, '', '', '', '', '', '', '', '', '')",
    "a batch posted by hand": "UPDATE batches SET state = 'exported'",
    "another posting day": "UPDATE batches SET posted_on = '2020-01-01'",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_posted_stays(company: dict[str, int], name: str) -> None:
    batch_at(company, "posted")
    with pytest.raises(DatabaseError, match=r"balanced|posted|frozen"):
        db.session.execute(text(REFUSED[name]))
    db.session.rollback()


def draft(batch: BatchRow, *postings: tuple[str, int], month: str = THIS) -> LedgerEntryRow:
    row = LedgerEntryRow(
        legal_entity_id=batch.legal_entity_id,
        month=month,
        voucher_no=99,
        word="记",
        posted_on=today(),
        batch_id=batch.id,
        number=99,
        source="x",
        made_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    for position, (side, fen) in enumerate(postings, start=1):
        line = LedgerPostingRow(entry_id=row.id, position=position, side=side, account="1", amount_fen=fen, purpose="")
        db.session.add(line)
    db.session.flush()
    return row


@pytest.mark.parametrize(
    "postings",
    [
        (),
        (("debit", 100),),
        (("debit", 100), ("credit", 99)),
        (("debit", 100), ("debit", 100)),
        (("debit", 1), ("credit", -1)),
    ],
)
def test_the_database_posts_nothing_that_does_not_balance(
    company: dict[str, int], postings: tuple[tuple[str, int], ...]
) -> None:
    row = draft(batch_at(company, "exported"), *postings)
    with pytest.raises(DatabaseError, match="balanced"):
        db.session.execute(text(f"UPDATE ledger_entries SET state = 'posted' WHERE id = {row.id}"))
    db.session.rollback()


def test_nor_anything_in_a_closed_month(company: dict[str, int]) -> None:
    batch = batch_at(company, "exported")
    periods.close(person("zhou"), batch.legal_entity_id, THIS, "月结")
    row = draft(batch, ("debit", 100), ("credit", 100))
    with pytest.raises(DatabaseError, match="open month"):
        db.session.execute(text(f"UPDATE ledger_entries SET state = 'posted' WHERE id = {row.id}"))
    db.session.rollback()
