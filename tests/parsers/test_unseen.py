"""Forms drawn at random, as ``bench.unseen`` draws them: those seeds that were once read wrongly in silence."""

import pytest

from bench.unseen.__main__ import Tally, drawn, judge, produced

ONCE_WRONG = (
    1001, 1015, 1027, 1055, 1059, 1066, 1109, 50039, 50055, 50089, 50111, 50611, 50710, 50714, 50845, 51191, 51376,
    51743, 51867, 52051, 91400, 91643, 190241, 190715,
)  # fmt: skip


@pytest.mark.parametrize("seed", ONCE_WRONG)
def test_nothing_is_wrong_without_a_flag(seed):
    tally = Tally()
    judge(drawn(seed), tally)
    assert tally.examples == []
    assert tally.exact > 10


@pytest.mark.parametrize("seed", range(12))
def test_nothing_of_the_usual_producers_is_wrong_without_a_flag(seed):
    tally = Tally()
    judge(produced(seed), tally)
    assert [example for example in tally.examples if example.startswith("SILENT")] == []
    assert tally.exact > 10
