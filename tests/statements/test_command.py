"""``reimburse statement``: every row, then each file's sums; what could not be read is told, and the exit status says so."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reimburse.cli import main
from tests.statements.test_archives import PASSWORD, locked
from tests.statements.test_layouts import CASES, content

ROW = [
    "file", "profile", "row", "id", "paid_on", "paid_at", "direction", "amount", "currency", "payee", "payee_account", "memo",
    "status", "fee",
]  # fmt: skip
SUMMARY = ["file", "rows", "in", "out", "skipped"]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["statement", *map(str, words)])


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def saved(folder: Path, name: str) -> Path:
    path = folder / f"{name}.dat"
    path.write_bytes(content(CASES[name]))
    return path


def test_every_row_then_the_sums_of_each_file(tmp_path: Path) -> None:
    paths = [saved(tmp_path, name) for name in ("wechat_csv", "boc_company", "icbc_credit")]
    result = run("--json", *paths)
    assert result.exit_code == 0
    told = lines(result)
    rows = [line for line in told if "profile" in line]
    sums = [line for line in told if "profile" not in line]
    assert all(list(row) == ROW for row in rows)
    assert all(list(line) == SUMMARY for line in sums)
    assert [line["file"] for line in sums] == [str(path) for path in paths]
    assert [(line["rows"], line["in"], line["out"]) for line in sums] == [
        (4, "30.00", "1128.16"),
        (4, "275.10", "55.00"),
        (3, "4621.01", "72.11"),
    ]
    for line in sums:
        for way in ("in", "out"):
            amounts = [Decimal(row["amount"]) for row in rows if (row["file"], row["direction"]) == (line["file"], way)]
            assert Decimal(line[way]) == sum(amounts)


def test_a_row_as_programs_get_it(tmp_path: Path) -> None:
    path = saved(tmp_path, "wechat_csv")
    assert lines(run("--json", path))[3] == {
        "file": str(path),
        "profile": "wechat",
        "row": 22,
        "id": "420000004",
        "paid_on": "2026-03-23",
        "paid_at": "2026-03-23T12:45:27+08:00",
        "direction": "neutral",
        "amount": "100.10",
        "currency": "CNY",
        "payee": "示例银行()",
        "payee_account": None,
        "memo": "服务费¥0.10",
        "status": "提现已到账",
        "fee": "0.10",
    }


def test_rows_left_out_are_listed_and_the_rest_is_read(tmp_path: Path) -> None:
    result = run("--json", saved(tmp_path, "broken_rows"))
    *rows, summary = lines(result)
    assert result.exit_code == 0
    assert [row["row"] for row in rows] == [2, 8]
    assert [left["row"] for left in summary["skipped"]] == [3, 4, 5, 6, 7, 9, 10, 11]
    assert summary["skipped"][0]["why"] == "日期无法识别：2026-13-45 / not a date: 2026-13-45"


def test_several_currencies_are_told_apart_beside_the_sums(tmp_path: Path) -> None:
    *_, summary = lines(run("--json", saved(tmp_path, "citic_credit")))
    assert (summary["in"], summary["out"]) == ("1000.00", "1078.00")
    assert summary["by_currency"] == {
        "CNY": {"in": "1000.00", "out": "1058.00"},
        "USD": {"in": "0.00", "out": "20.00"},
    }


def test_a_file_that_is_no_statement_does_not_stop_the_others(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("会议纪要", encoding="utf-8")
    result = run("--json", note, saved(tmp_path, "jd"))
    assert result.exit_code == 3
    first, *rows, last = lines(result)
    assert first["error"]["code"] == "not_a_statement"
    assert "a text without a table of payments" in first["error"]["message"]
    assert (first["rows"], len(rows), last["rows"]) == (0, 4, 4)


def test_for_people_a_table_with_sums_and_what_was_left_out(tmp_path: Path) -> None:
    result = run(saved(tmp_path, "broken_rows"), saved(tmp_path, "icbc_credit"))
    assert result.exit_code == 0
    assert "收入 in 1 笔 1,234.00   支出 out 1 笔 1,000.00   不计 neutral 0 笔 0.00" in result.stdout
    assert "第 4 行：金额无法识别：壹拾元 / row 4: not an amount: 壹拾元" in result.stdout
    assert "文件自述 9.99，明细为 1 笔 4,621.01" in result.stdout


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["--password", PASSWORD], 0, '"rows": 2'),
        (["--password", "000000"], 3, "wrong_password"),
        ([], 3, "password_needed"),
    ],
)
def test_a_locked_bill(tmp_path: Path, words: list[str], status: int, says: str) -> None:
    path = tmp_path / "bill.zip"
    path.write_bytes(locked("bill.xlsx", content(CASES["wechat_xlsx"])))
    result = run("--json", *words, path)
    assert result.exit_code == status
    assert says in result.stdout


@pytest.mark.parametrize("words", [["--profile", "no_such"], ["nowhere.csv"], [], ["."]])
def test_wrong_usage(tmp_path: Path, words: list[str]) -> None:
    result = run(*words, *([saved(tmp_path, "jd")] if "--profile" in words else []))
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_the_profile_asked_for_is_used(tmp_path: Path) -> None:
    path = saved(tmp_path, "citic_company")
    assert run("--profile", "other_two_columns", path).exit_code == 0
    refused = run("--json", "--profile", "jd", path)
    assert (refused.exit_code, lines(refused)[0]["error"]["code"]) == (3, "wrong_profile")


def test_layouts_of_the_data_folder_are_used_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "statements"
    folder.mkdir(parents=True)
    table = tmp_path / "a.csv"
    table.write_text("记帐,进,出\n2026-03-01,,12.50\n", encoding="gb18030")
    layout = 'title = { zh = "社", en = "Co-op" }\nmark = "own"\nkind = "bank"\nkey = ["记帐", "进"]\n'
    columns = '[columns]\nday = ["记帐"]\nin = ["进"]\nout = ["出"]\n'
    (folder / "coop.toml").write_text(layout + columns, encoding="utf-8")
    assert lines(run("--json", "--data", tmp_path / "data", table))[0]["profile"] == "coop"
    (folder / "coop.toml").write_text(layout, encoding="utf-8")
    wrong = run("--data", tmp_path / "data", table)
    assert wrong.exit_code == 2
    assert "coop.toml" in wrong.output
