"""Parameters as typed, versions compared in words, stored claims judged again under another policy."""

import copy
import json
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from reimburse.domain.finding import Severity
from reimburse.domain.finding_json import answer_to_json
from rules.claim_json import decode, facts_of
from rules.engine import check
from rules.parameter_text import BadValue, field, fields, typed, value_of
from rules.parameters import Parameters
from rules.policy import Cap, Override, Policy, VagueItems
from rules.policy_diff import described, differences
from rules.simulation import Case, Outcome, Tally, judged_again, simulate
from tests.rules.claims import BASE, BOOK

SHIPPED = BOOK.versions[-1]


@pytest.mark.parametrize(
    ("name", "texts", "value"),
    [
        ("claim_within_months", ["2"], 2),
        ("claim_within_months", [" 120 "], 120),
        ("claim_within_months", ["0"], None),
        ("claim_within_months", ["121"], None),
        ("claim_within_months", ["2.5"], None),
        ("claim_within_months", [], None),
        ("trip_slack_days", ["0"], 0),
        ("trip_slack_days", ["-1"], None),
        ("archive_years", ["5"], 5),
        ("archive_years", ["4"], None),
        ("request_over", ["1,500.5"], Decimal("1500.50")),
        ("request_over", ["0"], Decimal("0.00")),
        ("request_over", ["-0.01"], None),
        ("request_over", ["1.005"], None),
        ("request_over", ["NaN"], None),
        ("request_over", ["1e12"], None),
        ("request_over", [""], None),
        ("face_limit_share", ["1"], Decimal(1)),
        ("face_limit_share", ["1.01"], None),
        ("fx_tolerance", ["0.03"], Decimal("0.03")),
        ("print_and_seal", ["yes"], True),
        ("print_and_seal", ["no"], False),
        ("print_and_seal", ["maybe"], None),
        ("tax_id_15_cutoff", ["2027-01-01"], date(2027, 1, 1)),
        ("tax_id_15_cutoff", ["1.1.2027"], BadValue),
        ("large_spend_evidence", ["contract", "order"], ("contract", "order")),
        ("large_spend_evidence", ["receipt"], BadValue),
        ("face_limits", ["10,20.5"], (Decimal("10.00"), Decimal("20.50"))),
        ("face_limits", ["10，x"], BadValue),
    ],
)
def test_what_is_typed_is_read_or_refused_with_what_is_allowed(name: str, texts: list[str], value: Any) -> None:
    if value is None or value is BadValue:
        with pytest.raises(BadValue) as caught:
            value_of(field(name), texts)
        assert caught.value.allowed == field(name).allowed
    else:
        assert value_of(field(name), texts) == value


def test_an_unset_date_is_left_empty() -> None:
    assert value_of(field("tax_id_15_cutoff"), [""]) is None


def test_every_parameter_has_a_field_that_reads_what_it_shows() -> None:
    assert [item.name for item in fields()] == list(Parameters.__struct_fields__)
    for item in fields():
        value = getattr(SHIPPED.parameters, item.name)
        texts = list(value) if item.kind == "kinds" else [typed(value)]
        assert value_of(item, texts) == value, item.name
        assert item.allowed.zh
        assert item.allowed.en


def test_bounds_are_those_of_the_parameter() -> None:
    for item in fields():
        if item.kind != "whole":
            continue
        for number, well in (
            (item.low, True),
            (item.high, True),
            ((item.low or 0) - 1, False),
            ((item.high or 0) + 1, False),
        ):
            try:
                msgspec.convert({item.name: number}, Parameters)
                accepted = True
            except msgspec.ValidationError:
                accepted = False
            assert accepted is well, (item.name, number)


def told(old: Policy, new: Policy) -> list[tuple[str, str, str, str]]:
    return [(item.file, item.key, item.old.zh, item.new.zh) for item in differences(old, new)]


def worded(cap: Cap) -> str:
    tier = f"，tier {cap.tier}" if cap.tier else ""
    return f"category {cap.category}，amount {cap.amount}，per {cap.per}{tier}"


