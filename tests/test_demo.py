"""The demo: a first start that was broken off is finished by the next one, and nothing is made twice."""

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from reimburse.demo import company, seed
from reimburse.store.batches import BatchRow
from reimburse.store.claims import ClaimRow
from reimburse.store.db import db, transaction
from reimburse.store.documents import DocumentRow
from reimburse.store.payouts import PayoutRow
from reimburse.store.people import PersonRow


def counts() -> tuple[int, ...]:
    return tuple(db.session.scalar(select(func.count(row.id))) or 0 for row in (PersonRow, ClaimRow, DocumentRow))


def test_a_broken_off_start_is_finished_and_nothing_is_made_twice(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "sample-invoices"
    assert not seed.is_unfinished(folder)
    with transaction() as session:
        people = len(company.found(session))
    assert seed.is_unfinished(folder)
    seed.seed()
    first = counts()
    assert first[:2] == (people, len(seed.STORIES) + len(seed.OF_LAST_MONTH))
    assert sorted(db.session.scalars(select(PayoutRow.state))) == ["failed", "paid", "paid"]
    assert db.session.scalars(select(BatchRow.state)).all() == ["posted"]
    seed.seed()
    assert counts() == first
    seed.write_files(folder)
    assert not seed.is_unfinished(folder)
