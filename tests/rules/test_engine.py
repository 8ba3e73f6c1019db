"""The engine: the same facts give the same bytes, whatever the order; severities by policy; crashes are seen."""

import json
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reimburse.domain.finding import CheckAnswer, Severity
from reimburse.domain.finding_json import answer_from_json, answer_to_json
from rules import engine
from rules.catalogue import BY_CODE
from rules.claim_json import BadClaim, decode, facts_of
from rules.facts import Facts
from rules.policy import Cap
from rules.rule import rule
from tests.rules.claims import answer_to, claim_of, facts_for, policy_of, tables

CASES = [case for _, _, case in tables()]
BUSY: dict[str, Any] = {
    "lines": [
        {"amount": "4990.00", "category": "taxi"},
        {"id": "l2", "amount": "4990.00", "category": "gift", "invoice_ids": ["i2"]},
        {"id": "l10", "amount": "9000.00", "category": "yacht", "invoice_ids": ["i1", "i3"]},
    ],
    "invoices": [
        {"buyer": {"name": "示例云帆科学有限公司"}},
        {"id": "i2", "number": "26992000000000000002"},
        {"id": "i3", "number": "26992000000000000003", "issue_date": "2025-12-31", "verification": "null"},
    ],
    "attachments": [{"id": "a1", "kind": "contract"}, {"id": "a2", "kind": "order", "line_id": "l2"}],
    "registry": [
        {"number": "26992000000000000001", "claim_no": "BX-2025-0900", "employee_id": "e2"},
        {"number": "26992000000000000001", "claim_no": "BX-2025-0100", "employee_id": "e3"},
    ],
    "payments": [{"payee": "别家贸易有限公司", "amount": "1060.00"}, {"payee": "甲", "amount": "1060.00"}],
}


def text(answer: CheckAnswer) -> str:
    return json.dumps(answer_to_json(answer), ensure_ascii=False)


def judged(claim: dict[str, Any]) -> str:
    claim_file = decode(json.dumps(claim).encode())
    day = claim_file.claim.submitted_on
    return text(engine.check(facts_of(claim_file, policy_of({}, day), day)))


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_lists_does_not_matter(shuffler: random.Random) -> None:
    claim = claim_of(BUSY)
    expected = judged(claim)
    for value in claim.values():
        if isinstance(value, list):
            shuffler.shuffle(value)
    shuffled = dict(shuffler.sample(list(claim.items()), len(claim)))
    assert judged(shuffled) == expected


def test_the_same_facts_give_the_same_bytes() -> None:
    facts = facts_for(BUSY)
    assert text(engine.check(facts)) == text(engine.check(facts)) == judged(claim_of(BUSY))


def test_an_answer_survives_its_json() -> None:
    answer = answer_to(BUSY)
    assert answer_from_json(json.loads(text(answer))) == answer


def test_findings_stand_gravest_first_then_by_code() -> None:
    findings = answer_to(BUSY).findings
    keys = [(finding.severity.rank, BY_CODE[finding.rule].order) for finding in findings]
    assert keys == sorted(keys)
    assert len(keys) > 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_row_is_covered_and_findings_ran(case: dict[str, Any]) -> None:
    answer = answer_to(case)
    covered = {*answer.coverage.ran, *dict(answer.coverage.not_applicable), *dict(answer.coverage.could_not_run)}
    assert covered == set(BY_CODE)
    assert {finding.rule for finding in answer.findings} <= set(answer.coverage.ran)
    assert not set(answer.coverage.ran) & set(dict(answer.coverage.not_applicable))


def test_a_claim_of_three_lists_leaves_the_rest_unknown() -> None:
    lists = ["attachments", "approvals", "requests", "payments", "refunds", "rates", "trips", "orders"]
    case = {"absent": [*lists, "goods_receipts", "suppliers", "registry"]}
    answer = answer_to(case)
    unknown = dict(answer.coverage.could_not_run)
    assert unknown["X-03"] == ("registry",)
    assert unknown["X-13"] == ("payments",)
    assert unknown["R-29"] == ("payments", "goods_receipts")
    assert answer.findings == ()


def test_unknown_titles_are_those_of_the_policy() -> None:
    assert "R-01" in answer_to({}).coverage.ran


@pytest.mark.parametrize(
    ("override", "severity"),
    [
        ({"rule": "R-86", "severity": "warn"}, "warn"),
        ({"rule": "R-86", "severity": "warn", "category": "taxi"}, "warn"),
        ({"rule": "R-86", "severity": "warn", "category": "gift"}, "return"),
        ({"rule": "R-86", "severity": "block", "department": "研发"}, "block"),
        ({"rule": "R-86", "severity": "block", "department": "市场"}, "return"),
        ({"rule": "R-86", "severity": "info", "grade": "P5", "legal_entity": "示例云帆科技有限公司"}, "info"),
        ({"rule": "R-87", "severity": "info"}, "return"),
    ],
)
def test_a_severity_may_be_overridden(override: dict[str, str], severity: str) -> None:
    case = {"line": {"category": "taxi"}, "claim": {"legal_entity": "示例云帆科技有限公司"}, "override": [override]}
    (finding,) = answer_to(case).findings
    assert finding.severity.value == severity


@pytest.mark.parametrize(("category", "severity"), [("office_supplies", "approval"), ("gift", "warn")])
def test_an_invoice_takes_the_override_of_its_lines_category(category: str, severity: str) -> None:
    case = {"payments": [], "override": [{"rule": "X-13", "severity": "approval", "category": category}]}
    (finding,) = answer_to(case).findings
    assert (finding.rule, finding.severity.value) == ("X-13", severity)


@pytest.mark.parametrize(("grades", "hit"), [(("P5",), True), (("P6",), False), ((), True)])
def test_a_cap_may_hold_for_some_grades(grades: tuple[str, ...], hit: bool) -> None:
    facts = facts_for({})
    cap = Cap("office_supplies", Decimal("1059.99"), "line", grades=grades)
    capped = replace(facts, policy=msgspec.structs.replace(facts.policy, caps=(cap,)), memo={})
    assert ("X-06" in [finding.rule for finding in engine.check(capped).findings]) is hit


def test_the_last_override_that_holds_wins() -> None:
    overrides = [{"rule": "R-86", "severity": "warn"}, {"rule": "R-86", "severity": "block", "category": "taxi"}]
    (finding,) = answer_to({"line": {"category": "taxi"}, "override": overrides}).findings
    assert finding.severity is Severity.BLOCK


def test_a_rule_that_crashes_fails_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    @rule("R-01", Severity.RETURN, "坏", "broken", clause="X")
    def broken(facts: Facts) -> Any:
        raise ZeroDivisionError
        yield

    monkeypatch.setattr(engine, "JUDGED", (broken, *engine.JUDGED[1:]))
    with pytest.raises(ZeroDivisionError):
        answer_to({})


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list) and value:
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index))]
    return [path]


@pytest.mark.parametrize("value", [None, "", [], {}, 0, "0001-01-01", "9999-12-31", "-999999999999999.99", "个人"])
def test_any_field_may_be_anything_and_ends_in_an_answer_or_its_path(value: Any) -> None:
    for path in leaves(claim_of(BUSY)):
        claim = place = claim_of(BUSY)
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        said = outcome(claim)
        assert said.startswith("{") or ": " in said
        assert '"expected": ""' not in said
        assert '"found": ""' not in said


def outcome(claim: dict[str, Any]) -> str:
    try:
        return judged(claim)
    except BadClaim as error:
        return str(error)
