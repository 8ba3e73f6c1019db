"""Names as banks and platforms bend them, and names that are others."""

import random
import string

import pytest
from rapidfuzz import fuzz

from reimburse.matching.name_index import similar_names
from reimburse.matching.names import Likeness, likeness, name_of, similar

SAME, SIMILAR, OTHER = Likeness.SAME, Likeness.SIMILAR, None


@pytest.mark.parametrize(
    ("payee", "seller", "expected"),
    [
        ("样例科技（北京）有限公司", "样例科技(北京)有限公司", SAME),
        ("样例科技〔北京〕有限公司", "样例科技(北京)有限公司", SAME),
        ("样例 科技有限公司", "样例科技有限公司", SAME),
        ("ＡＣＭＥ Ｌｔｄ", "acme ltd", SAME),
        ("样例科技", "样例科技股份有限公司", SIMILAR),
        ("财付通-样例小吃", "样例小吃有限公司", SIMILAR),
        ("支付宝（中国）网络技术有限公司－样例小吃", "样例小吃", SIMILAR),
        ("微信支付*样例小吃店铺", "样例小吃店铺", SIMILAR),
        ("财付通样例餐饮管理", "样例餐饮管理有限公司", SIMILAR),
        ("支付宝(样例书店)", "样例书店", SIMILAR),
        ("样例酒店管理有限公司滨江分公司", "样例酒店管理有限公司", SIMILAR),
        ("样例酒店管理有限公司", "样例酒店管理有限公司例江第二分公司", SIMILAR),
        ("样例餐厅（滨江店）", "样例餐厅", SIMILAR),
        ("样例银行股份有限公司例江支行", "样例银行股份有限公司", SIMILAR),
        ("样例云帆信息技术服务有限", "样例云帆信息技术服务有限公司", SIMILAR),
        ("样例云帆信息技术服务", "样例云帆信息技术服务集团有限公司", SIMILAR),
        ("样例云帆信息技", "样例云帆信息技术服务集团有限公司", OTHER),
        ("虚构云帆星辰信息技术", "虚构云凡星辰信息技术有限公司", SIMILAR),
        ("虚构云帆信息技术", "虚构云凡信息技术有限公司", OTHER),
        ("样例天地科技有限公司", "样例天成科技有限公司", OTHER),
        ("有限公司", "股份有限公司", OTHER),
        ("支付宝(中国)网络技术有限公司", "财付通支付科技有限公司", OTHER),
        ("", "", OTHER),
        ("--", "样例科技", OTHER),
    ],
)
def test_likeness(payee: str, seller: str, expected: Likeness | None) -> None:
    assert likeness(payee, seller) is expected


def test_ninety_is_enough_and_less_is_not() -> None:
    assert fuzz.ratio("虚构云帆星辰信息技术", "虚构云凡星辰信息技术") == 90
    assert fuzz.ratio("虚构云帆信息技术", "虚构云凡信息技术") < 90


@pytest.mark.parametrize("seed", range(6))
def test_the_index_finds_every_similar_pair(seed: int) -> None:
    rng = random.Random(seed)
    alphabet = "云帆星辰海岳松" if seed % 2 else string.ascii_lowercase
    sellers = {"".join(rng.choices(alphabet, k=rng.randint(1, 24))) for _ in range(60)}
    payees = {bent(rng, seller, alphabet) for seller in sellers for _ in range(4)} | {"", "-"}
    found = {pair for pair, kind in similar_names(payees, sellers, frozenset()).items() if kind}
    assert found == {
        (payee, seller)
        for payee in payees - {"", "-"}
        for seller in sellers
        if similar(name_of(payee), name_of(seller))
    }


def bent(rng: random.Random, name: str, alphabet: str) -> str:
    """A name with a few characters lost, added, changed, or its end cut off."""
    chars = list(name)
    for _ in range(rng.randint(0, 4)):
        place = rng.randrange(len(chars) + 1)
        chars[place : place + rng.randint(0, 1)] = rng.choices(alphabet, k=rng.randint(0, 1))
    return "".join(chars)[: rng.choice([99, 99, 12, 10])] or name
