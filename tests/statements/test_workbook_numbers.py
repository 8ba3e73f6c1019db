"""Ids that a workbook holds as numbers: read while a number can hold them, never made up beyond that."""

import pytest

from parsers.statements import read_statement
from tests.statements.shipped import PROFILES
from tests.statements.test_layouts import CASES, xlsx


@pytest.mark.parametrize(
    ("held", "read"), [(420000001.0, "420000001"), (2.0**53 - 1, "9007199254740991"), (2.024010112345679e19, None)]
)
def test_an_id_kept_as_a_number(held: float, read: str | None) -> None:
    sheets = {name: [list(row) for row in rows] for name, rows in CASES["wechat_xlsx"]["sheets"].items()}
    sheets["Sheet1"][17][8] = held
    (statement,) = read_statement("a.xlsx", xlsx(sheets), PROFILES)
    assert statement.rows[0].id == read
