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
