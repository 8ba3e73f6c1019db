"""The editor's forms: what was typed becomes a policy, or errors that stand beside their fields."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from reimburse.domain.finding import Severity, Text
from rules.catalogue import RULES
from rules.evidence_rules import RULES as EVIDENCE_RULES
from rules.parameter_text import BadValue, fields, value_of
from rules.parameter_text import field as parameter_field
from rules.parameters import as_json
from rules.policy import Cap, Category, Override, Policy, VagueItems
from rules.policy_diff import company_severities, exceptions
from rules.policy_words import CONDITIONS, PER
from rules.vocabulary import ATTACHMENTS

Form = MultiDict[str, str]
EVIDENCE_CODES = tuple(rule.code for rule in EVIDENCE_RULES)
JUDGING = tuple(rule for rule in RULES if rule.judge)
SWITCHES = {
    "special": Text("特殊支出", "Special spending"),
    "travel": Text("差旅", "Travel"),
    "periodic": Text("有起止日期", "Has a beginning and an end"),
    "billed_ahead": Text("可先开票", "May be billed ahead"),
    "weekdays_only": Text("仅限工作日", "Working days only"),
}


@dataclass(slots=True)
class Errors:
    """What is wrong, by the name of the field; each with file, key and what is allowed."""

    found: dict[str, Text] = field(default_factory=dict)

    def add(self, name: str, file: str, key: str, allowed: Text) -> None:
        """One more field that cannot be taken."""
        place = f"{file} {key}"
        self.found[name] = Text(f"{place}：允许 {allowed.zh}", f"{place}: {allowed.en} allowed")


def parameters(form: Form, policy: Policy, errors: Errors) -> Policy:
    """The policy with the parameters that the form states."""
    values: dict[str, Any] = {}
    for item in fields():
        try:
            values[item.name] = value_of(item, form.getlist(item.name))
        except BadValue as bad:
            errors.add(item.name, "policy.toml", f"parameters.{item.name}", bad.allowed)
    return replace(policy, parameters=replace(policy.parameters, **values))


def severities(form: Form, policy: Policy) -> Policy:
    """The policy with the company-wide severities that the form states; rules that it does not show stay."""
    before = company_severities(policy)
    wanted = dict(before)
    for rule in JUDGING:
        chosen = form.get(f"severity-{rule.code}")
        if chosen in set(Severity):
            wanted[rule.code] = Severity(chosen)
        elif chosen is not None:
            wanted.pop(rule.code, None)
    if wanted == before:
        return policy
    general = tuple(Override(rule=rule.code, severity=wanted[rule.code]) for rule in RULES if rule.code in wanted)
    return replace(policy, override=(*general, *exceptions(policy)))


def add_exception(form: Form, policy: Policy, errors: Errors) -> Policy:
    """The policy with one more exception: a rule's severity or a parameter, for some."""
    conditions: dict[str, Any] = {name: form.get(name, "").strip() or None for name in CONDITIONS}
    if not any(conditions.values()):
        errors.add("conditions", "policy.toml", "override", Text("至少一个适用范围", "one condition at least"))
        return policy
    said = _severity_said(form, errors) if form.get("what") == "severity" else _parameter_said(form, errors)
    return policy if errors.found else replace(policy, override=(*policy.override, Override(**conditions, **said)))


def without_exception(policy: Policy, place: int) -> Policy:
    """The policy without the exception at this place."""
    gone = exceptions(policy)[place : place + 1]
    return replace(policy, override=tuple(item for item in policy.override if item not in gone))


def category(form: Form, policy: Policy, name: str, errors: Errors) -> Policy:
    """The policy with what the form states of one category."""
    for needed in ("zh", "en", "account", "account_name"):
        if not form.get(needed, "").strip():
            errors.add(needed, "categories.toml", f"categories.{name}.{needed}", Text("不能为空", "some text"))
    rule = form.get("evidence_rule", "")
    if rule not in EVIDENCE_CODES:
        codes = "、".join(EVIDENCE_CODES)
        errors.add("evidence_rule", "categories.toml", f"categories.{name}.evidence_rule", Text(codes, codes))
    if errors.found:
        return policy
    stated = {needed: form[needed].strip() for needed in ("zh", "en", "account", "account_name")}
    switches = {switch: form.get(switch) == "yes" for switch in SWITCHES}
    evidence = tuple(kind for kind in ATTACHMENTS if kind in form.getlist("evidence"))
    old: Category = policy.categories[name]
    new = replace(old, **stated, **switches, evidence=evidence, evidence_rule=rule, items=_lines(form, "items"))
    return replace(policy, categories={**policy.categories, name: new})


