"""Every label is found by the one pattern that looks for all of them."""

import re

import pytest

from parsers.pdf import labels

PRINTED = {
    labels.NUMBER: ("发票号码:", "票据号码", "凭证号码:"),
    labels.CODE: ("发票代码:", "票据代码"),
    labels.DATE: ("开票日期:", "填开日期"),
    labels.CHECK_CODE: ("校验码:",),
    labels.MACHINE: ("机器编号:", "机器号码"),
    labels.NAME: ("名称:", "购买方名称:", "销售方名称:"),
    labels.TAX_ID: ("纳税人识别号:", "统一社会信用代码/纳税人识别号:", "统一社会信用代码:"),
    labels.ADDRESS: ("地址、电话:", "地址电话"),
    labels.BANK: ("开户行及账号:", "开户行及帐号"),
    labels.PAYEE: ("收款人:",),
    labels.REVIEWER: ("复核:", "复核人:"),
    labels.DRAWER: ("开票人:", "开票人"),
    labels.SELLER_SEAL: ("销售方:(章)", "收款单位(盖章)", "开票单位:(章)"),
    labels.IN_WORDS: ("价税合计(大写)", "金额合计(大写):", "合计金额(大写)", "总计(大写)", "合计(大写)"),
    labels.IN_FIGURES: ("(小写)", "(小写):"),
    labels.DOWNLOADS: ("下载次数:",),
}


@pytest.mark.parametrize(("pattern", "text"), [(pattern, text) for pattern, texts in PRINTED.items() for text in texts])
def test_a_label_is_found_by_itself_and_among_all(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.fullmatch(text)
    found = labels.ANY.search(f"某某 {text}某某")
    assert found
    assert found.group() == text


def test_every_label_of_the_one_pattern_is_told_here() -> None:
    assert all(pattern.pattern in labels.ANY.pattern for pattern in PRINTED)
    assert labels.ANY.pattern.count("|") >= sum(pattern.pattern.count("|") + 1 for pattern in PRINTED) - 1


@pytest.mark.parametrize("text", ["电子发票号码:", "数字发票号码", "税额合计12.00", "税合计¥1"])
def test_the_end_of_a_longer_word_is_no_label(text: str) -> None:
    pattern = labels.NUMBER if "号码" in text else labels.TOTALS
    assert bool(pattern.search(text)) is (text == "电子发票号码:")
