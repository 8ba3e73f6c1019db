"""What waits for finance on the home page."""

from flask import Flask

from reimburse.domain.workflow import ClaimState
from reimburse.services.home.finance_waiting import piles_for
from reimburse.store.db import db, transaction
from reimburse.store.people import PersonRow
from tests.builders import Spent, make_claim
from tests.conftest import PASSWORD
from tests.query_count import count_queries


def test_each_pile_is_counted_for_finance_only(app: Flask, company: dict[str, int]) -> None:
    with transaction():
        for _ in range(3):
            make_claim(company["lin"], Spent("10.00"), state=ClaimState.APPROVED)
    people = {login: db.session.get_one(PersonRow, company[login]) for login in ("sun", "lin", "audit")}
    with count_queries() as asked:
        assert [(pile.endpoint, pile.count) for pile in piles_for(people["sun"])] == [("batches.index", 3)]
    assert sum("UNION ALL" in statement for statement in asked) == 1
    assert piles_for(people["lin"]) == piles_for(people["audit"]) == []


def test_money_that_has_to_come_back_waits(app: Flask, company: dict[str, int]) -> None:
    with transaction():
        paid = make_claim(company["lin"], Spent("10.00"), state=ClaimState.REVERSED)
        mirror = make_claim(company["lin"], Spent("-10.00"), state=ClaimState.EXPORTED)
        mirror.reversal_of_id = paid.id
    waiting = piles_for(db.session.get_one(PersonRow, company["sun"]))
    assert [(pile.words.en, pile.count) for pile in waiting] == [("Money to come back", 1)]


def test_the_home_page_leads_there(app: Flask, company: dict[str, int]) -> None:
    with transaction():
        make_claim(company["lin"], Spent("10.00"), state=ClaimState.APPROVED)
    client = app.test_client()
    client.post("/sign-in", data={"login": "sun", "password": PASSWORD})
    assert "报销单待入批" in client.get("/").text
