"""However an amount, a day or a currency is printed, it is read as the same value."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.statements.values import amount, clock, currency, day, is_blank, parts_of

FEN = st.integers(0, 10**13)
PRINTED = st.sampled_from(
    ["{}", "¥{}", "￥{}", "{}元", "CNY {}", "{}(CN)", "{}(已退款1.00)", " {} ", "{}\t", "+{}", "＋{}"]
)
DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
CLOCKS = st.times().map(lambda found: found.replace(microsecond=0))


@given(FEN, PRINTED, st.booleans())
def test_an_amount_is_the_same_in_every_print(fen: int, shape: str, grouped: bool) -> None:
    value = Decimal(fen).scaleb(-2)
    found = amount(shape.format(f"{value:,.2f}" if grouped else f"{value:.2f}"))
    assert found is not None
    assert found.value == value


@given(FEN, st.sampled_from(["-{}", "−{}", "-¥{}", "¥-{}", "({})", "{}-", "CNY -{}"]))
def test_a_minus_is_a_minus_wherever_it_stands(fen: int, shape: str) -> None:
    found = amount(shape.format(f"{Decimal(fen).scaleb(-2):,.2f}"))
    assert found is not None
    assert found.value == -Decimal(fen).scaleb(-2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "abc",
        "1.234",
        "1,23.00",
        "12,34",
        "--5",
        "-5-",
        "1e5",
        "5.00.00",
        "NaN",
        "99999999999999.00",
        "5 6 x",
    ],
)
def test_what_is_no_amount(text: str) -> None:
    assert amount(text) is None


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d", "%d/%m/%Y"]))
def test_a_day_is_the_same_in_every_print(found: date, shape: str) -> None:
    assert day(parts_of(found.strftime(shape))[0]) == found


@given(
    DAYS,
    CLOCKS,
    st.sampled_from([("%Y-%m-%d", " "), ("%Y/%m/%d", "  "), ("%Y%m%d", " "), ("%Y-%m-%d", "T"), ("%Y%m%d", "")]),
)
def test_day_and_time_in_one_cell(on: date, at: datetime, shape: tuple[str, str]) -> None:
    form, between = shape
    text = f"{on.strftime(form)}{between}{at.strftime('%H%M%S' if not between else '%H:%M:%S')}"
    assert (day(parts_of(text)[0]), clock(parts_of(text)[1])) == (on, at)


@pytest.mark.parametrize(
    "text", ["", "2026-02-30", "2026-13-01", "1889-01-01", "2026", "合计", "2026-1", "20261301", "12345"]
)
def test_what_is_no_day(text: str) -> None:
    assert day(parts_of(text)[0]) is None


@pytest.mark.parametrize("text", ["24:00:00", "10:60", "1011", "10:11:61", "noon", ""])
def test_what_is_no_time(text: str) -> None:
    assert clock(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("人民币", "CNY"),
        ("人民币元", "CNY"),
        ("RMB", "CNY"),
        ("cny", "CNY"),
        ("美元", "USD"),
        ("HKD", "HKD"),
        ("钞", None),
        ("", None),
    ],
)
def test_currencies_by_name_and_code(text: str, code: str | None) -> None:
    assert currency(text) == code


@pytest.mark.parametrize(
    ("text", "blank"), [("", True), ("-", True), ("——", True), ("/", True), ("0", False), ("0.00", False)]
)
def test_what_holds_nothing(text: str, blank: bool) -> None:
    assert is_blank(text) is blank
