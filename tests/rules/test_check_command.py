"""``reimburse check`` and ``reimburse rules`` from outside: output, exit status, errors with the field's path."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reimburse.cli import main
from reimburse.settings import data_folder
from rules.catalogue import RULES
from tests.rules.claims import claim_of


def run(claim: Any, *options: str) -> Result:
    data = claim if isinstance(claim, bytes) else json.dumps(claim).encode()
    return CliRunner().invoke(main, ["check", "-", *options], input=data)


@pytest.mark.parametrize(
    ("case", "status", "verdict"),
    [
        ({}, 0, "pass"),
        ({"payments": []}, 0, "warn"),
        ({"claim": {"submitted_on": "2026-01-10"}, "invoice": {"issue_date": "2025-12-31"}, "line": {"occurred_on": "2025-12-31"}}, 0, "approval"),
        ({"invoice": {"buyer": {"name": "示例云帆科技"}}}, 1, "return"),
        ({"claim": {"no_duplicate_pledge": False}}, 1, "block"),
    ],
)  # fmt: skip
def test_the_exit_status_is_the_verdict(case: dict[str, Any], status: int, verdict: str) -> None:
    result = run(claim_of(case), "--json")
    assert (result.exit_code, json.loads(result.stdout)["verdict"]) == (status, verdict)
    assert run(claim_of(case)).exit_code == status


def test_the_answer_has_the_shape_of_the_contract() -> None:
    answer = json.loads(run(claim_of({"invoice": {"buyer": {"name": "示例云帆科技"}}}), "--json").stdout)
    assert set(answer) == {"policy_version", "verdict", "findings", "coverage"}
    (finding,) = answer["findings"]
    keys = {"rule", "title", "severity", "subject", "message", "expected", "found", "clause", "resolver", "remedies"}
    assert set(finding) == keys
    assert set(finding["remedies"][0]) == {"action", "what", "zh", "en"}
    assert set(answer["coverage"]) == {"ran", "not_applicable", "could_not_run"}


def test_the_same_claim_gives_the_same_bytes() -> None:
    claim = claim_of({"line": {"category": "travel_lodging"}})
    assert run(claim, "--json").stdout_bytes == run(claim, "--json").stdout_bytes


def test_a_table_for_people_says_what_to_do() -> None:
    shown = run(claim_of({"invoice": {"buyer": {"name": "示例云帆科技"}}})).stdout
    assert "结论：退回" in shown
    assert "需要做的：" in shown
    assert "请销售方作废或红冲后重开发票" in shown


def broken(path: list[str | int], value: Any) -> dict[str, Any]:
    claim = claim_of({})
    place: Any = claim
    for step in path[:-1]:
        place = place[step]
    if value is KeyError:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return claim


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (["lines", 0, "amount"], "1060.001", "a decimal string of at most two places such as"),
        (["lines", 0, "fx_rate"], "7,1", "a decimal string such as"),
    ],
)
def test_how_an_amount_and_a_rate_are_written_is_told(path: list[str | int], value: str, says: str) -> None:
    assert says in run(broken(path, value), "--json").stderr


@pytest.mark.parametrize(
    ("claim", "path"),
    [
        (broken(["lines", 0, "amount"], 1060.0), "lines[0].amount"),
        (broken(["lines", 0, "amount"], "1060.001"), "lines[0].amount"),
        (broken(["lines", 0, "amount"], "1e3"), "lines[0].amount"),
        (broken(["lines", 0, "amount"], "NaN"), "lines[0].amount"),
        (broken(["lines", 0, "amount"], None), "lines[0].amount"),
        (broken(["lines", 0, "amount"], KeyError), "lines[0].amount"),
        (broken(["lines"], KeyError), "lines"),
        (broken(["invoices"], {}), "invoices"),
        (broken(["claim"], KeyError), "claim"),
        (broken(["claim", "submitted_on"], "2026-02-30"), "claim.submitted_on"),
        (broken(["claim", "submitted_on"], None), "claim.submitted_on"),
        (broken(["claim", "no_duplicate_pledge"], "yes"), "claim.no_duplicate_pledge"),
        (broken(["claim", "employee", "id"], 7), "claim.employee.id"),
        (broken(["invoices", 0, "kind"], "receipt"), "invoices[0].kind"),
        (broken(["invoices", 0, "lines", 0, "tax_rate"], 0.06), "invoices[0].lines[0].tax_rate"),
        (broken(["invoices", 0, "verification"], {"status": "fine"}), "invoices[0].verification.status"),
        (broken(["invoices", 0, "verification"], {"status": "normal", "checked_at": "today"}), "invoices[0].verification.checked_at"),
        (broken(["invoices", 0, "verification"], {"status": "normal", "checked_at": "9999-12-31T23:59:59-12:00"}), "invoices[0].verification.checked_at"),
        (broken(["lines", 0, "invoice_ids"], ["i9"]), "lines[0].invoice_ids[0]"),
        (broken(["lines", 0, "adjustment"], "tip"), "lines[0].adjustment"),
        (broken(["attachments"], [{"id": "a1", "kind": "selfie"}]), "attachments[0].kind"),
        (broken(["lines"], [claim_of({})["lines"][0]] * 2), "lines[0].id"),
        (broken(["attachments"], [{"id": "a1", "kind": "contract", "line_id": "l9"}]), "attachments[0].line_id"),
        (broken(["attachments"], [{"id": "a1", "kind": "contract", "invoice_id": "i9"}]), "attachments[0].invoice_id"),
        (broken(["attachments"], [{"id": "a1", "kind": "contract"}] * 2), "attachments[0].id"),
        (broken(["trips"], [{"id": "t1", "starts_on": "2026-03-01", "ends_on": "2026-03-02"}] * 2), "trips[0].id"),
        (broken(["invoices", 0, "kind"], None), "invoices[0].kind"),
        (broken(["lines", 0, "details"], {"guest_count": 2.5}), "lines[0].details.guest_count"),
        (b"{", "$"),
        (b"[]", "$"),
        (b"", "$"),
        (b'{"claim": {"claim_no": "\xff"}}', "$"),
        (b"[" * 100_000, "$"),
    ],
)  # fmt: skip
def test_a_claim_that_cannot_be_read_is_exit_2_with_the_path(claim: Any, path: str) -> None:
    result = run(claim, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f": {path}: " in result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_file_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["check", "nowhere.json"]).exit_code == 2


def test_a_bom_is_no_obstacle() -> None:
    assert run(b"\xef\xbb\xbf" + json.dumps(claim_of({})).encode(), "--json").exit_code == 0


def test_as_of_is_the_day_of_the_check_and_not_of_the_policy(tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    shutil.copytree(data_folder("config") / "policy", folder)
    with (folder / "policy.toml").open("a", encoding="utf-8") as file:
        file.write('[[version]]\nversion = "late"\neffective_from = 2026-04-01\n')
    claim = claim_of({"refunds": [{"invoice_id": "i1", "refunded_on": "2026-03-06"}]})
    early = json.loads(run(claim, "--json", "--policy", str(folder)).stdout)
    late = json.loads(run(claim, "--json", "--policy", str(folder), "--as-of", "2026-06-01").stdout)
    assert (early["verdict"], late["verdict"]) == ("pass", "return")
    assert early["policy_version"] == late["policy_version"] == "2024.1"


def test_a_bad_policy_is_exit_2(tmp_path: Path) -> None:
    result = run(claim_of({}), "--policy", str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "policy.toml: the file is missing" in result.stderr


def test_the_rule_table_lists_every_row_with_its_parameters() -> None:
    result = CliRunner().invoke(main, ["rules", "--json"])
    table = json.loads(result.stdout)
    assert [row["code"] for row in table] == [rule.code for rule in RULES]
    judged = {rule.code for rule in RULES if rule.judge or rule.told_by}
    assert [row["code"] for row in table if row["code"] in judged and row["tests"] < 2] == []
    by_code = {row["code"]: row for row in table}
    (parameter,) = by_code["R-72"]["parameters"]
    assert (parameter["name"], parameter["value"], parameter["unit"]) == ("claim_within_months", 3, "months")
    assert (by_code["R-72"]["clause"], by_code["R-72"]["severity"]) == ("B-9.3", "return")
    shown = CliRunner().invoke(main, ["rules"], env={"COLUMNS": "80"})
    assert (shown.exit_code, "…" in shown.stdout) == (0, False)
