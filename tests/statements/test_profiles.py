"""Layouts are files: each is checked when it is loaded, an operator adds to them, a person can make one by hand."""

from pathlib import Path

import msgspec
import pytest

from parsers.statements import (
    AmbiguousLayout,
    BadProfile,
    MissingColumns,
    Profiles,
    load_profiles,
    profile_from_mapping,
    profile_of,
    profile_text,
    profiles_of,
    read_statement,
)
from parsers.statements.profile import Kind, Mark, Plus
from reimburse.domain.statement import Direction
from reimburse.settings import data_folder
from tests.statements.shipped import PROFILES
from tests.statements.test_layouts import CASES, content

GOOD = """
title = { zh = "示例信用社", en = "Sample co-op" }
mark = "documented"
kind = "bank"
key = ["记帐", "进", "出"]
header = ["记帐", "用处", "进", "出"]

[columns]
day = ["记帐"]
in = ["进"]
out = ["出"]
memo = ["用处"]
"""
TABLE = "记帐,用处,进,出\n2026-03-01,书,,12.50\n2026-03-02,工资,100.00,\n".encode("gb18030")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('mark = "documented"', 'mark = "sure"', "mark: .*'sure'.*allowed: sample, documented, uncertain, own"),
        ('kind = "bank"', 'kind = "purse"', "kind: .*allowed: wallet, bank, card"),
        ('kind = "bank"', 'kind = "bank"\ncolour = "red"', "unknown field `colour`; allowed: title, mark"),
        ("memo =", "mem =", "columns: .*`mem`; allowed: day, time, amount, in, out"),
        ('day = ["记帐"]', "day = []", "columns.day: .*length >= 1"),
        ('in = ["进"]', "", "columns: in and out are both needed"),
        ('in = ["进"]\nout = ["出"]', "", "columns: either amount, or in and out"),
        ('in = ["进"]\nout = ["出"]', 'amount = ["进"]\n', None),
        ('kind = "bank"', 'kind = "bank"\nplus = "none"', None),
        ('memo = ["用处"]', '[direction]\nin = ["收"]', "direction: columns.direction and"),
        ('key = ["记帐", "进", "出"]', 'key = ["记帐"]', "key: .*length >= 2"),
        ('kind = "bank"', 'kind = "bank"\ncurrency = "元"', r"currency: .*\^\[A-Z\]\{3\}\$"),
        ('kind = "bank"', 'kind = "bank"\nplus = "up"', "plus: .*allowed: in, out, printed, none"),
        ('title = { zh = "示例信用社", ', "title = { ", "title: .*`zh`"),
        (
            "[columns]",
            '[[nature]]\nis = "gift"\nwhere = { "用处" = ["礼"] }\n[columns]',
            "is: .*allowed: payment, refund",
        ),
        (
            "[columns]",
            '[[nature]]\nis = "fee"\nwhere = { "用途" = ["费"] }\n[columns]',
            "no column of the header; allowed",
        ),
        ("[columns]", "[columns", "not TOML"),
        ('kind = "bank"', 'kind = "bank"\nname = "x"', "name: the file's name"),
    ],
)
def test_a_wrong_layout_names_file_key_and_what_is_allowed(old: str, new: str, says: str | None) -> None:
    assert old in GOOD
    changed = GOOD.replace(old, new)
    if says is None:
        assert profile_of("coop", changed).name == "coop"
        return
    with pytest.raises(BadProfile, match=rf"coop\.toml: .*{says}"):
        profile_of("coop", changed)


def test_amounts_without_a_sign_need_a_word_for_the_direction() -> None:
    text = GOOD.replace('in = ["进"]\nout = ["出"]', 'amount = ["进"]').replace("mark =", 'plus = "none"\nmark =')
    with pytest.raises(BadProfile, match=r"coop\.toml: plus: .*columns\.direction"):
        profile_of("coop", text)


