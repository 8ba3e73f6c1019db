"""Payments in a foreign currency: listed apart, summed by currency, never matched, gone once dealt with."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reimburse.services.missing import foreign_payments, missing
from reimburse.services.missing.missing import Filter
from reimburse.store.db import db
from tests.deal_stories import an_invoice
from tests.query_count import count_queries
from tests.statement_files import bring_in, match, payments, person

People = dict[str, int]
SignIn = Callable[[str], FlaskClient]
ABROAD = (
    "交易日期,支出,收入,余额,币种,对方户名\n"
    "2026-11-03,20.00,,1,USD,SAMPLE CLOUD\n2026-11-04,5.50,,1,USD,SAMPLE BOOKS\n"
    "2026-11-05,3000,,1,JPY,SAMPLE HOTEL\n2026-11-06,70.00,,1,CNY,样例书店\n"
)


@pytest.fixture
def abroad(app: Flask, company: People) -> People:
    bring_in(company["sun"], ("卡.csv", ABROAD.encode()), "林晓的外币卡", company["lin"])
    return company


def sums(company: People, login: str) -> list[tuple[str, int, int]]:
    db.session.rollback()
    return list(foreign_payments.listed(person(company[login])).sums)


def test_apart_from_what_is_in_yuan(abroad: People) -> None:
    an_invoice(abroad["lin"], "20.00", "SAMPLE CLOUD")
    match()
    assert sums(abroad, "sun") == sums(abroad, "lin") == [("JPY", 1, 300000), ("USD", 2, 2550)]
    assert sums(abroad, "wu") == []
    assert missing.listed(person(abroad["sun"]), Filter()).sum_fen == 7000
    assert {row.state for row in payments(currency="USD")} == {"open"}


def test_what_is_dealt_with_is_listed_no_more(abroad: People, sign_in: SignIn) -> None:
    client = sign_in("sun")
    with count_queries() as asked:
        page = client.get("/missing/foreign").text
    assert ("SAMPLE HOTEL" in page, "汇率" in page, len(asked) <= 15) == (True, True, True)
    [hotel] = payments(currency="JPY")
    client.post(f"/matching/payments/{hotel.id}/waive", data={"reason": "BX2026-000001"})
    assert sums(abroad, "sun") == [("USD", 2, 2550)]
    assert "外币不自动配对" in client.get("/matching").text
