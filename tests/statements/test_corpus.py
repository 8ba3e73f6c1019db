"""Real statements give every row, every direction and every sum."""

from collections import Counter
from decimal import Decimal

import pytest

from parsers.statements import read_statement
from reimburse.domain.statement import Direction, Nature, Statement
from tests.statements.corpus import CORPUS, STATEMENTS, needs_corpus, truth
from tests.statements.shipped import PROFILES

pytestmark = needs_corpus


def read(name: str) -> Statement:
    (statement,) = read_statement(name, (STATEMENTS / name).read_bytes(), PROFILES)
    return statement


@pytest.mark.parametrize("name", sorted(truth()))
def test_every_row_and_sum(name: str) -> None:
    expected, found = truth()[name], read(name)
    counts = Counter(row.direction for row in found.rows)
    assert len(found.rows) == expected["rows"]
    assert {way: counts[Direction(way)] for way in expected["n"]} == expected["n"]
    assert {way: found.total(Direction(way)) for way in expected["sums"]} == {
        way: Decimal(amount) for way, amount in expected["sums"].items()
    }
    assert found.skipped == ()


@pytest.mark.parametrize("name", sorted(name for name, told in truth().items() if "header_line" in told))
def test_rows_are_counted_from_the_file_s_first_line(name: str) -> None:
    assert read(name).rows[0].row == truth()[name]["header_line"] + 1


@pytest.mark.parametrize(("nature", "key"), [(Nature.REFUND, "refund_rows"), (Nature.CLOSED, "closed_rows")])
def test_refunds_and_closed_orders_are_told_apart(nature: Nature, key: str) -> None:
    name = "alipay_app_2023_gbk.csv"
    assert sum(row.nature is nature for row in read(name).rows) == truth()[name][key]


def test_fees_stand_in_the_remark() -> None:
    name = "wechat_2019_utf8.csv"
    assert sum(row.fee for row in read(name).rows if row.fee) == Decimal(truth()[name]["fees_in_remark"])


def test_the_electronic_statement_of_the_ministry() -> None:
    (found,) = read_statement("b", (CORPUS / "xbrl" / "bkrs_bank_statement.xml").read_bytes(), PROFILES)
    assert [(row.direction.value, f"{row.amount}") for row in found.rows] == [("out", "15177.33"), ("in", "156.22")]
