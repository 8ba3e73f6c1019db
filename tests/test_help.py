"""Help finds what a person asks for."""

import pytest
from flask import Flask

from tests.test_people import signed_in


@pytest.mark.parametrize(
    ("words", "shown", "hidden"),
    [
        ("", "R-72", "没有找到"),
        ("R-72", "R-72", "R-73"),
        ("HEIC", "怎样上传发票", "R-72"),
        ("zzzz", "没有找到", "R-72"),
    ],
)
def test_help_is_searched(app: Flask, company: dict[str, int], words: str, shown: str, hidden: str) -> None:
    page = signed_in(app, "lin").get("/help", query_string={"q": words}).text
    assert shown in page
    assert hidden not in page


def test_every_rule_has_a_page(app: Flask, company: dict[str, int]) -> None:
    client = signed_in(app, "lin")
    page = client.get("/help").text
    codes = [part.partition('"')[0] for part in page.split('href="/help/rules/')[1:]]
    assert len(codes) > 100
    assert {code: client.get(f"/help/rules/{code}").status_code for code in codes} == dict.fromkeys(codes, 200)
    assert client.get("/help/rules/R-999").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_rules_page_says_what_why_how_to_fix_and_an_example(
    app: Flask, company: dict[str, int], language: str
) -> None:
    client = signed_in(app, "lin")
    with client.session_transaction() as session:
        session["language"] = language
    page = client.get("/help/rules/R-38").text
    words = {
        "zh": ("要求什么", "为什么", "怎样改", "例子", "红字的金额", '允许部分红冲</dt><dd class="col-sm-9">否', "红冲后重开发票"),
        "en": ("What it asks", "Why", "How to fix it", "An example", "negated", 'admitted</dt><dd class="col-sm-9">no', "Ask the seller"),
    }  # fmt: skip
    assert [word for word in words[language] if word not in page] == []
    assert "False" not in page
    assert "R-01" in client.get("/help/rules/R-06").text
