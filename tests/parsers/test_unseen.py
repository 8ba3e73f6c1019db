"""Forms drawn at random, as ``bench.unseen`` draws them: those seeds that were once read wrongly in silence."""

import pytest

from bench.unseen.families import drawn, produced
from bench.unseen.judging import Tally, judge
from bench.unseen.pdf_families import PDF_FAMILIES

ONCE_WRONG = (
    1001, 1015, 1027, 1055, 1059, 1066, 1109, 50039, 50055, 50089, 50111, 50611, 50710, 50714, 50845, 51191, 51376,
    51743, 51867, 52051, 91400, 91643, 190241, 190715, 830132, 840607, 870943,
)  # fmt: skip


@pytest.mark.parametrize("seed", ONCE_WRONG)
def test_nothing_is_wrong_without_a_flag(seed):
    tally = Tally()
    judge(drawn(seed), tally)
    assert tally.examples == []
    assert tally.exact > 10


@pytest.mark.parametrize("seed", [*range(12), 700518, 810378, 820866, 911073])
def test_nothing_of_the_usual_producers_is_wrong_without_a_flag(seed):
    tally = Tally()
    judge(produced(seed), tally)
    assert [example for example in tally.examples if example.startswith("SILENT")] == []
    assert tally.exact > 10


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("family", PDF_FAMILIES)
def test_nothing_of_the_rarer_forms_is_wrong_without_a_flag(family, seed):
    tally = Tally()
    judge(PDF_FAMILIES[family](seed), tally)
    assert (tally.examples, tally.doubted) == ([], 0)
    assert tally.exact


@pytest.mark.parametrize(
    ("draw", "seed"),
    [
        (produced, 810120),  # A buyer's name that ends as 开户行 does, before the seller's 名称.
        (drawn, 820259),  # Figures that the first reader does not see, the number among them, on two pages.
        (drawn, 820073),  # Rate and tax nearer to each other than a blank is wide.
        (drawn, 820978),  # Names set small that touch the next column's text.
    ],
)
def test_what_print_settles_raises_no_conflict(draw, seed):
    tally = Tally()
    judge(draw(seed), tally)
    assert (tally.flagged, tally.doubted, tally.examples) == (0, 0, [])
