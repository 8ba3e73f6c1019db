"""What is written of a policy is what is read of it, file by file and as one record."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reimburse.domain.finding import Severity
from rules.parameters import Parameters
from rules.policy import Cap, Category, Override, Policy, VagueItems, Workdays
from rules.policy_files import BadPolicy, read_texts
from rules.policy_text import digest_of, policy_of, record, recorded, texts_of
from tests.rules.claims import BOOK

SHIPPED = BOOK.versions[-1]
CHANGED = msgspec.structs.replace(
    SHIPPED,
    parameters=msgspec.structs.replace(
        SHIPPED.parameters, tax_id_15_cutoff=date(2027, 1, 1), face_limits=(Decimal("0.10"), Decimal(7))
    ),
    override=(
        Override(rule="X-08", severity=Severity.APPROVAL, department="sales"),
        Override(parameters={"request_over": "100.00", "claim_within_months": 1}, category="gift", grade="P7"),
        Override(parameters={"tax_id_15_cutoff": date(2027, 1, 1)}),
    ),
    caps=(Cap("gift", Decimal("100.00"), "person", tier="first", grades=("P7", "P8")),),
    workdays=Workdays(frozenset({date(2027, 1, 1), date(2026, 12, 31)}), frozenset({date(2027, 1, 2)})),
)


@pytest.mark.parametrize("policy", [SHIPPED, CHANGED, Policy("x", date(2026, 1, 1))])
def test_a_policy_is_read_back_as_it_was_written(policy: Policy) -> None:
    assert read_texts(texts_of(policy)) == (policy,)


@pytest.mark.parametrize("policy", [SHIPPED, CHANGED])
def test_a_record_gives_the_same_policy_and_the_same_bytes(policy: Policy) -> None:
    digest, text = record(policy)
    again = recorded(text)
    assert again == policy
    assert record(again) == (digest, text)
    assert record(read_texts(texts_of(policy))[0]) == (digest, text)


def test_the_order_of_a_set_changes_no_byte() -> None:
    days = [date(2027, 1, day) for day in range(1, 29)]
    one, other = (msgspec.structs.replace(SHIPPED, workdays=Workdays(frozenset(d))) for d in (days, days[::-1]))
    assert record(one) == record(other)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True), st.text(min_size=1))
def test_any_words_are_read_back(words: list[str], name: str) -> None:
    policy = Policy(
        name,
        date(2026, 1, 1),
        categories={word: Category(word, word, word, word, items=tuple(words)) for word in words},
        vague_items=VagueItems(tuple(words)),
        city_tiers={word: (word,) for word in words},
    )
    assert policy_of(texts_of(policy)) == policy


def test_every_parameter_is_written_with_its_name_and_unit() -> None:
    text = texts_of(SHIPPED)["policy.toml"]
    assert "# 报销时限 Claim within (months)\nclaim_within_months = 3\n" in text
    assert [name for name in Parameters.__struct_fields__ if f"{name}" not in text] == []


def test_two_versions_are_not_one() -> None:
    texts = texts_of(SHIPPED)
    twice = {**texts, "policy.toml": texts["policy.toml"] + '[[version]]\nversion = "b"\neffective_from = 2027-01-01\n'}
    with pytest.raises(BadPolicy, match=r"policy\.toml: version: 2 stand here"):
        policy_of(twice)


def test_the_digest_follows_the_text() -> None:
    texts = texts_of(SHIPPED)
    assert digest_of(texts) == digest_of(dict(reversed(texts.items())))
    assert digest_of(texts) != digest_of({**texts, "caps.toml": ""})


def test_the_shipped_files_say_the_same_when_rewritten(tmp_path: Path) -> None:
    for file, text in texts_of(SHIPPED).items():
        (tmp_path / file).write_text(text, "utf-8")
    from rules.policy import load

    assert load(tmp_path).versions == BOOK.versions
