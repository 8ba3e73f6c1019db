"""Requests to suppliers keep their state: sent when, by whom, how often, and answered when the invoice comes."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reimburse.services.deals import ties
from reimburse.services.errors import NotFound, Refused
from reimburse.services.missing import missing, supplier_asks
from reimburse.services.missing.missing import BILL, Filter, Item
from tests.deal_stories import CLOUD, a_bill, an_invoice
from tests.query_count import count_queries
from tests.statement_files import person

People = dict[str, int]
SignIn = Callable[[str], FlaskClient]
FIRST, SECOND = date(2026, 11, 23), date(2026, 12, 8)


@pytest.fixture
def bill(app: Flask, company: People) -> Item:
    a_bill(company["sun"], owner="E001")
    [found] = missing.listed(person(company["sun"]), Filter(BILL)).items
    return found


def send(company: People, login: str, bill: Item, on: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supplier_asks, "today", lambda: on)
    supplier_asks.note(person(company[login]), BILL, bill.id, special=True, paper=False)


def test_how_often_when_and_by_whom(company: People, bill: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    send(company, "lin", bill, FIRST, monkeypatch)
    with pytest.raises(Refused):
        send(company, "sun", bill, FIRST, monkeypatch)
    send(company, "sun", bill, SECOND, monkeypatch)
    for stranger in ("wu", "audit"):
        with pytest.raises(NotFound):
            send(company, stranger, bill, SECOND, monkeypatch)
    asked = supplier_asks.of([bill])[BILL, bill.id]
    assert (asked.times, asked.last_on, asked.is_late) == (2, SECOND, False)
    assert [(row.on_day, row.by_id) for row in supplier_asks.history(bill)] == [
        (SECOND, company["sun"]),
        (FIRST, company["lin"]),
    ]
    monkeypatch.setattr(supplier_asks, "today", lambda: date(2026, 12, 31))
    assert supplier_asks.of([bill])[BILL, bill.id].is_late


def test_the_invoice_that_comes_answers_it(company: People, bill: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    def outcome(login: str) -> list[tuple[int, bool, bool]]:
        page = supplier_asks.listed(person(company[login]), None)
        return [(one.fen, one.received, one.ended) for one in page.sent]

    send(company, "lin", bill, FIRST, monkeypatch)
    assert outcome("sun") == outcome("lin") == [(60000, False, False)]
    assert outcome("wu") == []
    ties.tie_bill(person(company["sun"]), bill.id, an_invoice(company["lin"], "600.00", CLOUD).number or "")
    assert outcome("sun") == [(60000, True, True)]


def test_the_pages(company: People, bill: Item, sign_in: SignIn) -> None:
    client = sign_in("sun")
    done = client.post(f"/missing/bill/{bill.id}/asked", data={"paper": "1"}, follow_redirects=True).text
    assert ("已记下" in done, "纸质" in done) == (True, True)
    for path, words in (("/missing", "已要票 1 次"), ("/missing/asked", "等待中")):
        with count_queries() as asked:
            assert words in client.get(path).text
        assert len(asked) <= 15, (path, asked)
    form = client.get(f"/missing/bill/{bill.id}/form.pdf?special=1")
    assert (form.status_code, form.data[:5]) == (200, b"%PDF-")
    assert form.headers["Content-Disposition"].isascii()
    assert "已发给供应商" in client.get(f"/missing/bill/{bill.id}").text
    assert "已发给供应商" not in sign_in("audit").get(f"/missing/bill/{bill.id}").text
    assert sign_in("wu").get(f"/missing/bill/{bill.id}/form.pdf").status_code == 404
