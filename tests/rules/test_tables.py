"""Runs every case of every rule table; the tables are the rules' specification."""

from collections import defaultdict
from typing import Any

import pytest

from reimburse.domain.finding import Finding, Severity
from reimburse.domain.finding_json import finding_to_json
from rules.catalogue import BY_CODE, RULES
from tests.rules.claims import answer_to, tables

CASES = tables()


@pytest.mark.parametrize(("rule", "case"), [pytest.param(r, c, id=f"{r}: {c['name']}") for r, _, c in CASES])
def test_case(rule: str, case: dict[str, Any]) -> None:
    answer = answer_to(case)
    hits = [finding_to_json(finding) for finding in answer.findings if finding.rule == rule]
    assert len(hits) == len(case.get("finds", [])), [(f.rule, f.message.zh) for f in answer.findings]
    for wanted, hit in zip(case.get("finds", []), hits, strict=True):
        assert subset(wanted, hit) == wanted
    if "codes" in case:
        assert [finding.rule for finding in answer.findings] == case["codes"]
    if "verdict" in case:
        assert answer.verdict.value == case["verdict"]
    if "could_not_run" in case:
        assert list(dict(answer.coverage.could_not_run).get(rule, ())) == case["could_not_run"]
    if case.get("not_applicable"):
        assert rule in dict(answer.coverage.not_applicable)
    elif case.get("finds") or case.get("ran"):
        assert rule in answer.coverage.ran
    assert not [finding for finding in answer.findings if not complete(finding)]


def subset(wanted: dict[str, Any], hit: dict[str, Any]) -> dict[str, Any]:
    """The hit's values under the keys that a case states; texts of messages and clauses are looked for inside."""
    shown: dict[str, Any] = {}
    for key, value in wanted.items():
        if key in {"zh", "en"}:
            shown[key] = value if value in hit["message"][key] else hit["message"][key]
        elif key == "clause":
            shown[key] = value if set(value.split()) <= set(hit["clause"].split()) else hit["clause"]
        elif key == "remedies":
            shown[key] = [f"{item['action']} {item['what']}" for item in hit["remedies"]]
        else:
            shown[key] = hit[key]
    return shown


def complete(finding: Finding) -> bool:
    """Whether a finding says what was expected, found and what to do, in both languages."""
    texts = (finding.message.zh, finding.message.en, finding.expected, finding.found, finding.clause)
    mended = bool(finding.remedies) or finding.severity is Severity.INFO
    return all(texts) and mended and all(remedy.zh and remedy.en and remedy.what for remedy in finding.remedies)


def test_every_rule_has_a_case_that_passes_and_one_that_hits() -> None:
    hits, passes = defaultdict(int), defaultdict(int)
    for rule, _, case in CASES:
        (hits if case.get("finds") else passes)[rule] += 1
    judged = [rule.code for rule in RULES if rule.judge]
    assert [code for code in judged if not hits[code]] == []
    assert [code for code in judged if not passes[code]] == []


def test_tables_name_known_rules() -> None:
    assert [(rule, file) for rule, file, _ in CASES if rule not in BY_CODE] == []
    assert [file for rule, file, _ in CASES if not file.startswith(rule)] == []


def test_every_row_of_the_catalogue_ends_as_something() -> None:
    codes = [f"R-{number:02d}" for number in range(1, 125)] + [f"X-{number:02d}" for number in range(1, 19)]
    assert [code for code in codes if code not in BY_CODE] == []
    assert [rule.code for rule in RULES if not (rule.judge or rule.told_by or rule.why)] == []
    coverage = answer_to({}).coverage
    covered = {*coverage.ran, *dict(coverage.not_applicable), *dict(coverage.could_not_run)}
    assert covered == set(BY_CODE)


def test_the_base_claim_passes() -> None:
    answer = answer_to({})
    assert (answer.verdict.value, answer.findings) == ("pass", ())
