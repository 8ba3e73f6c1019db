"""Where many rows are linked: what is likely is drawn before what adds up to more, and doubt is said."""

from datetime import timedelta

import pytest

from reimburse.matching.answer import Matching
from reimburse.matching.engine import match
from reimburse.matching.rows import InvoiceRow, PaymentRow
from tests.matching.tables import invoice, payment

SELLER = "样例长明物流有限公司"
Drawn = dict[tuple[str, ...], tuple[str, ...]]


def among_many(invoices: list[InvoiceRow], payments: list[PaymentRow], lag: int = 6) -> Matching:
    """These rows beside thirty that are paid ``lag`` days later to the cent, all of one seller."""
    known = [invoice(f"k{n}", 20 + n, SELLER, 1_000_003 + 70_001 * n * n) for n in range(30)]
    paid = [payment(f"q{n}", 20 + n + lag, SELLER, row.total_fen) for n, row in enumerate(known)]
    return match([*known, *invoices], [*paid, *payments])


def drawn(matching: Matching) -> Drawn:
    return {group.invoices: group.payments for group in matching.groups if group.invoices[0][0] != "k"}


def test_two_that_are_two_cents_off_do_not_make_good_for_each_other() -> None:
    invoices = [invoice("i1", 30, SELLER, 40_100), invoice("i2", 34, SELLER, 55_500)]
    payments = [payment("p1", 36, SELLER, 40_102), payment("p2", 40, SELLER, 55_498)]
    assert drawn(among_many(invoices, payments)) == {}
    assert drawn(match(invoices, payments)) == {("i1", "i2"): ("p1", "p2")}


def test_two_exact_pairs_are_likelier_than_one_sum_that_is_a_cent_more() -> None:
    invoices = [invoice(f"i{n}", 30, SELLER, fen) for n, fen in enumerate((23_684, 24_321, 48_006))]
    payments = [payment("p0", 36, SELLER, 23_684), payment("p1", 36, SELLER, 24_321)]
    assert drawn(among_many(invoices, payments)) == {("i0",): ("p0",), ("i1",): ("p1",)}


@pytest.mark.parametrize(("lag", "paid"), [(6, "later"), (-6, "before")])
def test_whether_money_comes_before_or_after_is_learned(lag: int, paid: str) -> None:
    payments = [payment("later", 36, SELLER, 5_000), payment("before", 24, SELLER, 5_000)]
    matching = among_many([invoice("i", 30, SELLER, 5_000)], payments, lag)
    assert drawn(matching) == {("i",): (paid,)}
    assert not matching.certificate.optimal


def test_of_equal_invoices_the_one_beside_its_fellows_goes_into_the_sum() -> None:
    """The days add up to the same either way."""
    alone, beside = invoice("alone", 5, SELLER, 50_000), invoice("beside", 33, SELLER, 50_000)
    fellow = invoice("fellow", 34, SELLER, 104_687)
    payments = [payment("p1", 45, SELLER, 154_687), payment("p2", 40, SELLER, 50_000)]
    matching = match([alone, beside, fellow], payments)
    assert drawn(matching) == {("alone",): ("p2",), ("beside", "fellow"): ("p1",)}
    assert not any(group.unique for group in matching.groups)


def test_what_another_choice_does_nearly_as_well_is_not_clear() -> None:
    invoices = [invoice(f"i{n}", day, SELLER, 5_000) for n, day in enumerate((30, 31))]
    payments = [payment(f"p{n}", day, SELLER, 5_000) for n, day in enumerate((36, 37))]
    matching = among_many(invoices, payments)
    assert {group.clear for group in matching.groups if group.amount_fen == 5_000} == {False}
    assert all(group.clear for group in matching.groups if group.amount_fen > 5_000)


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = [invoice(f"i{n}", n % 9, SELLER, 5_000 + 100 * (n % 7)) for n in range(40)]
    paid = [payment(f"p{n}", 4 + n % 9, SELLER, row.total_fen) for n, row in enumerate(rows)]
    forth, back = match(rows, paid), match(rows[::-1], paid[::-1])
    assert {(g.invoices, g.payments) for g in forth.groups} == {(g.invoices, g.payments) for g in back.groups}
    assert rows[0].issue_date + timedelta(4) == paid[0].paid_on
