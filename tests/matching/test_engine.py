"""What is and what is not a group, case by case; boundaries in pairs."""

import pytest

from reimburse.matching.answer import Fact, Matching
from reimburse.matching.engine import match
from reimburse.matching.rows import InvoiceRow, PaymentRow, Terms
from tests.matching.tables import invoice, payment

BOOKS, CLOUD = "样例书店有限公司", "示例云帆科技(北京)有限公司"


def drawn(matching: Matching) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(group.invoices, group.payments) for group in matching.groups]


@pytest.mark.parametrize(
    ("one", "other", "matched"),
    [
        pytest.param(invoice("i", 0, BOOKS, 100), payment("p", 90, BOOKS, 100), True, id="ninety days later"),
        pytest.param(invoice("i", 0, BOOKS, 100), payment("p", 91, BOOKS, 100), False, id="ninety-one days later"),
        pytest.param(invoice("i", 90, BOOKS, 100), payment("p", 0, BOOKS, 100), True, id="ninety days before"),
        pytest.param(invoice("i", 0, BOOKS, 100), payment("p", 7, " - ", 100), True, id="blank payee after seven days"),
        pytest.param(invoice("i", 0, BOOKS, 100), payment("p", 8, "", 100), False, id="blank payee after eight days"),
        pytest.param(invoice("i", 0, BOOKS, 100), payment("p", 0, BOOKS, 101), True, id="a cent off"),
        pytest.param(invoice("i", 0, BOOKS, 100), payment("p", 0, BOOKS, 102), False, id="two cents off"),
        pytest.param(invoice("i", 0, BOOKS, 100), payment("p", 0, BOOKS, 98), False, id="two cents less"),
        pytest.param(invoice("i", 0, BOOKS, -100), payment("p", 0, BOOKS, -100), True, id="refund of a red-letter one"),
        pytest.param(invoice("i", 0, BOOKS, 0), payment("p", 0, BOOKS, -1), False, id="refund of a blue-letter one"),
        pytest.param(invoice("i", 0, BOOKS, 100), payment("p", 0, "王小明", 100), False, id="another payee"),
        pytest.param(
            invoice("i", 0, BOOKS, 100, "26990001"), payment("p", 9, "王小明", 100, "垫付26990001"), True, id="number in memo"
        ),
        pytest.param(
            invoice("i", 0, BOOKS, 100, "26990001"), payment("p", 9, "王小明", 100, "126990001"), False, id="longer number"
        ),
        pytest.param(
            invoice("i", 0, BOOKS, 100, "26990001"), payment("p", 91, "王小明", 100, "26990001"), False, id="number, too late"
        ),
    ],
)  # fmt: skip
def test_one_against_one(one: InvoiceRow, other: PaymentRow, matched: bool) -> None:
    assert bool(match([one], [other]).groups) is matched


@pytest.mark.parametrize(
    ("totals", "amounts", "matched"),
    [
        pytest.param([600], [100] * 6, True, id="one against six"),
        pytest.param([700], [100] * 7, False, id="one against seven"),
        pytest.param([100] * 6, [600], True, id="six against one"),
        pytest.param([100] * 7, [700], False, id="seven against one"),
        pytest.param([100, 400], [200, 300], True, id="two against two"),
        pytest.param([100, 250, 400], [150, 270, 330], True, id="three against three"),
        pytest.param([1000, 210, 340, 450], [1100, 900], False, id="four against two"),
        pytest.param([1000, -100], [900], True, id="less what was credited"),
        pytest.param([900], [1000, -100], False, id="a refund with a blue-letter one"),
        pytest.param([-900], [-1000, 100], True, id="a refund less a fee"),
    ],
)
def test_several(totals: list[int], amounts: list[int], matched: bool) -> None:
    invoices = [invoice(f"i{n}", 0, BOOKS, fen) for n, fen in enumerate(totals)]
    payments = [payment(f"p{n}", 3, BOOKS, fen) for n, fen in enumerate(amounts)]
    everything = (tuple(row.id for row in invoices), tuple(row.id for row in payments))
    assert drawn(match(invoices, payments)) == ([everything] if matched else [])


def test_every_invoice_of_a_group_is_tied_to_every_payment() -> None:
    invoices = [invoice("i1", 0, BOOKS, 100), invoice("i2", 0, CLOUD, 400)]
    assert match(invoices, [payment("p1", 0, BOOKS, 200), payment("p2", 0, CLOUD, 300)]).groups == ()


