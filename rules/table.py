"""The rule table, generated from the rules themselves: for the command, the README and the help page."""

import inspect
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from reimburse.domain.finding import Finding, Remedy, Subject, Text
from rules.catalogue import BY_CODE, RULES
from rules.parameters import as_json, descriptions
from rules.policy import Policy, Scope
from rules.rule import Rule

HEAD = "| Code | Rule | Clause | Severity | Ends as | Tests | Parameters |\n|---|---|---|---|---|---|---|\n"
Tests = Mapping[str, int]
"""How many cases stand in the table of each rule, by its code."""


def rows(policy: Policy, tests: Tests | None = None) -> list[dict[str, Any]]:
    """Every row of the catalogue with the values of its parameters in this version of the policy.

    ``tests`` counts its cases: those of its own table, or of the rules that report it; None where nobody counted.
    """
    described = dict(descriptions())
    return [
        {
            "code": rule.code,
            "title": rule.title.zh,
            "title_en": rule.title.en,
            "clause": rule.clause,
            "severity": severity(rule, policy),
            "resolver": rule.resolver.value,
            "ends_as": ends_as(rule),
            "explanation": explained(rule).en,
            "explanation_zh": explained(rule).zh,
            "inputs": list(rule.needs),
            "tests": None if tests is None else sum(tests.get(code, 0) for code in (rule.code, *rule.told_by)),
            "parameters": [
                {
                    "name": name,
                    "value": as_json(getattr(policy.parameters, name)),
                    "unit": described[name].unit,
                    "zh": described[name].zh,
                    "en": described[name].en,
                }
                for name in rule.uses
            ],
        }
        for rule in RULES
    ]


def explained(rule: Rule) -> Text:
    """What a rule asks, or what carries its row, in both languages.

    >>> from rules.catalogue import BY_CODE
    >>> explained(BY_CODE["R-94"]).zh, explained(BY_CODE["R-27"]).en
    ('报销人承诺没有重复报销。', 'both are judged by the same rules: nothing to return')
    """
    if rule.judge:
        en, _, zh = inspect.cleandoc(rule.judge.__doc__ or "").partition("\n\n")
        return Text(zh or rule.title.zh, en)
    zh, _, en = (rule.why or f"{rule.title.zh} / {rule.title.en}").partition(" / ")
    return Text(zh, en or zh)


@cache
def examples() -> dict[str, Finding]:
    """By code, what a rule says of a claim that breaks it."""
    data = json.loads((Path(__file__).parent / "examples.json").read_text("utf-8"))
    return {code: _example(code, said) for code, said in data.items()}


def example_of(rule: Rule) -> Finding | None:
    """The example of a rule, or of the first that reports its fact."""
    return next((examples()[code] for code in (rule.code, *rule.told_by) if code in examples()), None)


def _example(code: str, said: dict[str, Any]) -> Finding:
    rule = BY_CODE[code]
    remedies = tuple(Remedy(**remedy) for remedy in said["remedies"])
    message, subject = Text(**said["message"]), Subject("claim", "")
    return Finding(
        code,
        rule.title,
        rule.severity,
        subject,
        message,
        said["expected"],
        said["found"],
        rule.clause,
        rule.resolver,
        remedies,
    )


def severity(rule: Rule, policy: Policy) -> str:
    """The severity for the whole company: the rule's own, unless the policy overrides it for everyone."""
    return policy.severity_of(rule.code, rule.severity, Scope(), None).value


def ends_as(rule: Rule) -> str:
    """Whether the row is a rule, is told by another one, or is carried elsewhere.

    >>> from rules.catalogue import BY_CODE
    >>> ends_as(BY_CODE["R-72"]), ends_as(BY_CODE["R-54"])
    ('rule', 'told by R-60, R-61')
    """
    if rule.told_by:
        return f"told by {', '.join(rule.told_by)}"
    return "elsewhere" if rule.why else "rule"


def markdown(policy: Policy, tests: Tests) -> str:
    """The table in Markdown, for the README."""
    lines = []
    for row in rows(policy, tests):
        parameters = ", ".join(f"`{item['name']}` = {item['value']} {item['unit']}" for item in row["parameters"])
        text = f"{row['title']} · {row['title_en']}".replace("|", "\\|")
        ends = row["ends_as"] if row["ends_as"] != "elsewhere" else BY_CODE[row["code"]].why.replace("|", "\\|")
        cells = (row["code"], text, row["clause"], row["severity"], ends, row["tests"] or "", parameters)
        lines.append(f"| {' | '.join(map(str, cells))} |\n")
    return HEAD + "".join(lines)
