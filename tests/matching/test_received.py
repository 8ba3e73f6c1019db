"""What arrived, in money: by the paper's own sum, by quantities, or as a whole."""

import doctest
from decimal import Decimal

import pytest

from reimburse.matching import received
from reimburse.matching.received import Arrived, Ordered, worth

ITEMS = [Ordered("*金属制品*螺丝", Decimal(10), Decimal(50)), Ordered("螺母", Decimal(5), Decimal(100))]


def items(**quantities: str) -> Arrived:
    return Arrived(None, tuple((name, Decimal(quantity)) for name, quantity in quantities.items()))


@pytest.mark.parametrize(
    ("papers", "expected"),
    [
        ([items(螺丝="10", 螺母="5")], [113000]),
        ([items(螺丝="10"), items(螺母="5")], [56500, 56500]),
        ([items(螺丝="1"), items(螺丝="9"), items(螺母="5")], [5650, 50850, 56500]),
        ([Arrived(99), Arrived(None)], [99, 113000]),
        ([items(钉子="1")], [None]),
        ([items(螺丝="10", 钉子="1"), Arrived(5)], [None, 5]),
    ],
)
def test_worth(papers: list[Arrived], expected: list[int | None]) -> None:
    assert worth(113000, ITEMS, papers) == expected


def test_thirds_are_rounded_half_up_once() -> None:
    thirds = [Ordered("茶", Decimal(3), Decimal("33.33"))]
    assert worth(10000, thirds, [items(茶="1"), items(茶="2"), items(茶="3")]) == [3333, 6667, 10000]


@pytest.mark.parametrize("item", [Ordered("茶", None, Decimal(5)), Ordered("茶", Decimal(3), None)])
def test_an_order_without_prices_or_quantities_cannot_be_shared_out(item: Ordered) -> None:
    assert worth(10000, [item], [items(茶="1"), Arrived(None)]) == [None, 10000]


def test_the_docstrings_run() -> None:
    assert doctest.testmod(received).failed == 0
