"""Statements come in: every row once, whatever is sent again; the same purchase in two statements counts once."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from reimburse.services.errors import NotFound, Refused
from reimburse.services.matching import match_decisions, match_undo
from reimburse.services.statements import statement_imports
from reimburse.services.statements.payment_accounts import AccountChoice
from reimburse.store.db import db
from reimburse.store.matches import MatchDecisionRow
from reimburse.store.payments import PaymentRow, StatementImportRow
from tests.databases import server, settings
from tests.statement_files import CARD, bring_in, card, company, payments, person, spend, wallet

__all__ = ["server", "settings"]
People = dict[str, int]
COFFEE = spend(3, "样城竹里餐饮管理有限公司", "36.00", method=CARD)
RIDE = spend(4, "演示出行科技有限公司", "76.93", method="零钱")


def told(rows: list[PaymentRow]) -> list[tuple[str, int, str]]:
    return [(row.kind, row.amount_fen, row.state) for row in rows]


def test_rows_come_in_and_are_told_apart(app: Flask, company: People) -> None:
    back = spend(6, RIDE.payee, "-76.93", number="42000099002026110412410000011_9")
    paid = replace(RIDE, number="42000099002026110412410000011")
    top_up = spend(7, "零钱", "200.00", kind="零钱充值")
    row = bring_in(company["sun"], wallet(COFFEE, paid, back, top_up), "林晓的微信", company["lin"])
    assert [(part.added, part.known, part.left_out) for part in row.parts] == [(4, 0, [])]
    assert told(payments())[:3] == [
        ("payment", 3600, "open"),
        ("payment", 7693, "refunded"),
        ("refund", 7693, "refunded"),
    ]
    coffee, ride, refund, _ = payments()
    assert (refund.refund_of_id, ride.refunded_fen, coffee.holder_id) == (ride.id, 7693, company["lin"])


def test_nothing_comes_twice(app: Flask, company: People) -> None:
    file = wallet(COFFEE, RIDE)
    bring_in(company["sun"], file, "林晓的微信")
    again = bring_in(company["zhou"], file, "林晓的微信")
    assert [(part.added, part.known) for part in again.parts] == [(0, 2)]
    longer = bring_in(company["sun"], wallet(COFFEE, RIDE, spend(9, "示例书店", "12.00")), "林晓的微信")
    assert [(part.added, part.known) for part in longer.parts] == [(1, 2)]
    assert statement_imports.confirm(person(company["sun"]), longer.id, {}, version=0).state == "imported"
    assert len(payments()) == 3


def test_equal_rows_of_a_day_are_counted(app: Flask, company: People) -> None:
    """A card's statement gives days only: two rides of one price are two, in one file and in the next."""
    metro = spend(5, "样城地铁", "5.00", method="9904")
    bring_in(company["sun"], card(metro, metro), "信用卡")
    more = bring_in(company["sun"], card(metro, metro, metro), "信用卡")
    assert [(part.added, part.known) for part in more.parts] == [(1, 2)]


def test_the_same_row_twice_in_a_file_counts_once_and_is_told(app: Flask, company: People) -> None:
    double = replace(COFFEE, number="4200009900202611031230000001")
    name, data = wallet(double)
    line = data.splitlines(keepends=True)[-1]
    row = bring_in(company["sun"], (name, data + line), "微信")
    assert [(part.added, len(part.left_out)) for part in row.parts] == [(1, 1)]
    assert "相同" in row.parts[0].left_out[0][1]


TWINS = [
    ("the same card, amount and day", CARD, "财付通-样城竹里餐饮", 3, "36.00", True),
    ("booked a day later", CARD, "财付通-样城竹里餐饮", 4, "36.00", True),
    ("another card", "招商银行信用卡(1111)", "财付通-样城竹里餐饮", 3, "36.00", False),
    ("out of the wallet's own balance", "零钱", "财付通-样城竹里餐饮", 3, "36.00", False),
    ("another amount", CARD, "财付通-样城竹里餐饮", 3, "36.01", False),
    ("two days later", CARD, "财付通-样城竹里餐饮", 5, "36.00", False),
    ("a debit card of the bank", "招商银行储蓄卡(9904)", "财付通-样城竹里餐饮", 3, "36.00", False),
]