def test_an_operators_layout_is_added_and_may_take_a_shipped_one_s_place(tmp_path: Path) -> None:
    (tmp_path / "coop.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "wechat.toml").write_text(GOOD.replace("记帐", "日子"), encoding="utf-8")
    profiles = load_profiles(data_folder("config") / "statements", tmp_path)
    assert set(profiles.names) == {*PROFILES.names, "coop"}
    (found,) = read_statement("a.csv", TABLE, profiles)
    assert (found.profile, [row.direction.value for row in found.rows]) == ("coop", ["out", "in"])
    assert profiles.named("wechat").title.en == "Sample co-op"


def test_a_folder_that_is_absent_adds_nothing(tmp_path: Path) -> None:
    assert load_profiles(tmp_path / "none").names == ()


def test_a_layout_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadProfile, match=r"bad\.toml: not TOML"):
        load_profiles(tmp_path)


def test_two_layouts_that_fit_alike_are_an_error_until_one_is_named() -> None:
    profiles = profiles_of({"one": GOOD, "two": GOOD})
    with pytest.raises(AmbiguousLayout, match="one, two"):
        read_statement("a.csv", TABLE, profiles)
    assert read_statement("a.csv", TABLE, profiles, profile="two")[0].profile == "two"


def test_the_layout_that_is_named_must_fit() -> None:
    with pytest.raises(MissingColumns, match=r"jd .*缺少列：交易时间、商户名称、交易说明、金额、收/支"):
        read_statement("a.csv", content(CASES["cmb_debit"]), PROFILES, profile="jd")
    with pytest.raises(KeyError):
        read_statement("a.csv", TABLE, PROFILES, profile="no such")


@pytest.mark.parametrize("name", PROFILES.names)
def test_a_layout_written_down_and_read_back_is_the_same(name: str) -> None:
    assert profile_of(name, profile_text(PROFILES.named(name))) == PROFILES.named(name)


@pytest.mark.parametrize("name", PROFILES.names)
def test_every_shipped_layout_says_how_well_it_is_known(name: str) -> None:
    assert PROFILES.named(name).mark in {Mark.SAMPLE, Mark.DOCUMENTED, Mark.UNCERTAIN}
    assert PROFILES.named(name).title.zh != PROFILES.named(name).title.en


def test_columns_mapped_by_hand_make_a_layout_that_is_kept() -> None:
    columns = {"day": ["记帐"], "in": ["进"], "out": ["出"], "memo": ["用处"]}
    made = profile_from_mapping("my_coop", "我的信用社", columns, header=["记帐", "用处", "进", "出"])
    kept = profiles_of({"my_coop": profile_text(made)})
    (found,) = read_statement("a.csv", TABLE, PROFILES.joined(kept))
    assert [(row.direction.value, f"{row.amount}", row.memo) for row in found.rows] == [
        ("out", "12.50", "书"),
        ("in", "100.00", "工资"),
    ]


def test_a_word_for_the_direction_mapped_by_hand() -> None:
    columns = {"day": ["日子"], "amount": ["钱"], "direction": ["向"]}
    words = {Direction.IN: ["进"], Direction.OUT: ["出"]}
    made = profile_from_mapping("mine", "我的", columns, kind=Kind.WALLET, plus=Plus.NONE, words=words)
    (found,) = read_statement("a.csv", "日子,钱,向\n2026-03-01,5,出\n2026-03-02,6,进\n".encode(), Profiles([made]))
    assert [(row.direction.value, f"{row.amount}") for row in found.rows] == [("out", "5.00"), ("in", "6.00")]


@pytest.mark.parametrize(
    ("name", "columns", "says"),
    [
        ("mine", {"day": ["日子"]}, "key"),
        ("mine", {"amount": ["钱"], "in": ["进"], "out": ["出"]}, "day"),
        ("mine", {"day": ["日子"], "amount": ["钱"], "colour": ["红"]}, "colour"),
        ("../mine", {"day": ["日子"], "amount": ["钱"]}, "a name is letters"),
    ],
)
def test_a_mapping_that_lacks_something_says_what(name: str, columns: dict[str, list[str]], says: str) -> None:
    with pytest.raises(BadProfile, match=says):
        profile_from_mapping(name, "我的", columns)


def test_layouts_go_to_another_process_whole() -> None:
    there = msgspec.json.decode(msgspec.json.encode(list(PROFILES)), type=list[type(PROFILES.named("jd"))])
    assert there == list(PROFILES)
