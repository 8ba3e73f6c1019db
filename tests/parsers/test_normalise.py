"""Texts as printed turned into values."""

import doctest

import pytest

from parsers import normalise
from parsers.normalise import amount, clock_time, compact, digits, folded, iso_date, printed, quantity, tax_id, tax_rate


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(normalise).failed == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("¥600.00", "600.00"),
        ("¥ 480.00", "480.00"),
        ("￥1,234,567.8", "1234567.80"),
        ("−943.40", "-943.40"),
        ("－90.87", "-90.87"),
        ("¥-90.87", "-90.87"),
        ("CNY 477.06", "477.06"),
        ("14.00元", "14.00"),
        ("１２．５０", "12.50"),
        (".5", "0.50"),
        ("0.120000", "0.12"),
        ("57", "57.00"),
        ("***", None),
        ("", None),
        (None, None),
        ("1,23", None),
        ("12,345,67.00", None),
        ("1.2.3", None),
        ("--5", None),
        ("-¥-5", None),
        ("188.679", None),
        ("9" * 40, None),
        ("9" * 40 + ".00", None),
        ("6%", None),
        ("壹", None),
    ],
)
def test_an_amount_reads_as_printed_or_not_at_all(text, value):
    assert amount(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("36.1188271604938", "36.1188271604938"),
        ("1.00", "1.00"),
        ("-1", "-1"),
        ("1E5", None),
        ("9" * 70, None),
        ("一", None),
    ],
)
def test_a_quantity_is_not_rounded(text, value):
    assert quantity(text) == value


@pytest.mark.parametrize(
    ("text", "rate", "treatment"),
    [
        ("13%", "0.13", None),
        ("1.50%", "0.015", None),
        ("3", "0.03", None),
        ("0.03", "0.03", None),
        ("免税", None, "exempt"),
        ("不 征 税", None, "not_taxed"),
        ("0", None, "zero_rated"),
        ("***", None, None),
        ("6%%", None, None),
    ],
)
def test_a_rate_is_a_fraction_or_a_treatment(text, rate, treatment):
    assert tax_rate(text) == (rate, treatment)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025年09月26日", "2025-09-26"),
        ("2019 年 11 月 18 日", "2019-11-18"),
        ("2019 05 08", "2019-05-08"),
        ("2025-12-29", "2025-12-29"),
        ("2025/1/5", "2025-01-05"),
        ("20180323", "2018-03-23"),
        ("20180323101112", "2018-03-23"),
        ("2026-07-02T10:11:12+08:00", "2026-07-02"),
        ("2026年7月2日 09:30开", "2026-07-02"),
        ("2025-02-30", None),
        ("18990101", None),
        ("2025-01/02", None),
        ("25992000", None),
        ("", None),
    ],
)
def test_a_date_reads_from_each_way_it_is_printed(text, value):
    assert iso_date(text) == value


def test_times_tax_ids_and_digits():
    assert clock_time("2026年03月01日09:05开") == "09:05"
    assert tax_id(" 91990000ma0dem0011 ") == "91990000MA0DEM0011"
    assert tax_id("110101200200123") == "110101200200123"
    assert tax_id("<>/9+0313+-33/2<*8>") is None
    assert digits("35350 76157 20963 91637", 20) == "35350761572096391637"
    assert digits("１２３", 3) == "123"
    assert digits("12三", 3) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("电⼦发票", "电子发票"),
        ("⻋票", "车票"),
        ("名\u3000\u3000称：", "名称:"),
        ("价 税 合 计（大写）", "价税合计(大写)"),
    ],
)
def test_labels_fold_to_one_spelling(text, wanted):
    assert compact(text) == wanted


def test_printed_text_keeps_its_brackets_and_lines():
    assert printed("示例（样本）有限公司") == "示例（样本）有限公司"
    assert printed("⼀\n⼆") == "一\n二"
    assert printed(" \u3000 ") is None
    assert folded("a \u00a0 b\nc") == "a b\nc"