def test_the_window_holds_for_each_pair_of_a_group() -> None:
    invoices = [invoice("i1", 0, BOOKS, 100), invoice("i2", 80, BOOKS, 400)]
    assert drawn(match(invoices, [payment("p", 90, BOOKS, 500)])) == [(("i1", "i2"), ("p",))]
    assert match(invoices, [payment("p", 91, BOOKS, 500)]).groups == ()


def test_the_greatest_amount_wins_before_the_number_of_groups() -> None:
    invoices = [invoice("i1", 0, BOOKS, 300), invoice("i2", 0, BOOKS, 100), invoice("i3", 0, BOOKS, 150)]
    payments = [payment("p1", 0, BOOKS, 100), payment("p2", 0, BOOKS, 200), payment("p3", 0, BOOKS, 150)]
    assert drawn(match(invoices, payments)) == [(("i1",), ("p1", "p2")), (("i3",), ("p3",))]


def test_more_groups_win_where_the_amount_is_the_same() -> None:
    invoices = [invoice("i1", 0, BOOKS, 100), invoice("i2", 0, BOOKS, 200)]
    payments = [payment("p", 0, BOOKS, 300), payment("p1", 9, BOOKS, 100), payment("p2", 9, BOOKS, 200)]
    assert drawn(match(invoices, payments)) == [(("i1",), ("p1",)), (("i2",), ("p2",))]


def test_the_nearest_days_win_then_and_no_other_answer_is_as_good() -> None:
    payments = [payment("late", 9, BOOKS, 100), payment("near", 2, BOOKS, 100)]
    [group] = match([invoice("i", 0, BOOKS, 100)], payments).groups
    assert (group.payments, group.unique) == (("near",), True)


def test_two_equally_good_answers_are_told() -> None:
    payments = [payment("p1", 2, BOOKS, 100), payment("p2", 2, BOOKS, 100)]
    matching = match(
        [invoice("i", 0, BOOKS, 100), invoice("j", 0, CLOUD, 50)], [*payments, payment("p3", 1, CLOUD, 50)]
    )
    assert [(group.invoices, group.unique, group.clear) for group in matching.groups] == [
        (("i",), False, False),
        (("j",), True, True),
    ]
    assert matching.certificate.optimal


def test_a_fee_is_a_row_of_the_group() -> None:
    payments = [payment("p", 1, CLOUD, 99_500), payment("fee", 1, "", 500, "手续费")]
    [group] = match([invoice("i", 0, CLOUD, 100_000)], payments).groups
    assert (group.payments, group.difference_fen) == (("p", "fee"), 0)


def test_evidence_is_what_a_person_can_check() -> None:
    invoices = [invoice("i", 0, CLOUD, 100, "26990001")]
    [group] = match(invoices, [payment("p", 4, "微信支付-示例云帆科技（北京）", 100, "26990001")]).groups
    assert [(evidence.fact, evidence.value) for evidence in group.evidence] == [
        (Fact.AMOUNT_EQUAL, "1.00"),
        (Fact.DATE_GAP, "4"),
        (Fact.PAYEE_SIMILAR, f"微信支付-示例云帆科技（北京） ~ {CLOUD}"),
        (Fact.NUMBER_IN_MEMO, "26990001"),
    ]


def test_sums_that_differ_by_a_cent_are_not_called_equal() -> None:
    [group] = match([invoice("i", 0, BOOKS, 100)], [payment("p", 0, BOOKS, 101)]).groups
    assert group.difference_fen == 1
    assert Fact.AMOUNT_EQUAL not in {evidence.fact for evidence in group.evidence}


def test_a_declared_alias_ties_and_what_was_declared_apart_never_matches() -> None:
    invoices, payments = [invoice("i", 0, BOOKS, 100)], [payment("p", 0, "例江老书铺", 100)]
    alias = frozenset({("例江老书铺", BOOKS)})
    assert match(invoices, payments).groups == ()
    assert drawn(match(invoices, payments, Terms(aliases=alias))) == [(("i",), ("p",))]
    assert match(invoices, payments, Terms(aliases=alias, never=frozenset({("i", "p")}))).groups == ()


def test_declared_apart_holds_in_groups_of_several_too() -> None:
    invoices, payments = [invoice("i", 0, BOOKS, 300)], [payment(f"p{n}", 0, BOOKS, 100) for n in range(4)]
    [group] = match(invoices, payments, Terms(never=frozenset({("i", "p1")}))).groups
    assert group.payments == ("p0", "p2", "p3")


def test_one_side_empty() -> None:
    matching = match([invoice("i", 0, BOOKS, 100)], [])
    assert (matching.groups, matching.unmatched_invoices) == ((), ("i",))
    assert matching.certificate.optimal
