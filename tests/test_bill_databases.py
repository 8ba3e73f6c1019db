"""Bills on both databases: what comes at the same moment is added once, and what no bill is, is refused."""

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from reimburse.domain.bills import Bill
from reimburse.services.deals import bill_records
from reimburse.services.deals.recording import Source
from reimburse.store.bills import BillRow
from reimburse.store.db import db, transaction
from reimburse.store.people import LegalEntityRow
from tests.databases import server, settings
from tests.test_deals import test_invoices_on_one_order_are_summed_whoever_holds_them, test_three_flows_that_agree

__all__ = [
    "server",
    "settings",
    "test_invoices_on_one_order_are_summed_whoever_holds_them",
    "test_three_flows_that_agree",
]
BILL = Bill("样例云", "B-3", date(2026, 3, 1), date(2026, 3, 31), Decimal("1280.50"))


def test_two_imports_at_the_same_moment_add_each_bill_once(app: Flask, company: dict[str, int]) -> None:
    entity = db.session.scalars(select(LegalEntityRow.id)).first() or 0
    db.session.rollback()
    bills = [
        (number, Bill("样例云", f"B-{number}", date(2026, 3, 1), date(2026, 3, 31), Decimal(5))) for number in range(50)
    ]
    start = Barrier(2)
    added: list[int] = []

    def work() -> None:
        with app.app_context():
            start.wait()
            with transaction() as session:
                added.append(bill_records.record_bills(session, bills, Source(entity, company["sun"])).added)
            db.session.remove()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(added) == 50
    assert db.session.scalar(select(func.count()).select_from(BillRow)) == 50


@pytest.mark.parametrize("wrong", [{"amount_fen": 0}, {"period_end": date(2020, 1, 1)}, {"bill_no": "B-3"}])
def test_the_database_refuses_what_no_bill_is(company: dict[str, int], wrong: dict[str, object]) -> None:
    entity = db.session.scalars(select(LegalEntityRow.id)).first() or 0
    with transaction() as session:
        bill_records.record_bills(session, [(1, BILL)], Source(entity, company["sun"]))
    row = db.session.scalars(select(BillRow)).one()
    kept = {column.key: getattr(row, column.key) for column in BillRow.__table__.columns if column.key != "id"}
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(BillRow(**{**kept, "bill_no": "B-other", **wrong}))
