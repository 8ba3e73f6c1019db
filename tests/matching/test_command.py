"""``reimburse match``: two tables in, groups out; what is wrong with a table is told by line and column."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reimburse.cli import main
from tests.matching.checker import problems
from tests.matching.tables import tied

INVOICES = """id,issue_date,seller_name,total_incl_tax,number
i1,2026-03-01,样例书店有限公司,100.00,26990001
i2,2026-03-02,样例书店有限公司,200.00,26990002
i3,2026-03-03,示例科技（北京）有限公司,300.00,26990003
"""
PAYMENTS = """id,paid_on,payee,amount,memo
p1,2026-03-03,财付通-样例书店,300.00,
p2,2026-03-05,示例科技(北京)有限公司,299.50,
p3,2026-03-05,,0.50,手续费
p4,2026-03-06,王小明,10.00,午餐
"""


def run(folder: Path, invoices: str | bytes, payments: str | bytes, *options: str) -> Result:
    for name, table in (("i.csv", invoices), ("p.csv", payments)):
        (folder / name).write_bytes(table.encode() if isinstance(table, str) else table)
    files = ["--invoices", str(folder / "i.csv"), "--payments", str(folder / "p.csv")]
    return CliRunner().invoke(main, ["match", *files, *options])


def cells(table: str) -> list[dict[str, str]]:
    heading, *rows = table.splitlines()
    return [dict(zip(heading.split(","), row.split(","), strict=True)) for row in rows]


def test_the_answer_as_json(tmp_path: Path) -> None:
    result = run(tmp_path, INVOICES, PAYMENTS, "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [(group["invoices"], group["payments"], group["unique"]) for group in answer["groups"]] == [
        (["i1", "i2"], ["p1"], True),
        (["i3"], ["p2", "p3"], True),
    ]
    assert answer["unmatched_invoices"] == []
    assert answer["unmatched_payments"] == ["p4"]
    assert answer["certificate"] == {"matched_amount": "600.00", "groups": 2, "optimal": True}
    assert answer["groups"][1]["evidence"] == [
        {"fact": "amount_equal", "value": "300.00"},
        {"fact": "date_gap", "value": "2"},
        {"fact": "payee_same", "value": "示例科技(北京)有限公司"},
    ]
    assert problems(answer, cells(INVOICES), cells(PAYMENTS), tied) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_each_encoding_gives_the_same_bytes(tmp_path: Path, encoding: str) -> None:
    result = run(tmp_path, INVOICES.encode(encoding), PAYMENTS.encode(encoding), "--json")
    assert result.stdout_bytes == run(tmp_path, INVOICES, PAYMENTS, "--json").stdout_bytes


def test_a_table_for_people(tmp_path: Path) -> None:
    shown = run(tmp_path, INVOICES, PAYMENTS).stdout
    for words in (
        "2 组，匹配金额 600.00 元（已证明最优）",
        "金额一致 300.00",
        "相差 2 天",
        "没有付款的发票：无",
        "1 笔，合计 10.00 元",
    ):
        assert words in shown


def test_columns_in_another_order_more_of_them_and_no_number(tmp_path: Path) -> None:
    invoices = "备注,Total_Incl_Tax,id,seller_name, issue_date\nx,¥100.00,i1,样例书店,2026/3/1\n\n"
    payments = 'amount,id,payee,memo,paid_on\n"100.00",p1,样例书店,"两行\n附言",20260302\n'
    answer = json.loads(run(tmp_path, invoices, payments, "--json").stdout)
    assert [group["payments"] for group in answer["groups"]] == [["p1"]]


@pytest.mark.parametrize(
    ("invoices", "payments", "told"),
    [
        pytest.param("id,seller_name\n", PAYMENTS, ["i.csv", "第 1 行", "issue_date,total_incl_tax"], id="columns missing"),
        pytest.param("", PAYMENTS, ["i.csv", "第 1 行缺少列"], id="empty file"),
        pytest.param(INVOICES, PAYMENTS.replace("10.00,午餐", "10.005,午餐"), ["p.csv", "第 5 行", "amount", "10.005"], id="half a cent"),
        pytest.param(INVOICES, PAYMENTS.replace("10.00,午餐", "NaN,午餐"), ["p.csv", "line 5", "column amount", "NaN"], id="no amount"),
        pytest.param(INVOICES.replace("2026-03-02", "2026-02-30"), PAYMENTS, ["i.csv", "第 3 行", "issue_date", "2026-02-30"], id="no day"),
        pytest.param(INVOICES.replace("2026-03-02", ""), PAYMENTS, ["第 3 行", "issue_date", "为空"], id="empty day"),
        pytest.param(INVOICES.replace("i2", "i1"), PAYMENTS, ["第 3 行", "列 id", "line 2"], id="the same id twice"),
        pytest.param(INVOICES + "i9,2026-03-01,x,1.00,2,3,4\n", PAYMENTS, ["第 5 行", "7 个单元格"], id="too many cells"),
        pytest.param(INVOICES + 'i9,"2026', PAYMENTS, ["i.csv", "不是 CSV"], id="an open quotation mark"),
        pytest.param(INVOICES, b"id,paid_on,payee,amount,memo\np1,2026-03-01,\xff\xff,1.00,\n", ["p.csv", "UTF-8"], id="no text"),
    ],
)  # fmt: skip
def test_bad_tables_are_wrong_usage(tmp_path: Path, invoices: str, payments: str | bytes, told: list[str]) -> None:
    result = run(tmp_path, invoices, payments, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    for words in told:
        assert words in result.stderr


def test_all_broken_cells_are_told_at_once(tmp_path: Path) -> None:
    table = "id,paid_on,payee,amount,memo\np1,x,,y,\np2,2026-03-01,,z,\n"
    assert len(run(tmp_path, INVOICES, table).stderr.splitlines()) == 3


def test_a_missing_file_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["match", "--invoices", "none.csv", "--payments", "none.csv"]).exit_code == 2