CATEGORY = replace(SHIPPED.categories["gift"], account="9999", evidence=("contract",))
DIFFERENCES = [
    (
        {"parameters": replace(SHIPPED.parameters, claim_within_months=2, print_and_seal=True)},
        [
            ("policy.toml", "parameters.claim_within_months", "3", "2"),
            ("policy.toml", "parameters.print_and_seal", "否", "是"),
        ],
    ),
    (
        {"parameters": replace(SHIPPED.parameters, large_spend_evidence=("order",))},
        [("policy.toml", "parameters.large_spend_evidence", "合同、验收单", "订单")],
    ),
    (
        {"override": (Override(rule="X-08", severity=Severity.APPROVAL, department="sales", grade="P7"),)},
        [("policy.toml", "override", "—", "部门 sales、职级 P7：X-08 → 特批")],
    ),
    (
        {"categories": {**SHIPPED.categories, "gift": CATEGORY}},
        [
            ("categories.toml", "categories.gift.account", "6602.03", "9999"),
            ("categories.toml", "categories.gift.evidence", "—", "contract"),
        ],
    ),
    (
        {"vague_items": replace(SHIPPED.vague_items, names=(*SHIPPED.vague_items.names[1:], "其他"))},
        [("vague_items.toml", "vague_items.names", "办公用品", "其他")],
    ),
    (
        {"vague_items": VagueItems(SHIPPED.vague_items.names[::-1], SHIPPED.vague_items.fillers, SHIPPED.vague_items.list_words)},
        [("vague_items.toml", "vague_items.names", "、".join(SHIPPED.vague_items.names), "、".join(SHIPPED.vague_items.names[::-1]))],
    ),
    (
        {"caps": (*SHIPPED.caps[:-1], Cap("travel_meal", Decimal("300.00"), "day"))},
        [
            ("caps.toml", "caps travel_meal day", "500.00", "300.00"),
        ],
    ),
    ({"caps": SHIPPED.caps[:-1]}, [("caps.toml", "caps travel_meal day", "500.00", "—")]),
    (
        {"caps": (*SHIPPED.caps[1:], SHIPPED.caps[0])},
        [("caps.toml", "caps", "；".join(map(worded, SHIPPED.caps)), "；".join(map(worded, (*SHIPPED.caps[1:], SHIPPED.caps[0]))))],
    ),
    ({"city_tiers": {**SHIPPED.city_tiers, "third": ("甲",)}}, [("caps.toml", "city_tiers.third", "—", "甲")]),
    ({"required_fields": {}}, [("required_fields.toml", f"required_fields.{kind}", "、".join(names), "—") for kind, names in SHIPPED.required_fields.items()]),
    ({"version": "x", "effective_from": date(2030, 1, 1)}, []),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "says"), DIFFERENCES)
def test_a_difference_is_told_with_file_key_old_and_new(changes: dict[str, Any], says: list[tuple[str, ...]]) -> None:
    assert told(SHIPPED, replace(SHIPPED, **changes)) == says


def test_the_difference_back_is_the_mirror() -> None:
    changed = replace(SHIPPED, parameters=replace(SHIPPED.parameters, claim_within_months=2))
    assert told(changed, SHIPPED) == [("policy.toml", "parameters.claim_within_months", "2", "3")]


@pytest.mark.parametrize(
    ("override", "zh", "en"),
    [
        (Override(rule="X-08", severity=Severity.WARN), "全公司：X-08 → 提示", "everyone: X-08 → warn"),
        (
            Override(parameters={"request_over": "100.00", "print_and_seal": True}, category="gift"),
            "类别 gift：招待事前申请线 = 100.00，电子票须打印盖章 = 是",
            "category gift: Request before entertaining over = 100.00, E-invoices are printed and sealed = yes",
        ),
        (
            Override(parameters={"large_spend_evidence": ["order"], "face_limits": ["1.00", "2.00"]}, grade="P1"),
            "职级 P1：大额支出佐证(任一) = 订单，单张最高开票限额 = 1.00, 2.00",
            "grade P1: Evidence of large spend, any of = order, Face limits, tax excluded = 1.00, 2.00",
        ),
    ],
)
def test_an_exception_is_a_sentence(override: Override, zh: str, en: str) -> None:
    assert (described(override).zh, described(override).en) == (zh, en)


