"""The page of a bank's result counts every row of the file: those read, and those that could not be."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from lxml import html

from reimburse.settings import Settings
from tests.builders import plain_policy
from tests.test_payouts import imported, ordered


@pytest.fixture(autouse=True)
def _policy(settings: Settings) -> None:
    plain_policy(settings)


def test_rows_in_all_are_those_read_and_those_that_could_not_be(
    company: dict[str, int], sign_in: Callable[[str], FlaskClient]
) -> None:
    (attempt,) = ordered(company, "10.00")
    good = f"{attempt.reference},,10.00,成功,,,"
    result = imported(good, "NO-SUCH,,10.00,成功,,,", f"{attempt.reference},,十元,成功,,,", "A-1,,9.00,处理中,,,")
    page = html.fromstring(sign_in("sun").get(f"/payouts/results/{result.id}").text)
    titles = [one.text_content().strip() for one in page.find_class("datagrid-title")]
    numbers = [one.text_content().strip() for one in page.find_class("datagrid-content")]
    told = dict(zip(titles, numbers, strict=True))
    assert [told[name] for name in ("总行数", "读出", "无法识别", "已付", "失败")] == ["4", "3", "1", "1", "0"]
    assert len(page.xpath("//table/tbody/tr")) == 3
