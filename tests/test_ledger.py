"""Entries balance or are refused; a reversal leaves every account where it was."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reimburse.domain.ledger import (
    Account,
    Auxiliaries,
    LedgerEntry,
    Posting,
    Purpose,
    ReversalStyle,
    Side,
    Unbalanced,
    reversal_of,
)
from reimburse.domain.ledger_json import entry_from_json, entry_to_json

DAY, LATER = date(2026, 11, 23), date(2026, 12, 1)
TRAVEL, PAYABLE = Account("6602.01", "管理费用-差旅费"), Account("2241.01", "其他应付款-员工报销")
AMOUNTS = st.integers(-(10**9), 10**9).filter(bool).map(lambda fen: Decimal(fen).scaleb(-2))


def debit(amount: str | Decimal) -> Posting:
    return Posting(Side.DEBIT, TRAVEL, Decimal(amount), "住宿", Purpose.EXPENSE, Auxiliaries(department="研发部"), 1)


def credit(amount: str | Decimal) -> Posting:
    return Posting(Side.CREDIT, PAYABLE, Decimal(amount), "住宿", Purpose.EMPLOYEE, Auxiliaries(person_no="E001"))


def entry(*postings: Posting) -> LedgerEntry:
    return LedgerEntry(1, "记", DAY, "C1", 2, postings)


@pytest.mark.parametrize(
    "postings",
    [
        (),
        (debit("1.00"),),
        (debit("1.00"), credit("1.01")),
        (debit("1.00"), debit("-1.00"), credit("0.01")),
        (debit("1.005"), credit("1.005")),
        (debit("0.00"), credit("0.00")),
    ],
)
def test_what_does_not_balance_is_refused(postings: tuple[Posting, ...]) -> None:
    with pytest.raises(Unbalanced):
        entry(*postings)


def moved(item: LedgerEntry) -> Counter:
    sums: Counter = Counter()
    for posting in item.postings:
        sign = 1 if posting.side is Side.DEBIT else -1
        sums[posting.account.code, posting.auxiliaries] += sign * posting.amount
    return sums


@given(st.lists(AMOUNTS, min_size=1, max_size=6), st.sampled_from(ReversalStyle))
def test_a_reversal_undoes_each_account_and_auxiliary(amounts: list[Decimal], style: ReversalStyle) -> None:
    total = sum(amounts)
    booked = entry(*map(debit, amounts), *([credit(total)] if total else []))
    undone = reversal_of(booked, 2, LATER, style)
    together = moved(booked)
    together.update(moved(undone))
    assert set(together.values()) == {0}
    assert (undone.reverses, undone.made_on, undone.number) == ("C1/1", LATER, 2)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (ReversalStyle.NEGATIVE, [("debit", "-5.00"), ("credit", "-5.00")]),
        (ReversalStyle.SWAPPED, [("credit", "5.00"), ("debit", "5.00")]),
    ],
)
def test_the_two_ways_to_reverse(style: ReversalStyle, expected: list[tuple[str, str]]) -> None:
    undone = reversal_of(entry(debit("5.00"), credit("5.00")), 2, LATER, style)
    assert [(item.side.value, str(item.amount)) for item in undone.postings] == expected
    assert undone.postings[0].digest == "冲销 住宿"


@given(st.lists(AMOUNTS, min_size=1, max_size=4))
def test_json_and_back(amounts: list[Decimal]) -> None:
    total = sum(amounts)
    booked = entry(*map(debit, amounts), *([credit(total)] if total else []))
    assert entry_from_json(entry_to_json(booked)) == booked
