"""On every small instance the engine finds what trying everything finds, and knows what is the same in all of it."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reimburse.matching.answer import Matching, matching_to_json
from reimburse.matching.engine import match
from reimburse.matching.groups import Group
from reimburse.matching.layers import layered_packing
from reimburse.matching.packing import best_packing
from reimburse.matching.rows import InvoiceRow, PaymentRow
from tests.matching import brute
from tests.matching.checker import problems
from tests.matching.tables import invoice, invoice_cells, payment, payment_cells, tied

SELLERS = ("样例书店有限公司", "示例云帆科技(北京)有限公司")
PAYEES = ("样例书店", "财付通-样例书店", "示例云帆科技（北京）有限公司", "样例书店有限公司", "", "别家商行")
NUMBERS = tuple(f"2699000{n}" for n in range(10))


@st.composite
def instances(draw: st.DrawFn, most: int = 10) -> tuple[list[InvoiceRow], list[PaymentRow]]:
    """Few amounts and few names, so that much agrees; days on both sides of each window; a cent more or less."""
    greatest, unit = draw(st.sampled_from([(4, 100), (12, 100), (60, 1), (300, 1)]))
    signs = draw(st.sampled_from([(1,), (1, 1, 1, -1), (1, -1)]))
    days = st.integers(0, draw(st.sampled_from([0, 12, 120])))
    fen = st.builds(
        lambda sign, size, off: sign * (size * unit + off),
        st.sampled_from(signs), st.integers(1, greatest), st.sampled_from([0, 0, 0, 1, 2]),
    )  # fmt: skip
    invoices = [
        invoice(f"i{n}", draw(days), draw(st.sampled_from(SELLERS)), draw(fen), NUMBERS[n])
        for n in range(draw(st.integers(1, most)))
    ]
    memos = st.sampled_from(["", "", *NUMBERS[:4], f"{NUMBERS[0]}、{NUMBERS[1]}"])
    payments = [
        payment(f"p{n}", draw(days), draw(st.sampled_from(PAYEES)), draw(fen), draw(memos))
        for n in range(draw(st.integers(1, most)))
    ]
    return invoices, payments


@settings(max_examples=250, deadline=None, derandomize=True)
@given(instances())
def test_the_answer_is_the_best_and_what_all_best_answers_share_is_unique(
    instance: tuple[list[InvoiceRow], list[PaymentRow]],
) -> None:
    invoices, payments = instance
    matching = match(invoices, payments)
    best, common = brute.best_answers(invoices, payments)
    assert matching.certificate.optimal
    assert worth(matching, invoices, payments) == best
    assert {places(group.invoices, group.payments) for group in matching.groups if group.unique} == common


@settings(max_examples=60, deadline=None, derandomize=True)
@given(instances(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(instance, random) -> None:
    invoices, payments = instance
    shuffled, paid = random.sample(invoices, len(invoices)), random.sample(payments, len(payments))
    again = match(shuffled, paid)
    assert {drawn(group) for group in match(invoices, payments).groups} == {drawn(group) for group in again.groups}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(instances())
def test_the_certificate_is_verified_by_a_checker_of_its_own(instance) -> None:
    invoices, payments = instance
    answer = matching_to_json(match(invoices, payments))
    tables = [invoice_cells(row) for row in invoices], [payment_cells(row) for row in payments]
    assert problems(answer, *tables, tied) == []


groups = st.lists(
    st.builds(
        lambda invoices, payments, amount, gap: Group(tuple(sorted(invoices)), tuple(sorted(payments)), amount, gap),
        st.sets(st.integers(0, 5), min_size=1, max_size=3), st.sets(st.integers(0, 7), min_size=1, max_size=3),
        st.integers(0, 4), st.integers(0, 3),
    ),
    min_size=1, max_size=14, unique_by=lambda group: (group.invoices, group.payments),
)  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True)
@given(groups)
def test_searching_and_tabling_find_the_same(groups: list[Group]) -> None:
    searched, tabled = best_packing(groups), layered_packing(groups)
    assert searched is not None
    assert tabled is not None
    assert sum(groups[n].weight for n in searched.chosen) == sum(groups[n].weight for n in tabled.chosen)
    assert searched.certain == tabled.certain


def test_a_search_that_takes_too_long_is_given_up() -> None:
    groups = [Group((n,), (m,), 100, abs(n - m)) for n in range(12) for m in range(12)]
    assert best_packing(groups, most_steps=50) is None
    assert layered_packing(groups) is not None


@pytest.mark.parametrize(
    ("totals", "amounts"),
    [
        pytest.param([5000] * 12, [5000] * 12, id="twelve equal ones on each side"),
        pytest.param([60000], [10000] * 23, id="one against six of twenty-three"),
        pytest.param([15000] * 6, [5000] * 18, id="six against three each of eighteen"),
        pytest.param([5000] * 6 + [2500] * 6, [7500] * 6 + [2500] * 6, id="two amounts"),
    ],
)
def test_twenty_four_rows_that_all_agree_are_solved_exactly(totals: list[int], amounts: list[int]) -> None:
    invoices = [invoice(f"i{n}", n % 5, SELLERS[0], fen) for n, fen in enumerate(totals)]
    payments = [payment(f"p{n}", n % 7, SELLERS[0], fen) for n, fen in enumerate(amounts)]
    matching = match(invoices, payments)
    assert matching.certificate.optimal
    assert matching.certificate.matched_fen == min(sum(totals), sum(amounts))
    assert not any(group.unique for group in matching.groups)


def worth(matching: Matching, invoices: list[InvoiceRow], payments: list[PaymentRow]) -> tuple[int, ...]:
    worths = [
        brute.worth([invoices[n] for n in left], [payments[n] for n in right])
        for left, right in (places(group.invoices, group.payments) for group in matching.groups)
    ]
    return tuple(map(sum, zip(*worths, strict=True))) if worths else (0, 0, 0)


def places(invoices: Sequence[str], payments: Sequence[str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return tuple(sorted(int(row[1:]) for row in invoices)), tuple(sorted(int(row[1:]) for row in payments))


def drawn(group) -> tuple[frozenset[str], frozenset[str], bool]:
    return frozenset(group.invoices), frozenset(group.payments), group.unique