def items(form: Form, policy: Policy) -> Policy:
    """The policy with the vague items that the form states, one a line."""
    lists = {name: _lines(form, name) for name in VagueItems.__struct_fields__}
    return replace(policy, vague_items=VagueItems(**lists))


def caps(form: Form, policy: Policy, errors: Errors) -> Policy:
    """The policy with the caps and city tiers that the form states; rows without a category are dropped."""
    rows = [(_place(row), cap) for row in cap_rows(form) if (cap := _cap(row, policy, errors))]
    ordered = tuple(cap for _, cap in sorted(rows, key=lambda item: item[0]))
    tiers = {
        name.strip(): _lines(form, f"cities-{place}")
        for place, name in enumerate(form.getlist("tier_name"))
        if name.strip() and _lines(form, f"cities-{place}")
    }
    return replace(policy, caps=ordered, city_tiers=tiers)


def cap_rows(form: Form) -> Iterator[Mapping[str, str]]:
    """The rows of the caps' table as they were typed."""
    names = ("place", "category", "amount", "per", "tier", "grades")
    for row, values in enumerate(zip(*(form.getlist(f"cap_{name}") for name in names), strict=False)):
        yield {"row": str(row), **dict(zip(names, values, strict=True))}


def _cap(row: Mapping[str, str], policy: Policy, errors: Errors) -> Cap | None:
    if not row["category"]:
        return None
    key = f"caps[{row['row']}]"
    if row["category"] not in policy.categories:
        errors.add(f"cap-{row['row']}", "caps.toml", f"{key}.category", Text("现有类别", "a category that there is"))
    try:
        amount = value_of(parameter_field("request_over"), [row["amount"]])
    except BadValue as bad:
        errors.add(f"cap-{row['row']}", "caps.toml", f"{key}.amount", bad.allowed)
        amount = Decimal(0)
    if row["per"] not in PER:
        errors.add(f"cap-{row['row']}", "caps.toml", f"{key}.per", Text("、".join(PER), ", ".join(PER)))
        return None
    return Cap(row["category"], amount, row["per"], row["tier"].strip() or None, tuple(_parted(row["grades"])))


def _place(row: Mapping[str, str]) -> tuple[int, int]:
    return int(row["place"]) if row["place"].strip().isdecimal() else 10_000, int(row["row"])


def _severity_said(form: Form, errors: Errors) -> dict[str, Any]:
    code, severity = form.get("rule", ""), form.get("severity", "")
    if code not in {rule.code for rule in JUDGING}:
        errors.add("rule", "policy.toml", "override.rule", Text("列出的规则", "a rule of the list"))
    if severity not in set(Severity):
        words = ", ".join(Severity)
        errors.add("severity", "policy.toml", "override.severity", Text(words, words))
    return {} if errors.found else {"rule": code, "severity": Severity(severity)}


def _parameter_said(form: Form, errors: Errors) -> dict[str, Any]:
    name, text = form.get("parameter", ""), form.get("value", "")
    try:
        item = parameter_field(name)
        value = value_of(item, _parted(text) if item.kind == "kinds" else [text])
    except KeyError:
        errors.add("parameter", "policy.toml", "override.parameters", Text("列出的参数", "a parameter of the list"))
        return {}
    except BadValue as bad:
        errors.add("value", "policy.toml", f"override.parameters.{name}", bad.allowed)
        return {}
    return {"parameters": {name: msgspec.to_builtins(as_json(value))}}


def _lines(form: Form, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in form.get(name, "").splitlines() if line.strip()))


def _parted(text: str) -> Sequence[str]:
    return [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]
