"""Planted truth: what belongs together is found among a thousand rows, and what is ambiguous is said to be."""

from collections import Counter
from dataclasses import replace

import pytest

from bench.planted import Planted, pairs, planted
from reimburse.matching.answer import Matching, matching_to_json
from reimburse.matching.engine import match
from tests.matching.checker import problems
from tests.matching.tables import invoice, invoice_cells, payment, payment_cells, tied

Drawn = set[tuple[frozenset[str], frozenset[str]]]


def drawn(matching: Matching, *, clear: bool = False) -> Drawn:
    return {
        (frozenset(group.invoices), frozenset(group.payments)) for group in matching.groups if group.clear or not clear
    }


@pytest.mark.parametrize(("sellers", "seed"), [(400, 1), (200, 2), (100, 3), (50, 4), (20, 5)])
def test_planted_truth(sellers: int, seed: int) -> None:
    rows = planted(1000, seed, sellers)
    matching = match(rows.invoices, rows.payments)
    found, wanted = pairs(drawn(matching)), pairs(rows.truth)
    assert len(found & wanted) / len(found) >= 0.99
    assert len(found & wanted) / len(wanted) >= 0.97
    clear = drawn(matching, clear=True)
    assert len(clear & rows.truth) / len(clear) >= 0.995
    assert problems(matching_to_json(matching), *tables(rows), tied) == []


def test_a_planted_double_makes_its_group_doubtful() -> None:
    """A second invoice, the same but for its id, could stand in the group as well."""
    rows = planted(500, 4, 200)
    sellers = Counter(row.seller_name for row in rows.invoices)
    paid = {invoice for invoices, _ in rows.truth if len(invoices) == 1 for invoice in invoices}
    doubled = [row for row in rows.invoices if row.id in paid and sellers[row.seller_name] < 4][:20]
    doubles = [replace(row, id=f"double-{row.id}") for row in doubled]
    matching = match([*rows.invoices, *doubles], rows.payments)
    either = {row.id for row in doubled} | {row.id for row in doubles}
    doubtful = [group for group in matching.groups if either & set(group.invoices)]
    assert len(doubtful) >= 20
    assert not any(group.unique or group.clear for group in doubtful)


def test_rows_two_cents_off_are_never_matched() -> None:
    invoices = [invoice(f"i{n}", n % 30, f"样例{n % 7}号商店", 10_000 + 40 * n) for n in range(300)]
    payments = [
        payment(f"p{n}", n % 30, f"样例{n % 7}号商店", 10_000 + 40 * n + (2 if n % 2 else -2)) for n in range(300)
    ]
    ones = [group for group in match(invoices, payments).groups if len(group.invoices) == len(group.payments) == 1]
    assert ones == []


def test_many_rows_alike_are_matched_but_nothing_is_claimed() -> None:
    invoices = [invoice(f"i{n}", n % 60, "样例地铁", 5000) for n in range(600)]
    payments = [payment(f"p{n}", n % 50, "样例地铁", 5000) for n in range(600)]
    matching = match(invoices, payments)
    assert matching.certificate.groups == 600
    assert not matching.certificate.optimal
    assert not any(group.unique for group in matching.groups)


def test_where_rows_are_many_a_blank_payee_does_not_join_strangers() -> None:
    """A stranger's invoice less another's red-letter one is more money than the invoice that was paid."""
    invoices = [invoice(f"i{n}", 1, f"样例{n}号客栈", 7_010 + 400 * n) for n in range(30)]
    payments = [payment(f"p{n}", 2, row.seller_name, row.total_fen) for n, row in enumerate(invoices)]
    strangers = [invoice("a", 1, "虚构甲", 5_000), invoice("x", 1, "虚构乙", 10_000), invoice("r", 1, "虚构丙", -5_000)]
    matching = match([*invoices, *strangers], [*payments, payment("b", 2, "", 5_000)])
    assert [group.invoices for group in matching.groups if group.payments == ("b",)] == [("a",)]
    assert not matching.certificate.optimal
    few = match(strangers, [payment("b", 2, "", 5_000)])
    assert [group.invoices for group in few.groups] == [("x", "r")]


def tables(rows: Planted) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    return [invoice_cells(row) for row in rows.invoices], [payment_cells(row) for row in rows.payments]
