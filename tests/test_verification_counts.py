"""However many workers ask at the same moment, an invoice is queried five times a day and no oftener; on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from reimburse.domain.invoice import InvoiceKey
from reimburse.services.invoices import verification_counts
from reimburse.store.db import db, today, transaction
from tests.databases import server, settings

__all__ = ["server", "settings"]
KEY = InvoiceKey("", "26990000000000006001")
pytestmark = pytest.mark.slow


def test_the_sixth_is_refused_whoever_comes_first(app: Flask) -> None:
    def ask(_: int) -> bool:
        with app.app_context():
            try:
                with transaction() as session:
                    return verification_counts.take(session, KEY, today()) is None
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(6) as workers:
        answers = list(workers.map(ask, range(18)))
    assert answers.count(True) == 5
    assert verification_counts.counted(db.session(), KEY, today()).of_invoice == 5
