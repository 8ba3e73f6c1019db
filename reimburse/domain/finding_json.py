"""The JSON form of a check's answer (CONTRACTS: ``check``), both ways."""

from collections.abc import Mapping
from typing import Any

from reimburse.domain.finding import CheckAnswer, Coverage, Finding, Remedy, Resolver, Severity, Subject, Text, Verdict
from reimburse.domain.invoice_json import Json


def answer_to_json(answer: CheckAnswer) -> Json:
    """The answer of ``check --json``."""
    coverage = answer.coverage
    return {
        "policy_version": answer.policy_version,
        "verdict": answer.verdict.value,
        "findings": [finding_to_json(finding) for finding in answer.findings],
        "coverage": {
            "ran": list(coverage.ran),
            "not_applicable": [{"rule": rule, "why": why} for rule, why in coverage.not_applicable],
            "could_not_run": [{"rule": rule, "missing": list(missing)} for rule, missing in coverage.could_not_run],
        },
    }


def answer_from_json(data: Mapping[str, Any]) -> CheckAnswer:
    """The answer that this JSON states."""
    coverage = data["coverage"]
    return CheckAnswer(
        policy_version=data["policy_version"],
        verdict=Verdict(data["verdict"]),
        findings=tuple(finding_from_json(finding) for finding in data["findings"]),
        coverage=Coverage(
            tuple(coverage["ran"]),
            tuple((item["rule"], item["why"]) for item in coverage["not_applicable"]),
            tuple((item["rule"], tuple(item["missing"])) for item in coverage["could_not_run"]),
        ),
    )


def finding_to_json(finding: Finding) -> Json:
    """One finding. ``title`` is the Chinese one; ``title_en`` stands beside it."""
    return {
        "rule": finding.rule,
        "title": finding.title.zh,
        "title_en": finding.title.en,
        "severity": finding.severity.value,
        "subject": {finding.subject.kind: finding.subject.id},
        "message": {"zh": finding.message.zh, "en": finding.message.en},
        "expected": finding.expected,
        "found": finding.found,
        "clause": finding.clause,
        "resolver": finding.resolver.value,
        "remedies": [
            {"action": remedy.action, "what": remedy.what, "zh": remedy.zh, "en": remedy.en}
            for remedy in finding.remedies
        ],
    }


def finding_from_json(data: Mapping[str, Any]) -> Finding:
    """The finding that this JSON states."""
    kind, identity = next(iter(data["subject"].items()))
    return Finding(
        rule=data["rule"],
        title=Text(data["title"], data.get("title_en", data["title"])),
        severity=Severity(data["severity"]),
        subject=Subject(kind, identity),
        message=Text(data["message"]["zh"], data["message"]["en"]),
        expected=data["expected"],
        found=data["found"],
        clause=data["clause"],
        resolver=Resolver(data["resolver"]),
        remedies=tuple(Remedy(item["action"], item["what"], item["zh"], item["en"]) for item in data["remedies"]),
    )
