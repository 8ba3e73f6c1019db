"""Parameters as people type them, and versions compared in words."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from reimburse.domain.finding import Severity
from rules.parameter_text import BadValue, field, fields, typed, value_of
from rules.parameters import Parameters
from rules.policy import Cap, Override, Policy, VagueItems
from rules.policy_diff import described, differences
from tests.rules.claims import BOOK

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
        {"override": (Override(rule="X-08", severity=Severity.APPROVAL), Override(rule="X-08", severity=Severity.INFO))},
        [("policy.toml", "override", "规则自带", "信息")],
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


def test_a_cap_is_called_by_its_category_and_what_it_is_for() -> None:
    [difference] = differences(SHIPPED, replace(SHIPPED, caps=SHIPPED.caps[1:]))
    assert (difference.name.zh, difference.name.en) == ("差旅住宿费 每晚 first", "Travel, lodging, a night first")


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