@pytest.mark.parametrize("card_first", [True, False])
@pytest.mark.parametrize(("_why", "method", "payee", "day", "amount", "one"), TWINS, ids=[row[0] for row in TWINS])
def test_a_purchase_in_two_statements(
    app: Flask,
    company: People,
    _why: str,
    method: str,
    payee: str,
    day: int,
    amount: str,
    *,
    one: bool,
    card_first: bool,
) -> None:
    files = [
        (wallet(replace(COFFEE, method=method)), "林晓的微信"),
        (card(spend(day, payee, amount, method="9904")), "招商银行信用卡"),
    ]
    for file, account in reversed(files) if card_first else files:
        bring_in(company["sun"], file, account)
    counted = [row for row in payments() if row.state == "open"]
    assert len(counted) == (1 if one else 2)
    if one:
        follower = payments(state="twin")[0]
        assert (follower.account.name, follower.twin_of_id) == ("招商银行信用卡", counted[0].id)
        assert "金额相同" in (follower.twin_why or [""])[0]


def test_three_rides_have_three_twins(app: Flask, company: People) -> None:
    ride = spend(5, "样城地铁", "5.00", method=CARD)
    bring_in(company["sun"], wallet(ride, ride, ride), "微信")
    bring_in(company["sun"], card(*[spend(5, "财付通-样城地铁", "5.00", method="9904")] * 4), "招商银行信用卡")
    assert len({row.twin_of_id for row in payments(state="twin")}) == 3
    assert len(payments(state="open")) == 4


def test_a_person_tells_two_rows_apart_and_back(app: Flask, company: People) -> None:
    bring_in(company["sun"], wallet(COFFEE), "微信")
    bring_in(company["sun"], card(spend(3, "财付通-样城竹里餐饮", "36.00", method="9904")), "招商银行信用卡")
    follower = payments(state="twin")[0]
    match_decisions.not_twin(person(company["sun"]), follower.id)
    bring_in(company["sun"], card(spend(3, "财付通-样城竹里餐饮", "36.00", method="9904")), "招商银行信用卡")
    assert len(payments(state="open")) == 2
    decision = db.session.scalars(select(MatchDecisionRow)).one()
    match_undo.undo(person(company["sun"]), decision.id)
    assert [row.id for row in payments(state="twin")] == [follower.id]


def test_what_a_person_waived_leads_its_twin(app: Flask, company: People) -> None:
    bring_in(company["sun"], card(spend(3, "财付通-样城竹里餐饮", "36.00", method="9904")), "招商银行信用卡")
    match_decisions.waive(person(company["sun"]), payments()[0].id, "个人消费，已扣回")
    bring_in(company["sun"], wallet(COFFEE), "微信")
    assert [(row.account.name, row.state) for row in payments()] == [("招商银行信用卡", "waived"), ("微信", "twin")]


def test_only_finance_imports(app: Flask, company: People) -> None:
    with pytest.raises(NotFound):
        statement_imports.preview(person(company["lin"]), *wallet(COFFEE))


def test_a_file_that_is_no_statement_says_what_it_is(app: Flask, company: People) -> None:
    bring_in(company["sun"], wallet(COFFEE), "微信")
    with pytest.raises(Refused) as refused:
        statement_imports.preview(person(company["sun"]), "发票.pdf", b"%PDF-1.7\n%%EOF")
    assert "看起来是" in refused.value.text.zh
    assert len(list(db.session.scalars(select(StatementImportRow)))) == 1


def test_a_broken_row_is_left_out_and_the_rest_comes_in(app: Flask, company: People) -> None:
    name, data = wallet(COFFEE, RIDE)
    broken = data.replace("¥36.00".encode(), "¥三十六".encode())
    row = bring_in(company["sun"], (name, broken), "微信")
    assert [(part.added, len(part.left_out)) for part in row.parts] == [(1, 1)]


def test_an_account_is_known_again_by_its_number(app: Flask, company: People) -> None:
    bring_in(company["sun"], company_file("示例码方软件有限公司", "4800.00"), "建行基本户")
    by = person(company["sun"])
    import_id = statement_imports.preview(by, *company_file("样城快件物流有限公司", "63.60"))
    row = db.session.get_one(StatementImportRow, import_id)
    assert row.parts[0].printed_account == "9900000000000000011"
    with pytest.raises(Refused):
        statement_imports.confirm(by, import_id, {0: AccountChoice(name="建行基本户")}, row.version)


def company_file(payee: str, amount: str) -> tuple[str, bytes]:
    return company(spend(5, payee, amount))
