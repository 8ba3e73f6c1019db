"""The rule table, generated from the rules themselves: for the command, the README and the help page."""

from collections.abc import Mapping
from typing import Any

from rules.catalogue import RULES
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
            "explanation": (rule.judge.__doc__ or "").strip() if rule.judge else rule.why,
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
        ends = row["ends_as"] if row["ends_as"] != "elsewhere" else row["explanation"].replace("|", "\\|")
        cells = (row["code"], text, row["clause"], row["severity"], ends, row["tests"] or "", parameters)
        lines.append(f"| {' | '.join(map(str, cells))} |\n")
    return HEAD + "".join(lines)