def stored(policy: Policy = SHIPPED, **line: Any) -> Case:
    """The base claim as it would be stored after a check under this policy."""
    claim = copy.deepcopy(BASE)
    claim["lines"][0].update(line)
    data = json.dumps(claim)
    claim_file = decode(data.encode())
    answer = check(facts_of(claim_file, policy, claim_file.claim.submitted_on))
    return Case(claim["claim"]["claim_no"], data, json.dumps(answer_to_json(answer)))


def under(case: Case, *overrides: Override, **parameters: Any) -> Outcome:
    policy = replace(SHIPPED, parameters=replace(SHIPPED.parameters, **parameters), override=overrides)
    return judged_again(case, policy)


def test_the_same_policy_says_the_same() -> None:
    outcome = under(stored())
    assert (outcome.kind, outcome.before, outcome.after, outcome.gained, outcome.lost) == (
        "same",
        "pass",
        "pass",
        (),
        (),
    )
    assert outcome.amount == sum(Decimal(line["amount"]) for line in BASE["lines"])
    assert outcome.employee_id == BASE["claim"]["employee"]["id"]


def test_what_would_newly_return_is_told_with_its_rule() -> None:
    late = stored(occurred_on="2025-12-01")
    assert json.loads(late.answer)["verdict"] == "return"
    lenient = under(late, claim_within_months=120)
    assert (lenient.kind, lenient.before, lenient.after) == ("passes", "return", "pass")
    assert lenient.lost == ("R-72 return",)
    relaxed = replace(SHIPPED, parameters=replace(SHIPPED.parameters, claim_within_months=120))
    back = judged_again(stored(relaxed, occurred_on="2025-12-01"), SHIPPED)
    assert (back.kind, back.before, back.after, back.gained) == ("returns", "pass", "return", ("R-72 return",))


@pytest.mark.parametrize(
    ("severity", "kind"),
    [("block", "stricter"), ("return", "same"), ("approval", "passes"), ("warn", "passes"), ("info", "passes")],
)
def test_the_kind_of_a_change_follows_the_verdicts(severity: str, kind: str) -> None:
    late = stored(occurred_on="2025-12-01")
    assert under(late, Override(rule="R-72", severity=Severity(severity))).kind == kind


def test_other_reasons_for_the_same_verdict_are_a_change() -> None:
    late = stored(occurred_on="2025-12-01", category="training")
    told_then = json.loads(late.answer)
    assert len({item["rule"] for item in told_then["findings"] if item["severity"] == "return"}) > 1
    outcome = under(late, claim_within_months=120)
    assert (outcome.kind, outcome.lost) == ("reasons", ("R-72 return",))


def test_facts_that_cannot_be_read_are_counted_not_passed_over() -> None:
    assert judged_again(Case("X1", "{}", "{}"), SHIPPED) == Outcome("X1", "unreadable")


def test_the_tally_adds_up_and_survives_json() -> None:
    lenient = replace(SHIPPED, parameters=replace(SHIPPED.parameters, claim_within_months=120))
    cases = [stored(), stored(occurred_on="2025-12-01"), stored(occurred_on="2025-12-01"), Case("X1", "{}", "{}")]
    tally = Tally()
    for outcome in simulate(iter(cases), lenient):
        tally.add(outcome)
    again = msgspec.convert(json.loads(msgspec.json.encode(tally)), Tally)
    amount = sum(Decimal(line["amount"]) for line in BASE["lines"])
    assert again == tally
    assert tally.judged == 4
    assert {kind: item.claims for kind, item in tally.kinds.items()} == {"same": 1, "passes": 2, "unreadable": 1}
    assert tally.sum_of("passes").amount == 2 * amount
    assert (tally.verdicts, tally.lost, tally.gained) == ({"return pass": 2}, {"R-72 return": 2}, {})
    assert tally.people == {BASE["claim"]["employee"]["id"]}
    assert [item.claims for item in tally.departments.values()] == [2]
    assert [item.kind for item in tally.shown] == ["passes", "passes", "unreadable"]
    assert Tally().kinds == {}


def test_only_some_changed_claims_are_kept_of_many() -> None:
    tally = Tally()
    for number in range(200):
        tally.add(Outcome(f"C{number}", "returns", f"E{number}", amount=Decimal(1), before="pass", after="return"))
    assert (len(tally.shown), tally.judged, len(tally.people)) == (40, 200, 200)
    assert tally.sum_of("returns").amount == Decimal(200)
