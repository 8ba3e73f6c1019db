"""A row is the same one in whatever file it comes, as long as a file holds whole days."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reimburse.domain.payment import PaymentKind, kind_of, known_rows
from reimburse.domain.statement import Direction, Nature, StatementRow
from reimburse.store.db import CHINA

FIRST = date(2026, 11, 1)
DRAWN = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["5.00", "9.90"]), st.sampled_from(["样城地铁", "样城书店"])),
    max_size=25,
)


def row(place: int, day: int, amount: str, payee: str, **more: object) -> StatementRow:
    stated = {
        "row": place,
        "id": None,
        "paid_on": FIRST + timedelta(days=day),
        "paid_at": None,
        "direction": Direction.OUT,
        "amount": Decimal(amount),
        "currency": "CNY",
        "payee": payee,
        "payee_account": None,
        "memo": None,
        "status": None,
        "fee": None,
    }
    return StatementRow(**{**stated, **more})  # type: ignore[arg-type]


def identities(rows: list[StatementRow]) -> list[str]:
    return [known.identity for known in known_rows(rows)[0]]


@given(DRAWN, st.integers(0, 4), st.integers(0, 4))
def test_overlapping_periods_give_each_row_once(drawn: list[tuple[int, str, str]], start: int, end: int) -> None:
    rows = [row(place, *item) for place, item in enumerate(sorted(drawn), 1)]
    whole = identities(rows)
    part = identities([one for one in rows if start <= (one.paid_on - FIRST).days <= end])
    assert len(set(whole)) == len(rows)
    assert set(part) <= set(whole)


@given(DRAWN)
def test_the_order_of_rows_does_not_matter(drawn: list[tuple[int, str, str]]) -> None:
    rows = [row(place, *item) for place, item in enumerate(drawn, 1)]
    assert Counter(identities(rows)) == Counter(identities(rows[::-1]))


def test_the_banks_own_number_makes_a_row_the_same_whatever_its_state() -> None:
    paid = row(1, 0, "5.00", "样城地铁", id="4200009900202611010001", status="等待确认收货")
    later = row(7, 0, "5.00", "样城地铁", id="4200009900202611010001", status="交易成功")
    back = row(8, 0, "5.00", "样城地铁", id="4200009900202611010001", nature=Nature.REFUND)
    assert identities([paid]) == identities([later]) != identities([back])


def test_line_numbers_are_no_numbers_of_the_bank() -> None:
    first, second = row(1, 0, "5.00", "样城地铁", id="1"), row(2, 1, "5.00", "样城地铁", id="2")
    assert identities([first, second])[1] == identities([row(1, 1, "5.00", "样城地铁", id="1")])[0]


def test_one_second_is_one_purchase() -> None:
    at = datetime(2026, 11, 1, 12, 30, 5, tzinfo=CHINA)
    known, doubled = known_rows([row(1, 0, "5.00", "样城地铁", paid_at=at), row(2, 0, "5.00", "样城地铁", paid_at=at)])
    assert (len(known), [item.row for item in doubled]) == (1, [2])


def test_rows_are_told_apart() -> None:
    cases = [
        (Direction.OUT, Nature.PAYMENT, "1.00", PaymentKind.PAYMENT),
        (Direction.IN, Nature.PAYMENT, "1.00", PaymentKind.INCOME),
        (Direction.IN, Nature.REFUND, "1.00", PaymentKind.REFUND),
        (Direction.NEUTRAL, Nature.REFUND, "1.00", PaymentKind.REFUND),
        (Direction.IN, Nature.REVERSAL, "1.00", PaymentKind.REFUND),
        (Direction.OUT, Nature.FEE, "1.00", PaymentKind.FEE),
        (Direction.OUT, Nature.CLOSED, "1.00", PaymentKind.CLOSED),
        (Direction.NEUTRAL, Nature.TRANSFER, "1.00", PaymentKind.TRANSFER),
        (Direction.OUT, Nature.PAYMENT, "0.00", PaymentKind.NEUTRAL),
    ]
    found = [kind_of(row(1, 0, amount, "", direction=way, nature=nature)) for way, nature, amount, _ in cases]
    assert found == [kind for *_, kind in cases]
