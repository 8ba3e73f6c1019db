"""Structured files drawn at random, as ``bench.unseen`` draws them."""

import pytest

from bench.unseen.families import FAMILIES
from bench.unseen.judging import Tally, judge

STRUCTURED = ("einvoice", "xbrl", "original", "ofd", "containers")


def tally_of(family, seeds):
    tally = Tally()
    for seed in seeds:
        judge(FAMILIES[family](seed), tally)
    return tally


@pytest.mark.parametrize("family", STRUCTURED)
def test_structured_files_read_as_drawn(family):
    tally = tally_of(family, range(6))
    assert tally.examples == []
    assert tally.exact > 100


@pytest.mark.parametrize(
    ("family", "seed"),
    [
        ("ofd", 8108),  # Eighteen pages that nothing but their print tells of: the total stands on the last.
    ],
)
def test_seeds_that_were_once_not_read(family, seed):
    tally = tally_of(family, [seed])
    assert (tally.flagged, tally.doubted, tally.examples) == (0, 0, [])
